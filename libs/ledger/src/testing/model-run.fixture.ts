import type { IntentReading } from '../intent/intent.js';
import { applyBatch } from '../state/apply-batch.js';
import { balancesAt } from '../state/drafts.js';
import { checkState, foundState } from '../state/found-state.js';
import { books, type LedgerState } from '../state/state.js';
import { sampleCharter, startMs } from './ledger.fixture.js';
import { PlainLedger } from './plain-ledger.fixture.js';
import { issuerKey, modelAccounts, ownerOf, RandomIntents } from './random-intents.fixture.js';

const BATCH_MAX = 64;

export interface ModelRun {
  readonly steps: number;
  readonly batches: number;
  readonly stepsPerSecond: number;
  /** How often each answer was given. */
  readonly answers: ReadonlyMap<string, number>;
}

/**
 * Gives the same random intents to the state machine and to the plain ledger and compares every answer, every balance
 * and the supply after every batch. Throws at the first difference and names the step.
 */
export function runModel(seed: number, stepsMax: number, nowMs: () => number): ModelRun {
  const charter = sampleCharter({
    accounts: modelAccounts.map((id, index) => ({
      ...{ id, owner: ownerOf(index), opening: 2_000n },
      rollover: index % 5 === 0 ? 'manual' : 'auto',
    })),
    supplyMax: 100_000n,
  });
  const plain = new PlainLedger({
    ...{ ledger: 'eur-1', asset: 'EUR', issuer: issuerKey, supplyMax: 100_000n, room: 8_192 },
  });
  for (const { id, owner, rollover, opening } of charter.accounts) plain.found(id, owner, rollover, opening);
  let state = foundState(charter, startMs);
  const intents = new RandomIntents(seed);
  const answers = new Map<string, number>();
  const startedMs = nowMs();
  let steps = 0;
  let batches = 0;
  for (let timeMs = startMs; steps < stepsMax; timeMs += 1 + intents.dice.below(2_000)) {
    const count = Math.min(stepsMax - steps, 1 + intents.dice.below(BATCH_MAX));
    const items = Array.from(
      { length: count },
      (): IntentReading => ({ intent: intents.next(timeMs, state.version), reason: null }),
    );
    const result = applyBatch(state, { version: state.version, timeMs, items });
    for (const [index, { intent }] of items.entries()) {
      if (intent === null) continue;
      const expected = plain.decide(intent, timeMs);
      const outcome = result.outcomes[index];
      const actual = outcome?.reason ?? `applied ${outcome?.transferred}`;
      if (actual !== expected)
        throw new Error(
          `seed ${seed}, step ${steps + index}, ${intent.op}: expected ${expected}, got ${actual}`,
        );
      const kind = expected.split(' ')[0] ?? '';
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
    }
    plain.endBatch();
    compare(plain, result.state, `seed ${seed}, step ${steps}`);
    addUp(state, result, `seed ${seed}, step ${steps}`);
    state = result.state;
    steps += count;
    batches += 1;
  }
  return { steps, batches, stepsPerSecond: Math.round((steps * 1000) / (nowMs() - startedMs)), answers };
}

function compare(plain: PlainLedger, state: LedgerState, where: string): void {
  checkState(state);
  if (state.supply !== plain.supply) throw new Error(`${where}: the supply differs`);
  if (state.accounts.length !== plain.accounts.size) throw new Error(`${where}: the accounts differ`);
  for (const [id, account] of plain.accounts) {
    const index = state.indexOf.get(id) ?? -1;
    const { available, pending, reserved } = balancesAt(state.pages, index);
    const same =
      available === account.available &&
      pending === account.pending &&
      reserved === plain.reservedOf(account) &&
      state.accounts[index]?.status === account.status;
    if (!same) throw new Error(`${where}: account ${id} differs`);
  }
}

/** The deltas alone lead from the books before to the books after, and sum up to the change of the supply. */
function addUp(before: LedgerState, result: ReturnType<typeof applyBatch>, where: string): void {
  let sum = 0n;
  const changed = new Set(result.deltas.map(({ page, book }) => `${page} ${book}`));
  for (const { page, book, changes } of result.deltas) {
    for (const [slot, change] of changes.entries()) {
      if (change === 0n) continue;
      sum += change;
      const arrived = (before.pages[page]?.[book][slot] ?? 0n) + change;
      if (result.state.pages[page]?.[book][slot] !== arrived)
        throw new Error(`${where}: a delta leads elsewhere`);
    }
  }
  if (sum !== result.supplyChange || result.state.supply - before.supply !== sum)
    throw new Error(`${where}: conservation is broken`);
  for (const [page, books_] of result.state.pages.entries()) {
    for (const book of books) {
      if (!changed.has(`${page} ${book}`) && books_[book] !== before.pages[page]?.[book])
        throw new Error(`${where}: book ${book} of page ${page} changed without a delta`);
    }
  }
}
