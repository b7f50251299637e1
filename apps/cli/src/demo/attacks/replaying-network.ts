import { readFileSync } from 'node:fs';
import { canonicalBytes, isJsonObject, parseJsonStrict } from '#canonical';
import { inputsOf } from '../application.js';
import { prepareRun } from '../credit-run.js';
import { type Attack, type Attempt, refusal, type Scene } from './attack.js';
import { sendAsWorker } from './rogue-worker.js';

/** Somebody on the wire who kept what passed by, and sends it again. */
export async function replayingNetwork(scene: Scene): Promise<Attack> {
  return {
    attacker: 'replaying network',
    attempts: [await replayEnvelope(scene), await replayReceipt(scene)],
  };
}

/** An envelope that was sealed for one run, in another. */
async function replayEnvelope(scene: Scene): Promise<Attempt> {
  const [application] = scene.applications;
  if (application === undefined) throw new Error('no application');
  const recorded = await prepareRun(scene.client, scene.plans.credit, inputsOf(application));
  const victim = await prepareRun(scene.client, scene.plans.credit, inputsOf(application));
  const { reason, detail } = await refusal(() =>
    scene.client.createRaw({ ...victim.request, inputs: recorded.inputs.map((input) => ({ ...input })) }),
  );
  return { tried: 'send envelopes of one run in another', stoppedBy: reason, detail };
}

/** The signed result of a step that was paid for, under its old lease. */
async function replayReceipt(scene: Scene): Promise<Attempt> {
  const [run] = scene.runs;
  if (run === undefined) throw new Error('no run');
  const bundle = parseJsonStrict(readFileSync(run.bundlePath));
  const steps = isJsonObject(bundle) ? bundle['steps'] : undefined;
  const receipt = Array.isArray(steps) ? steps.at(-1) : undefined;
  if (receipt === undefined) throw new Error('the bundle holds no step');
  const lease = `${run.runId}.settle.apply.1`;
  const statement = Buffer.from(canonicalBytes(receipt));
  const reason = await sendAsWorker(scene.stack, { lease, fence: '1', statement });
  return {
    tried: 'send the receipt of a settled step again',
    stoppedBy: reason,
    detail: `lease ${lease}: no new entry`,
  };
}
