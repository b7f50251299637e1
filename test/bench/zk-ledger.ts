import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { type PreparedIntent, type SealedIntents, SealflowClient } from '#client';
import {
  applyBatch,
  drawnWeights,
  encodeMoves,
  ownPolicy,
  proveReadings,
  type SpendBody,
  spendsOf,
  type TransferMove,
  verifySpends,
} from '#ledger';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type RunningStack, startStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { told } from '../support/page-ledger-story.js';
import { type Figure, median } from './figures.js';
import { snarkjsTimes } from './verify-proofs.js';
import { nowMs, payerCount, ZkPayers } from './zk-payers.js';

const ROUNDS = 3;
const PROOFS = 9;
const PER_ENVELOPE = 16;
/** Envelopes that go first, while everything is cold. */
const WARM_UP = 2;

/**
 * Transfers in zk-check. First what a batch costs in one process, proofs and decision, beside the same proofs alone; then
 * the way from the sealed intent to the opened outcome, through gRPC, the queue, the batch's run, both of its tasks and the
 * database, of the same payments; last what a payer's own program takes to prove one. The peer checks one proof at a time.
 */
export async function measureZkLedger(installation: Installation): Promise<Figure[]> {
  const running = await startStack(installation, () => undefined);
  try {
    const client = await clientOf(running);
    const payers = await ZkPayers.found(client);
    const spends = payers.proven();
    const alone = inProcess(payers, spends.slice(0, payerCount));
    const whole = await endToEnd(payers, spends, alone.bare);
    client.close();
    return [...whole, ...alone.figures, ...proofFigures(payers)];
  } finally {
    await running.stop();
  }
}

async function clientOf(running: RunningStack): Promise<SealflowClient> {
  const { grpc } = running.address;
  const operator = running.installation.keys.read('operator') ?? undefined;
  return new SealflowClient({
    target: grpc,
    tenant: 'bench',
    apiKey: await tenantKey(grpc, operator, 'bench', everyTenantRole),
    trust: running.trust,
    random: (count) => new Uint8Array(randomBytes(count)),
    now: () => Date.now(),
  });
}

/** All envelopes at once; signed, proven and sealed before the clock starts, as those of many payers are. */
async function endToEnd(payers: ZkPayers, spends: readonly SpendBody[], bare: number): Promise<Figure[]> {
  const { ledger } = payers;
  const sealed: SealedIntents[] = [];
  for (let from = 0; from < spends.length; from += PER_ENVELOPE) {
    const intents: PreparedIntent[] = [];
    for (const [offset, spend] of spends.slice(from, from + PER_ENVELOPE).entries())
      intents.push(await payers.signed(from + offset, spend));
    sealed.push(await ledger.seal(intents));
  }
  const settle = async (envelopes: readonly SealedIntents[]): Promise<void> => {
    const sent = await Promise.all(envelopes.map((envelope) => ledger.send(envelope)));
    for await (const outcomes of ledger.outcomes(sent)) {
      const wrong = outcomes.map(told).find((each) => each !== 'applied');
      if (wrong !== undefined) throw new Error(`a transfer was ${wrong}`);
    }
  };
  await settle(sealed.slice(0, WARM_UP));
  const count = (sealed.length - WARM_UP) * PER_ENVELOPE;
  const beganMs = performance.now();
  await settle(sealed.slice(WARM_UP));
  const rate = (count * 1_000) / (performance.now() - beganMs);
  let batches = 0;
  for await (const { state } of ledger.batches()) if (state === 'LEDGER_BATCH_STATE_APPLIED') batches += 1;
  const load = loadavg()[0] ?? 0;
  return [
    {
      name: 'zk-check: transfers/s, end to end',
      value: rate,
      unit: '/s',
      samples: count,
      note: `sealed intent to opened outcome, client, services and database on this machine; ${batches} batches in all; load ${load.toFixed(1)}`,
    },
    {
      name: 'zk-check: of the rate of batch verification',
      value: (100 * rate) / bare,
      unit: '%',
      samples: count,
      note: 'end to end against the proofs alone, of this same run',
    },
  ];
}

