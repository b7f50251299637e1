import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SealflowClient } from '#client';
import { projectRoot } from '../../installation/paths.js';
import { type FinishedRun, followRun } from '../credit-run.js';
import { LIMITS } from './agent-parties.js';

const RUN_MS = 300_000;
const AMOUNT_BITS = 48n;
const PER_WORD = 5;
const WORDS = 5;
const MANDATE = 1n;
const DAY_MS = 86_400_000;

/**
 * At the close of the mandate its owner proves that every amount and their sum kept to the caps. That the amounts are
 * those that the ledger settled is the owner's word: the circuit shows neither.
 */
export async function proveSpending(
  client: SealflowClient,
  amounts: readonly bigint[],
  bundles: string,
): Promise<FinishedRun> {
  const definition = readFileSync(join(projectRoot, 'examples/spending-cap.yaml'), 'utf8');
  const planned = await client.plan({ definition });
  const period = BigInt(Math.floor(client.options.now() / DAY_MS));
  const words = Array.from({ length: WORDS }, (_, word) =>
    amounts
      .slice(PER_WORD * word, PER_WORD * (word + 1))
      .reduce((sum, amount, at) => sum + (amount << (AMOUNT_BITS * BigInt(at))), 0n),
  );
  const fields = (numbers: readonly bigint[]): string[] => numbers.map(String);
  const values = {
    mandate: fields([MANDATE, period, LIMITS.perCall, LIMITS.perDay]),
    settled: fields([MANDATE, period, ...words]),
  };
  const prepared = await client.prepare(planned, values, { deadlineMs: RUN_MS, requestId: randomUUID() });
  return followRun(client, prepared, { bundles });
}
