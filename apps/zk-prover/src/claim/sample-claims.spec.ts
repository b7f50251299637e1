// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import {
  askedOf,
  badClaims,
  CODES_ROOT,
  claimInput,
  goldenClaim,
  MEMBER,
  MemberTable,
  type SampleClaim,
  claimNames as sampleNames,
} from '#samples';
import { claimFields, claimNames, evaluateClaim, parseClaim } from './evaluate.js';
import { codes, golden, members } from './golden-claim.fixture.js';
import { membershipJson } from './policy.js';

/* The samples make claims and tables without this app; a proof is about what this app reads in them. */
const table = new MemberTable();
const sample = goldenClaim(golden);

function judged(claim: SampleClaim) {
  const read = parseClaim(claimInput(claim));
  const rows = read.lines.map(({ code }) => codes.answer(code).row);
  return evaluateClaim(read, rows, members.answer(read.memberId).row);
}

describe('a sample claim', () => {
  it('has the fields, the table and the names that the circuit knows', () => {
    expect(claimInput(sample)).toEqual(claimFields(golden).map(String));
    expect(table.root).toBe(`${members.root}`);
    for (const key of [0n, 500n, 4_711n, 4_712n, 9_001n]) {
      expect(table.membership(key)).toEqual(membershipJson(members.answer(key)));
    }
    expect(CODES_ROOT).toBe(`${codes.root}`);
    const names = Object.entries(claimNames(golden)).map(([name, number]) => [name, `${number}`]);
    expect(sampleNames(sample)).toEqual(Object.fromEntries(names));
  });

  it('of the example is worth 24 496 cents to the insurer and 14 124 to the patient', () => {
    expect(judged(sample)).toEqual({
      rule: 'accepted',
      insurerCents: 24_496n,
      patientCents: 14_124n,
      appliedCents: 8_000n,
    });
  });

  it('is worth what its provider asks for, whatever is open of the deductible', () => {
    for (const deductibleCents of [0n, 42_000n, 42_001n, 50_000n, 90_000n]) {
      const member = { ...MEMBER, deductibleCents };
      const read = parseClaim(claimInput(sample));
      const rows = read.lines.map(({ code }) => codes.answer(code).row);
      const { insurerCents, appliedCents } = evaluateClaim(read, rows, { ...member, next: 9_000n });
      expect(askedOf(sample, member)).toEqual({ insurerCents, deductibleCents: appliedCents });
    }
  });

  it.each(badClaims)('breaks $rule with $what', ({ rule, change }) => {
    expect(judged({ ...sample, ...change })).toMatchObject({ rule, insurerCents: 0n });
  });
});
