import { readFileSync } from 'node:fs';
import { canonicalBytes, isJsonObject, parseJsonStrict } from '#canonical';
import { inputsOf } from '../../demo/application.js';
import { prepareRun } from '../../demo/credit-run.js';
import { type Answer, type AttackCase, refusal, type Scene, stackOf } from '../attack-case.js';
import { sendAsWorker } from '../worker/rogue-worker.js';

/** Somebody on the wire who kept what passed by, and sends it again. */
export const replayingNetwork: readonly AttackCase[] = [
  {
    name: 'envelope-replayed',
    actor: 'network',
    tries: 'send envelopes of one run in another',
    expected: 'ENVELOPE_CONTEXT_MISMATCH',
    noticedBy: 'orchestrator',
    needs: 'target',
    leaves: 'sealed inputs that no run names, for a day',
    lane: 'runs',
    attack: replayEnvelope,
  },
  {
    name: 'receipt-replayed',
    actor: 'network',
    tries: 'send the receipt of a settled step again',
    expected: 'LEASE_FENCED',
    noticedBy: 'orchestrator',
    needs: 'stack',
    leaves: 'a worker that is gone',
    lane: 'runs',
    attack: replayReceipt,
  },
];

/** An envelope that was sealed for one run, in another. */
async function replayEnvelope({ client, credit }: Scene): Promise<Answer> {
  const { applications, plans } = await credit();
  const [application] = applications;
  if (application === undefined) throw new Error('no application');
  const recorded = await prepareRun(client, plans.credit, inputsOf(application));
  const victim = await prepareRun(client, plans.credit, inputsOf(application));
  const inputs = recorded.inputs.map((input) => ({ ...input }));
  return refusal(() => client.createRaw({ ...victim.request, inputs }));
}

/** The signed result of a step that was paid for, under its old lease. */
async function replayReceipt(scene: Scene): Promise<Answer> {
  const [run] = (await scene.credit()).runs;
  if (run === undefined) throw new Error('no run');
  const bundle = parseJsonStrict(readFileSync(run.bundlePath));
  const steps = isJsonObject(bundle) ? bundle['steps'] : undefined;
  const receipt = Array.isArray(steps) ? steps.at(-1) : undefined;
  if (receipt === undefined) throw new Error('the bundle holds no step');
  const lease = `${run.runId}.settle.apply.1`;
  const statement = Buffer.from(canonicalBytes(receipt));
  const reason = await sendAsWorker(stackOf(scene), { lease, fence: '1', statement });
  return { reason, detail: `lease ${lease}: no new entry` };
}
