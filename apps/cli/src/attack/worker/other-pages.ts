import { ledgerParameters, parametersToJson, sealLibrary } from '#ciphertext';
import { signCharter } from '#client';
import { type OpenTask, TaskError, type TaskOutput, type TaskRuntime } from '#worker';
import { followRun, planBuiltin, prepareRun } from '../../demo/credit-run.js';
import { makeParties, openingAccounts } from '../../demo/parties.js';
import { type AttackCase, stackOf } from '../attack-case.js';
import { firstFailure } from '../stopped-run.js';
import { rogueServes, rogueWorker } from './rogue-worker.js';

const IMAGE = 'fhe-service';
const OPERATION = 'ledger.open.apply';

/** Somebody who keeps encrypted balances without a key, and posts others than the key enclave announced. */
export const otherPages: AttackCase = {
  name: 'page-of-its-own',
  actor: 'worker',
  tries: 'post other encrypted balances than those that the receipt of the key enclave announces',
  expected: 'STATE_ROOT_MISMATCH',
  noticedBy: 'orchestrator',
  needs: 'stack',
  leaves: 'a ledger that nobody uses; a worker that is out of service and gone',
  lane: 'runs',
  attack: async (scene) => {
    // Whoever waited longest is asked first: the honest service has to have had work.
    await scene.credit();
    const parties = makeParties();
    const planned = await planBuiltin(scene.client, 'ledger-open', { open: { ledger: parties.ledger } });
    const charter = signCharter(
      { ledger: parties.ledger, accounts: openingAccounts(parties) },
      parties.bankSeed,
    );
    const rogue = rogueWorker(stackOf(scene), IMAGE, postingRuntime(parties.ledger));
    try {
      await rogueServes(scene.client.services.attestation, `rogue-${IMAGE}`);
      const prepared = await prepareRun(scene.client, planned, { charter });
      const { state, verdict } = await followRun(scene.client, prepared, { bundles: scene.bundles });
      const mended = state === 'SUCCEEDED' && verdict.outcome === 'verified';
      return {
        reason: mended ? await firstFailure(scene.client, prepared, 'open.apply') : null,
        detail: `an honest service repeated the step: run ${state}, bundle ${verdict.outcome}`,
      };
    } finally {
      await rogue.stop();
    }
  },
};

/** Both pages are genuine ciphertexts of this very ledger, each in the place of the other. */
const postingRuntime = (ledger: string): TaskRuntime => ({
  operation: OPERATION,
  kind: 'fhe.bfv',
  run: async (task) => ({
    public: {
      ledger,
      version: 1,
      available: digestOfPage(task, 'pageAvailable'),
      reserved: digestOfPage(task, 'pageReserved'),
    },
    outputs: { pageAvailable: page(task, 'pageReserved'), pageReserved: page(task, 'pageAvailable') },
    evidence: {
      scheme: ledgerParameters.scheme,
      library: { name: sealLibrary.name, version: sealLibrary.version },
      params: parametersToJson(),
      paramsId: ledgerParameters.paramsId,
      ops: [],
      replay: { deterministic: true },
    },
  }),
});

function blobOf({ inputs }: OpenTask, port: string) {
  const input = inputs[port];
  if (input?.kind !== 'blob') throw new TaskError('INPUT_MISSING', `input ${port}: expected a page`);
  return input;
}

function page(task: OpenTask, port: string): TaskOutput {
  return { kind: 'blob', bytes: blobOf(task, port).bytes };
}

function digestOfPage(task: OpenTask, port: string): string {
  return blobOf(task, port).commitment;
}
