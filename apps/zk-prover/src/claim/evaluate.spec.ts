// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { StatementError } from '../circuit/statement-error.js';
import { packDiagnoses, parseCode } from './codes.js';
import { type Claim, claimFields, claimNames, evaluateClaim, parseClaim } from './evaluate.js';
import { badClaims, codes, golden, line, MEMBER, members } from './golden-claim.fixture.js';
import {
  memberRowHash as hashOf,
  membershipJson,
  memberTable,
  parseMembership,
  parsePolicy,
} from './policy.js';
import { rootOf } from './table.js';

function judge(claim: Claim) {
  const rows = claim.lines.map(({ code }) => codes.answer(code).row);
  return evaluateClaim(claim, rows, members.answer(claim.memberId).row);
}

function refusal(read: () => unknown): StatementError {
  try {
    read();
  } catch (error) {
    if (error instanceof StatementError) return error;
  }
  throw new Error('expected a refusal');
}

describe('a claim', () => {
  it.each(badClaims)('breaks %s with %s, and nobody pays', (rule, _, change) => {
    expect(judge({ ...golden, ...change })).toEqual({
      rule,
      insurerCents: 0n,
      patientCents: 0n,
      appliedCents: 0n,
    });
  });

  it('of the example is paid to the cent', () => {
    expect(judge(golden)).toEqual({
      rule: 'accepted',
      insurerCents: 24_496n,
      patientCents: 14_124n,
      appliedCents: 8_000n,
    });
  });

  it('with a pair that a modifier allows is accepted', () => {
    const paired = [...golden.lines.slice(0, 3), line('G0380', 1n, 100n, true)];
    expect(judge({ ...golden, lines: paired, totalCents: 38_720n }).rule).toBe('accepted');
  });

  it('comes back from its fields as it was', () => {
    expect(parseClaim(claimFields(golden).map(String))).toEqual(golden);
    expect(claimNames(golden).claimNullifier).not.toBe(claimNames(golden).encounterNullifier);
  });

  it.each<[string, string, () => unknown]>([
    ['nine fields', 'FIELDS_MALFORMED', () => parseClaim(claimFields(golden).map(String).slice(1))],
    ['a member of 2^40', 'VALUE_OUT_OF_RANGE', () => parseClaim(changed(2, 2n ** 40n))],
    ['a total of 2^52', 'VALUE_OUT_OF_RANGE', () => parseClaim(changed(5, 2n ** 52n))],
    ['a line of 2^89', 'VALUE_OUT_OF_RANGE', () => parseClaim(changed(6, 2n ** 89n))],
    [
      'a row of another member',
      'TABLE_MISMATCH',
      () =>
        evaluateClaim(
          golden,
          golden.lines.map(({ code }) => codes.answer(code).row),
          members.answer(9_000n).row,
        ),
    ],
    [
      'a row of another code',
      'TABLE_MISMATCH',
      () =>
        evaluateClaim(
          golden,
          golden.lines.map(() => codes.answer(0n).row),
          members.answer(MEMBER).row,
        ),
    ],
    ['a code of six characters', 'VALUE_OUT_OF_RANGE', () => parseCode('G04631', 'code')],
    ['five diagnoses', 'VALUE_OUT_OF_RANGE', () => packDiagnoses(Array(5).fill('I10'))],
    ['a diagnosis that is none', 'VALUE_OUT_OF_RANGE', () => packDiagnoses(['diabetes'])],
  ])('is refused for %s', (_, code, read) => {
    const error = refusal(read);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain(`${golden.providerSecret}`);
  });
});

function changed(index: number, value: bigint): readonly string[] {
  return claimFields(golden).map(String).with(index, `${value}`);
}

describe('a table', () => {
  it.each<[string, () => unknown]>([
    ['two rows of one key', () => memberTable([member(5n), member(5n)])],
    ['a key of 2^40 - 1', () => memberTable([member(2n ** 40n - 1n)])],
    [
      'more rows than leaves',
      () => memberTable(Array.from({ length: 243 }, (_, n) => member(BigInt(n + 1)))),
    ],
    ['a policy that is no JSON', () => parsePolicy(utf8('{'))],
    ['a policy of another version', () => parsePolicy(utf8('{"v":"sealflow/claim-policy/v2","codes":[]}'))],
    ['units above 16 bits', () => parsePolicy(policy({ unitsMax: 65_536 }))],
    ['a price that is no integer', () => parsePolicy(policy({ unitCentsMax: 1.5 }))],
    [
      'five conflicts',
      () => parsePolicy(policy({ conflicts: Array(5).fill({ code: 'A0001', bypass: true }) })),
    ],
    [
      'a conflict without its word on modifiers',
      () => parsePolicy(policy({ conflicts: [{ code: 'A0001' }] })),
    ],
    ['a membership without a path', () => parseMembership({ row: {} })],
    [
      'a path with something at its own place',
      () => parseMembership({ ...honest, siblings: honest.siblings.map(() => ['1', '1', '1']) }),
    ],
    ['a path to a fourth child', () => parseMembership({ ...honest, places: honest.places.map(() => '3') })],
    [
      'coinsurance above 100',
      () => parseMembership({ ...honest, row: { ...honest.row, coinsurance: '101' } }),
    ],
  ])('is refused with %s', (_, read) => {
    expect(refusal(read).code).toMatch(/^(TABLE_MALFORMED|VALUE_OUT_OF_RANGE)$/);
  });

  it('answers for every key with one row that hangs under its root', () => {
    for (const key of [0n, 999n, 1_000n, MEMBER, 9_001n]) {
      const { row, path } = members.answer(key);
      expect(row.key <= key && key < row.next).toBe(true);
      const read = parseMembership(membershipJson({ row, path }));
      expect(read).toEqual({ row, path });
      expect(rootOf(hashOf(row), read.path)).toBe(members.root);
    }
  });
});

const honest = membershipJson(members.answer(MEMBER)) as {
  row: Record<string, string>;
  places: string[];
  siblings: string[][];
};

function member(key: bigint) {
  return { key, deductibleCents: 0n, metCents: 0n, coinsurance: 0n };
}

function policy(change: object): Uint8Array {
  const code = { code: 'A0000', unitsMax: 1, unitCentsMax: 1, conflicts: [], ...change };
  return utf8(JSON.stringify({ v: 'sealflow/claim-policy/v1', codes: [code] }));
}
