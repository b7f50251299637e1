import { z } from 'zod';
import { type Finding, Findings } from '../finding.js';
import { type ClusterObjects, conditionOf, isReady, type PodStatus } from './cluster-objects.js';

const WORDS_MAX = 400;
const lineSchema = z.looseObject({ reason: z.string() });

/** Whether certificates are made and pods serve, and what those say that do not. */
export function checkPods({ certificates, pods }: ClusterObjects): Finding[] {
  const findings = new Findings('cluster');
  for (const { metadata, status } of certificates) {
    const ready = conditionOf(status?.conditions ?? [], 'Ready');
    findings.judge(
      ready?.status === 'True',
      {
        what: 'certificate',
        where: metadata.name,
        expected: 'ready',
        got: ready?.status === 'True' ? 'ready' : (ready?.message ?? 'no word of cert-manager'),
      },
      'see that cert-manager runs and that the issuer of tls.issuerRef signs these names',
    );
  }
  for (const { metadata, status } of pods) checkPod(findings, metadata.name, status);
  return findings.list;
}

function checkPod(findings: Findings, where: string, status: PodStatus): void {
  const { phase, conditions, containerStatuses } = status;
  if (phase === 'Succeeded') return;
  const said = { what: 'pod', where, expected: 'ready' };
  if (isReady(status)) {
    findings.ok({ ...said, got: 'ready' });
    return;
  }
  const scheduled = conditionOf(conditions, 'PodScheduled');
  if (scheduled?.status === 'False') {
    findings.fail(
      { ...said, got: `not scheduled: ${scheduled.message}` },
      'see the findings above, and the events of the pod',
    );
    return;
  }
  const words = lastWords(status);
  const restarts = Math.max(0, ...containerStatuses.map(({ restartCount }) => restartCount));
  const waiting = containerStatuses.map(({ state }) => state?.waiting).find((one) => one !== undefined);
  const reason = waiting === undefined || waiting.reason === '' ? `${phase}, not ready` : waiting.reason;
  const why = words ?? waiting?.message.slice(0, WORDS_MAX) ?? '';
  findings.fail(
    { ...said, got: `${reason}, ${restarts} restarts${why === '' ? '' : `; it said: ${why}`}` },
    todoOf(reason, words),
  );
}

function todoOf(reason: string, words: string | null): string {
  if (reason === 'ContainerCreating')
    return 'see the events of the pod: a Secret, ConfigMap, volume or socket of the node that it mounts is not there, or its guest does not start';
  if (/^(ImagePullBackOff|ErrImagePull)$/.test(reason))
    return 'see the events of the pod, whether the digest is in the registry, and whether the guest reaches it';
  if (words !== null) return 'do what its last words say; the whole is in its log';
  return 'read its log: a worker that lacks the attestation path says QUOTE_SOURCE_ABSENT or the 404 of the guest, for which the shim needs agent.guest_components_rest_api=all';
}

/**
 * The reason with which a container ended: kubelets keep the end of its log with its status
 * (`terminationMessagePolicy`), and the programs end with a line that has one.
 */
function lastWords({ containerStatuses }: PodStatus): string | null {
  const ends = containerStatuses.flatMap(({ state, lastState }) => [
    state?.terminated,
    lastState?.terminated,
  ]);
  for (const end of ends) {
    if (end === undefined || end.exitCode === 0) continue;
    const lines = end.message.split('\n').toReversed();
    const reason = lines.map(reasonOf).find((one) => one !== null);
    if (reason !== undefined && reason !== null) return reason.slice(0, WORDS_MAX);
    if (end.reason === 'OOMKilled') return 'nothing: its memory was over resources.limits.memory';
  }
  return null;
}

function reasonOf(line: string): string | null {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data.reason : null;
  } catch {
    return null;
  }
}
