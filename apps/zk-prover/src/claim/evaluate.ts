// SPDX-License-Identifier: GPL-3.0
import { poseidon } from '#canonical';
import { fieldsOfEdge, inBits, StatementError } from '../circuit/statement-error.js';
import type { CodeRow, MemberRow } from './policy.js';
import type { Row } from './table.js';

export const LINES = 4;

/** In the order in which they are applied: the first broken one is the answer. */
export const RULES = [
  'accepted',
  'member-unknown',
  'code-unlisted',
  'code-repeated',
  'pair-conflict',
  'units-exceeded',
  'fee-above-schedule',
  'total-mismatch',
] as const;
export type Rule = (typeof RULES)[number];

export interface ClaimLine {
  /** 0: the line is not used. */
  readonly code: bigint;
  readonly units: bigint;
  readonly unitCents: bigint;
  /** A distinct service, which some pairs allow. */
  readonly modifier: boolean;
}

export interface Claim {
  readonly claimId: bigint;
  readonly encounterId: bigint;
  readonly memberId: bigint;
  /** Who holds it can file claims as this provider: it goes to the prover alone. */
  readonly providerSecret: bigint;
  readonly diagnoses: bigint;
  readonly totalCents: bigint;
  /** As many as the circuit has. */
  readonly lines: readonly ClaimLine[];
}

export interface ClaimResult {
  readonly rule: Rule;
  /** All nothing unless accepted. */
  readonly insurerCents: bigint;
  readonly patientCents: bigint;
  /** What counts towards the deductible. */
  readonly appliedCents: bigint;
}

export const UNUSED_LINE: ClaimLine = { code: 0n, units: 0n, unitCents: 0n, modifier: false };

const LINE_BITS = { code: 40, units: 16, unitCents: 32 } as const;

/**
 * Fields: claimId, encounterId, memberId, providerSecret, diagnoses, totalCents, and each line packed.
 *
 * @throws StatementError FIELDS_MALFORMED, VALUE_OUT_OF_RANGE
 */
export function parseClaim(fields: readonly string[]): Claim {
  const [
    claimId = 0n,
    encounterId = 0n,
    memberId = 0n,
    providerSecret = 0n,
    diagnoses = 0n,
    total = 0n,
    ...lines
  ] = fieldsOfEdge('claim', fields, 6 + LINES);
  return {
    claimId,
    encounterId,
    memberId: inBits('claim.memberId', memberId, 40),
    providerSecret,
    diagnoses,
    totalCents: inBits('claim.totalCents', total, 52),
    lines: lines.map((packed, index) => unpackLine(packed, `claim.lines[${index}]`)),
  };
}

export function claimFields(claim: Claim): readonly bigint[] {
  const { claimId, encounterId, memberId, providerSecret, diagnoses, totalCents, lines } = claim;
  return [claimId, encounterId, memberId, providerSecret, diagnoses, totalCents, ...lines.map(packLine)];
}

function packLine({ code, units, unitCents, modifier }: ClaimLine): bigint {
  return code + (units << 40n) + (unitCents << 56n) + (modifier ? 1n << 88n : 0n);
}

function unpackLine(packed: bigint, where: string): ClaimLine {
  inBits(where, packed, 89);
  return {
    code: BigInt.asUintN(LINE_BITS.code, packed),
    units: BigInt.asUintN(LINE_BITS.units, packed >> 40n),
    unitCents: BigInt.asUintN(LINE_BITS.unitCents, packed >> 56n),
    modifier: packed >> 88n === 1n,
  };
}

/** Public names that tell neither claim nor member, and repeat when a claim or an encounter is filed again. */
export function claimNames({ providerSecret, claimId, encounterId, memberId }: Claim): {
  readonly provider: bigint;
  readonly claimNullifier: bigint;
  readonly encounterNullifier: bigint;
} {
  return {
    provider: poseidon([providerSecret]),
    claimNullifier: poseidon([providerSecret, claimId]),
    encounterNullifier: poseidon([providerSecret, memberId, encounterId]),
  };
}

/**
 * The circuit's statement in plain integers, which the circuit is tested against.
 *
 * @param rows the rows that answer for the lines' codes, in the lines' order
 * @param member the row that answers for the member
 * @throws StatementError TABLE_MISMATCH: a row that does not answer, where the circuit has no witness
 */
export function evaluateClaim(claim: Claim, rows: readonly CodeRow[], member: MemberRow): ClaimResult {
  assertAnswers('membership', claim.memberId, member);
  for (const [index, { code }] of claim.lines.entries()) assertAnswers(`line ${index}`, code, rows[index]);
  const rule = firstBroken(claim, rows, member);
  if (rule !== 'accepted') return { rule, insurerCents: 0n, patientCents: 0n, appliedCents: 0n };
  const { totalCents } = claim;
  const open = member.deductibleCents - member.metCents;
  const left = open > 0n ? open : 0n;
  const appliedCents = left < totalCents ? left : totalCents;
  // Rounded down: a fraction of a cent is the patient's.
  const insurerCents = ((totalCents - appliedCents) * (100n - member.coinsurance)) / 100n;
  return { rule, insurerCents, patientCents: totalCents - insurerCents, appliedCents };
}

function firstBroken(
  { memberId, totalCents, lines }: Claim,
  rows: readonly CodeRow[],
  member: MemberRow,
): Rule {
  const pairs = lines.map((line, index) => ({ line, row: rows[index], index }));
  const used = pairs.filter(({ line }) => line.code !== 0n);
  const conflicts = pairs.some(({ row, index }) =>
    used.some(({ line, index: other }) => {
      const conflict = row?.conflicts.some(
        ({ code, bypass }) => code === line.code && !(bypass && line.modifier),
      );
      return other !== index && conflict === true;
    }),
  );
  const sum = lines.reduce((cents, { units, unitCents }) => cents + units * unitCents, 0n);
  if (member.key !== memberId) return 'member-unknown';
  if (pairs.some(({ line, row }) => row?.key !== line.code)) return 'code-unlisted';
  if (new Set(used.map(({ line }) => line.code)).size !== used.length) return 'code-repeated';
  if (conflicts) return 'pair-conflict';
  if (pairs.some(({ line, row }) => line.units > (row?.unitsMax ?? 0n))) return 'units-exceeded';
  if (pairs.some(({ line, row }) => line.unitCents > (row?.unitCentsMax ?? 0n))) return 'fee-above-schedule';
  return sum === totalCents ? 'accepted' : 'total-mismatch';
}

/** A row of another key would hide what the table says of this one. */
function assertAnswers(where: string, key: bigint, row: Row | undefined): void {
  if (row !== undefined && row.key <= key && key < row.next) return;
  throw new StatementError('TABLE_MISMATCH', `${where}: expected the row that answers for its key`);
}
