// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedArtifacts } from '../circuit/circuit.js';
import { packDiagnoses, parseCode } from './codes.js';
import { type Claim, type ClaimLine, UNUSED_LINE } from './evaluate.js';
import { memberTable, parsePolicy } from './policy.js';

export const codes = parsePolicy(readFileSync(join(shippedArtifacts('claim'), 'policy.json')));

export const MEMBER = 4_711n;
export const members = memberTable([
  { key: 1_000n, deductibleCents: 0n, metCents: 0n, coinsurance: 0n },
  { key: MEMBER, deductibleCents: 50_000n, metCents: 42_000n, coinsurance: 20n },
  { key: 9_000n, deductibleCents: 100_000n, metCents: 200_000n, coinsurance: 100n },
]);

export function line(code: string, units: bigint, unitCents: bigint, modifier = false): ClaimLine {
  return { code: parseCode(code, 'line'), units, unitCents, modifier };
}

export const goldenLines = [line('G0463', 1n, 13_500n), line('J1100', 4n, 30n), line('A0428', 1n, 25_000n)];

/** The claim of the product's example: 24 496 cents by the insurer, 14 124 by the patient. */
export const golden: Claim = {
  claimId: 2_026_000_123n,
  encounterId: 77n,
  memberId: MEMBER,
  providerSecret: 31_337_313_373_133_731_337n,
  diagnoses: packDiagnoses(['E11.9', 'I10']),
  totalCents: 38_620n,
  lines: [...goldenLines, UNUSED_LINE],
};

/** Each kind of bad claim with the rule that it breaks. */
export const badClaims: readonly [rule: string, what: string, change: Partial<Claim>][] = [
  ['member-unknown', 'a member between two members', { memberId: MEMBER + 1n }],
  ['member-unknown', 'a member above all members', { memberId: 2n ** 40n - 2n }],
  ['member-unknown', 'no member', { memberId: 500n }],
  ['code-unlisted', 'a code between two codes', { lines: lines(line('G0464', 1n, 13_500n)) }],
  ['code-unlisted', 'a code above all codes', { lines: lines(line('Z9999', 1n, 13_500n)) }],
  [
    'code-repeated',
    'one code on two lines, to have its units twice',
    {
      lines: [line('J1100', 120n, 30n), line('J1100', 120n, 30n), UNUSED_LINE, UNUSED_LINE],
      totalCents: 7_200n,
    },
  ],
  [
    'pair-conflict',
    'a pair that is never paid together, even with a modifier',
    { lines: [...goldenLines, line('A0429', 1n, 100n, true)], totalCents: 38_720n },
  ],
  [
    'pair-conflict',
    'a pair that needs a modifier, without one',
    { lines: [...goldenLines, line('G0380', 1n, 100n)], totalCents: 38_720n },
  ],
  ['units-exceeded', 'one unit too many', { lines: lines(line('G0463', 2n, 13_500n)), totalCents: 52_120n }],
  [
    'units-exceeded',
    'units on a line that is not used',
    { lines: [...goldenLines, { ...UNUSED_LINE, units: 1n }] },
  ],
  [
    'fee-above-schedule',
    'a price one cent too high',
    { lines: lines(line('G0463', 1n, 13_501n)), totalCents: 38_621n },
  ],
  ['total-mismatch', 'a total one cent above the lines', { totalCents: 38_621n }],
  ['total-mismatch', 'a total one cent below the lines', { totalCents: 38_619n }],
];

function lines(first: ClaimLine): readonly ClaimLine[] {
  return [first, ...goldenLines.slice(1), UNUSED_LINE];
}
