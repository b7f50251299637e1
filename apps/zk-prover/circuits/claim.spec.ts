// SPDX-License-Identifier: GPL-3.0
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { commitmentField, commitPoseidon } from '#canonical';
import { type Claim, claimFields, claimNames, evaluateClaim, RULES } from '../src/claim/evaluate.js';
import { badClaims, codes, golden, line, MEMBER, members } from '../src/claim/golden-claim.fixture.js';
import { type MemberTable, memberTable } from '../src/claim/policy.js';
import { type ClaimCase, claimWitness } from '../src/claim/runtime.js';
import { seeded, witnessOf } from './circuit.fixture.js';

const salts = { claim: 11n, outcome: 22n };
const context = (1n << 248n) - 1n;

function caseOf(claim: Claim, table: MemberTable = members): ClaimCase {
  return {
    claim,
    rows: claim.lines.map(({ code }) => codes.answer(code)),
    member: table.answer(claim.memberId),
  };
}

async function signalsOf(input: ReturnType<typeof claimWitness>): Promise<readonly bigint[]> {
  return (await witnessOf('claim', input)).slice(1, 10);
}

/** The circuit and the reference give the same signals, among them what insurer and patient pay. */
async function agree(claim: Claim, table: MemberTable = members): Promise<string> {
  const judged = caseOf(claim, table);
  const rows = judged.rows.map(({ row }) => row);
  const { rule, insurerCents, patientCents, appliedCents } = evaluateClaim(claim, rows, judged.member.row);
  const { provider, claimNullifier, encounterNullifier } = claimNames(claim);
  expect(await signalsOf(claimWitness(judged, salts, context))).toEqual([
    commitmentField(commitPoseidon(claimFields(claim), salts.claim)),
    BigInt(RULES.indexOf(rule)),
    commitmentField(commitPoseidon([insurerCents, patientCents, appliedCents], salts.outcome)),
    codes.root,
    table.root,
    provider,
    claimNullifier,
    encounterNullifier,
    context,
  ]);
  return rule;
}

beforeAll(() => {
  // The witness program prints template lines for every refusal below.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

describe('the claim circuit has no witness', () => {
  const honest = claimWitness(caseOf(golden), salts, context);

  it('for a row that does not answer for the member, found or not', async () => {
    for (const key of [0n, 1_000n, 9_000n]) {
      const other = { ...caseOf(golden), member: members.answer(key) };
      await expect(signalsOf(claimWitness(other, salts, context))).rejects.toThrow('Assert Failed');
    }
  });

  it('for a row that does not answer for a code', async () => {
    const { rows, ...rest } = caseOf(golden);
    const first = rows[1];
    if (first === undefined) throw new Error('the claim has lines');
    const swapped = claimWitness({ ...rest, rows: rows.with(0, first) }, salts, context);
    await expect(signalsOf(swapped)).rejects.toThrow('Assert Failed');
  });

  it('for lines that answer from different tables', async () => {
    const siblings = honest['codeSiblings'];
    if (!Array.isArray(siblings)) throw new Error('expected a list');
    const place = siblings.findIndex((hash: bigint) => hash !== 0n);
    const forged = { ...honest, codeSiblings: siblings.with(place, 5n) };
    await expect(signalsOf(forged)).rejects.toThrow('Assert Failed');
  });

  it.each<[string, bigint | readonly bigint[]]>([
    ['memberId', 2n ** 40n],
    ['totalCents', 2n ** 52n],
    ['coinsurance', 101n],
    ['deductibleCents', 2n ** 32n],
    ['metCents', -1n],
    ['modifier', [2n, 0n, 0n, 0n]],
    ['units', [65_536n, 4n, 1n, 0n]],
    ['units', [-1n, 4n, 1n, 0n]],
    ['unitCents', [2n ** 32n, 30n, 25_000n, 0n]],
    ['conflictBypass', [2n, ...Array<bigint>(15).fill(0n)]],
    ['codePlaces', [3n, ...Array<bigint>(15).fill(0n)]],
  ])('for %s out of its range', async (name, value) => {
    await expect(signalsOf({ ...honest, [name]: value })).rejects.toThrow('Assert Failed');
  });
});

describe('the claim circuit agrees with the reference', () => {
  it.each(badClaims)('that %s is broken by %s', async (rule, _, change) => {
    expect(await agree({ ...golden, ...change })).toBe(rule);
  });

  it('on the claim of the example: 24 496 and 14 124 cents', async () => {
    const [, rule, outcome] = await signalsOf(claimWitness(caseOf(golden), salts, context));
    expect(rule).toBe(0n);
    expect(outcome).toBe(commitmentField(commitPoseidon([24_496n, 14_124n, 8_000n], salts.outcome)));
    expect(await agree(golden)).toBe('accepted');
  });

  it('on a pair that a modifier allows', async () => {
    const lines = [...golden.lines.slice(0, 3), line('G0380', 1n, 100n, true)];
    expect(await agree({ ...golden, lines, totalCents: 38_720n })).toBe('accepted');
  });

  it.each<[string, bigint, bigint, bigint]>([
    ['no deductible', 0n, 0n, 20n],
    ['a deductible that was met to the cent', 50_000n, 50_000n, 20n],
    ['a deductible that was exceeded', 50_000n, 50_001n, 20n],
    ['a deductible of the whole claim', 38_620n, 0n, 20n],
    ['a deductible one cent above the claim', 38_621n, 0n, 20n],
    ['a deductible one cent below the claim', 38_619n, 0n, 50n],
    ['the largest deductible', 2n ** 32n - 1n, 0n, 0n],
    ['the largest amount met', 0n, 2n ** 32n - 1n, 1n],
    ['a patient who bears everything', 0n, 0n, 100n],
    ['an insurer who bears everything', 0n, 0n, 0n],
    ['a share that does not divide', 1n, 0n, 33n],
  ])('on %s', async (_, deductibleCents, metCents, coinsurance) => {
    const table = memberTable([{ key: MEMBER, deductibleCents, metCents, coinsurance }]);
    expect(await agree(golden, table)).toBe('accepted');
  });

  it('on 30 seeded claims, bad ones among them', async () => {
    const draw = seeded(4711n);
    const seen = new Set<string>();
    for (let index = 0; index < 30; index += 1) {
      const rows = codes.rows.slice(1);
      const lines = Array.from({ length: 4 }, () => {
        const row = rows[Number(draw(16)) % rows.length];
        if (row === undefined) throw new Error('the table has rows');
        const units = 1n + (draw(16) % (row.unitsMax + (index % 3 === 0 ? 1n : 0n)));
        const unitCents = draw(32) % (row.unitCentsMax + (index % 5 === 0 ? 2n : 1n));
        return { code: row.key, units, unitCents, modifier: draw(1) === 1n };
      });
      const totalCents = lines.reduce(
        (sum, { units, unitCents }) => sum + units * unitCents,
        draw(8) === 0n ? 1n : 0n,
      );
      const memberId = index % 7 === 0 ? draw(40) : MEMBER;
      const claim = { ...golden, claimId: draw(64), encounterId: draw(64), memberId, lines, totalCents };
      seen.add(await agree(claim));
    }
    expect(seen.size).toBeGreaterThanOrEqual(4);
  });
});