function inProcess(payers: ZkPayers, spends: readonly SpendBody[]) {
  const state = payers.twin();
  const { circuit } = payers;
  const items = spends.map((spend, index) => ({ intent: payers.read(index, spend), reason: null }) as const);
  const { version } = state;
  const decided = median(
    rounds(() => {
      const readings = proveReadings(state, items, circuit, drawnWeights('bench'));
      const { outcomes, moves } = applyBatch(state, { version, timeMs: nowMs, items: readings });
      if (outcomes.some(({ status }) => status !== 'applied') || moves.length !== spends.length)
        throw new Error('an honest transfer was refused');
    }),
  );
  const wanted = spendsOf(state, items).filter((spend): spend is TransferMove => spend?.kind === 'transfer');
  const terms = { charter: payers.charter.digest, asset: 'EUR', circuit };
  const bareMs = median(
    rounds(() => {
      const found = verifySpends(wanted, terms, ownPolicy(circuit), drawnWeights('bench'));
      if (found.some((reason) => reason !== null)) throw new Error('an honest proof failed');
    }),
  );
  const bytes = encodeMoves({ ledger: 'bench', version: 2, moves: wanted });
  const [first] = wanted;
  const peer = first === undefined ? Number.NaN : snarkjsTimes(payers.evidence(first));
  const rate = (ms: number): number => (spends.length * 1_000) / ms;
  const samples = ROUNDS;
  const figures: Figure[] = [
    {
      name: 'zk-check: batch proof verification alone',
      value: rate(bareMs),
      unit: '/s',
      samples,
      note: `${spends.length} proofs at once, one core: what bounds the lines above, and a replay by anybody`,
    },
    {
      name: 'zk-check: proofs and decision of a batch',
      value: rate(decided),
      unit: '/s',
      samples,
      note: `batch of ${spends.length}, one core; proofs verified, notes moved, state made`,
    },
    {
      name: 'peer: snarkjs groth16.verify, one by one',
      value: 1_000 / peer,
      unit: '/s',
      samples: 40,
      note: 'same signals; WASM, nothing of manifest, subgroup of B, ledger and note',
    },
    {
      name: 'zk-check: moves of a transfer',
      value: bytes.length / spends.length,
      unit: 'bytes',
      samples: 1,
      note: 'beside receipt and deltas; proof, five commitments, number',
    },
  ];
  return { bare: rate(bareMs), figures };
}

/** What a payer's own program takes, under the circuit of this release. */
function proofFigures(payers: ZkPayers): Figure[] {
  const [first, all] = [proverMs(payers, 1), proverMs(payers, PROOFS)];
  return [
    {
      name: 'zk-check: proof by the payer, a transfer',
      value: (all - first) / (PROOFS - 1),
      unit: 'ms',
      samples: PROOFS - 1,
      note: 'circuit of this release, snarkjs in one process of one thread, once it is up',
    },
    {
      name: 'zk-check: first proof by the payer',
      value: first,
      unit: 'ms',
      samples: 1,
      note: 'the same with the start of the process, its circuit and key',
    },
  ];
}

function proverMs(payers: ZkPayers, count: number): number {
  const program = join(projectRoot, 'dist/apps/zk-prover/src/transfer/spend-program.js');
  const input = JSON.stringify({ spends: payers.questions(count) });
  const beganMs = performance.now();
  const run = spawnSync(process.execPath, [program], { input, encoding: 'utf8', maxBuffer: 2 ** 24 });
  const tookMs = performance.now() - beganMs;
  if (run.status !== 0) throw new Error(`the prover ended ${run.status}: ${run.stderr}`);
  const { proofs } = JSON.parse(run.stdout) as { readonly proofs: readonly unknown[] };
  if (proofs.length !== count) throw new Error(`expected ${count} proofs, got ${proofs.length}`);
  return tookMs;
}

function rounds(work: () => void): number[] {
  work();
  return Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    work();
    return performance.now() - startMs;
  });
}
