import { describe, expect, it } from 'vitest';
import { certificate, examined, findingsOf, pod, sound } from './cluster.fixture.js';

const others = sound.slice(0, 4);
/** How a worker ends whose guest serves no attestation; kubelets keep the end of the log, cut anywhere. */
const lastLines = [
  'rs to its question"}',
  '{"level":30,"time":1790000000000,"service":"tee-worker","msg":"starting"}',
  '{"level":60,"time":1790000000001,"service":"tee-worker","reason":"coco: attestation: expected a guest whose REST API serves attestation, got feature \\"resource\\" in /info; the default of kata is resource only: set agent.guest_components_rest_api=all","msg":"start failed"}',
  '',
].join('\n');
const ended = (message: string, exitCode = 1, reason = 'Error'): object => ({
  terminated: { exitCode, reason, message },
});
const crashed = (lastState: object): object => ({
  phase: 'Running',
  containerStatuses: [{ restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState }],
});

describe('a cluster', () => {
  it.each<[string, readonly object[], object]>([
    [
      'whose certificate is not made',
      [
        ...others,
        {
          ...certificate,
          status: { conditions: [{ type: 'Ready', status: 'False', message: 'no issuer' }] },
        },
      ],
      { what: 'certificate', got: 'no issuer' },
    ],
    [
      'whose certificate nobody looked at',
      [...others, { ...certificate, status: undefined }],
      { what: 'certificate', got: 'no word of cert-manager' },
    ],
    [
      'whose pod finds no node',
      [
        ...others,
        pod({
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' }],
        }),
      ],
      { what: 'pod', got: 'not scheduled: 0/3 nodes are available' },
    ],
    [
      'whose pod waits for its image',
      [
        ...others,
        pod({
          phase: 'Pending',
          containerStatuses: [
            { state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "a"' } } },
          ],
        }),
      ],
      {
        got: 'ImagePullBackOff, 0 restarts; it said: Back-off pulling image "a"',
        todo: expect.stringContaining('digest'),
      },
    ],
    [
      'whose pod waits for what it mounts',
      [
        ...others,
        pod({
          phase: 'Pending',
          containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
        }),
      ],
      { got: 'ContainerCreating, 0 restarts', todo: expect.stringContaining('mounts') },
    ],
    [
      'whose guest serves no attestation',
      [...others, pod(crashed(ended(lastLines)))],
      {
        got: 'CrashLoopBackOff, 3 restarts; it said: coco: attestation: expected a guest whose REST API serves attestation, got feature "resource" in /info; the default of kata is resource only: set agent.guest_components_rest_api=all',
        todo: 'do what its last words say; the whole is in its log',
      },
    ],
    [
      'whose pod ended without a word',
      [...others, pod(crashed(ended('Segmentation fault')))],
      { got: 'CrashLoopBackOff, 3 restarts', todo: expect.stringContaining('rest_api=all') },
    ],
    [
      'whose pod is too large for its limits',
      [...others, pod(crashed(ended('', 137, 'OOMKilled')))],
      { got: expect.stringContaining('resources.limits.memory') },
    ],
    [
      'whose worker is not taken by the orchestrator',
      [...others, pod({ phase: 'Running', containerStatuses: [{ restartCount: 3 }] })],
      { got: 'Running, not ready, 3 restarts', todo: expect.stringContaining('rest_api=all') },
    ],
  ])('%s is told so', (_what, items, finding) => {
    expect(examined(items)).toContainEqual(expect.objectContaining({ status: 'failed', ...finding }));
  });

  it('says nothing of a pod that did its work and ended', () => {
    const test = pod({ phase: 'Succeeded' }, 'sf-tee-worker-test');
    expect(findingsOf([...sound, test])).toEqual(findingsOf(sound));
  });

  it('says no more of a log than its bound, and nothing of an end that was none', () => {
    const long = `{"reason":"${'a'.repeat(5_000)}"}`;
    const [failed] = examined([...others, pod(crashed(ended(long)))]).filter(({ what }) => what === 'pod');
    expect(failed?.got.length).toBeLessThan(500);
    const stopped = examined([...others, pod(crashed(ended(lastLines, 0, 'Completed')))]);
    expect(stopped).toContainEqual(expect.objectContaining({ got: 'CrashLoopBackOff, 3 restarts' }));
  });
});
