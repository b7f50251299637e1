import { poseidon } from '#canonical';
import type { SampleMember } from './members.js';

/** A line of a claim: HCPCS code, units, price of one in cents. */
export interface SampleLine {
  readonly code: string;
  readonly units: number;
  readonly unitCents: number;
}

/** A claim as the hospital has it: everything here is secret but what a proof says of it. */
export interface SampleClaim {
  readonly claimId: bigint;
  readonly encounterId: bigint;
  readonly memberId: bigint;
  /** Who holds it can claim as this provider. */
  readonly providerSecret: bigint;
  /** ICD-10-CM, at most four. */
  readonly diagnoses: readonly string[];
  readonly totalCents: bigint;
  /** At most four. */
  readonly lines: readonly SampleLine[];
}

const LINES = 4;
const DIAGNOSIS_BITS = 56n;

/** The claim of the demo: 24 496 cents by the insurer, 14 124 by the patient, of which 8 000 are deductible. */
export function goldenClaim(
  ids: Pick<SampleClaim, 'claimId' | 'encounterId' | 'memberId' | 'providerSecret'>,
): SampleClaim {
  return { ...ids, diagnoses: ['E11.9', 'I10'], totalCents: 38_620n, lines: goldenLines };
}

const goldenLines: readonly SampleLine[] = [
  { code: 'G0463', units: 1, unitCents: 13_500 },
  { code: 'J1100', units: 4, unitCents: 30 },
  { code: 'A0428', units: 1, unitCents: 25_000 },
];

/** Each kind of bad claim: the rule that it breaks, and how. */
export const badClaims: readonly {
  readonly rule: string;
  readonly what: string;
  readonly change: Partial<SampleClaim>;
}[] = [
  { rule: 'member-unknown', what: 'a patient who is no member', change: { memberId: 4_712n } },
  {
    rule: 'code-unlisted',
    what: 'a service that the table does not have',
    change: { lines: first({ code: 'G0464', units: 1, unitCents: 13_500 }) },
  },
  {
    rule: 'code-repeated',
    what: 'one service on two lines, to have its units twice',
    change: {
      lines: [
        { code: 'J1100', units: 120, unitCents: 30 },
        { code: 'J1100', units: 120, unitCents: 30 },
      ],
      totalCents: 7_200n,
    },
  },
  {
    rule: 'pair-conflict',
    what: 'two services that are never paid together',
    change: { lines: [...goldenLines, { code: 'A0429', units: 1, unitCents: 100 }], totalCents: 38_720n },
  },
  {
    rule: 'units-exceeded',
    what: 'one unit too many',
    change: { lines: first({ code: 'G0463', units: 2, unitCents: 13_500 }), totalCents: 52_120n },
  },
  {
    rule: 'fee-above-schedule',
    what: 'a price one cent too high',
    change: { lines: first({ code: 'G0463', units: 1, unitCents: 13_501 }), totalCents: 38_621n },
  },
  { rule: 'total-mismatch', what: 'a total one cent above the lines', change: { totalCents: 38_621n } },
];

function first(line: SampleLine): readonly SampleLine[] {
  return [line, ...goldenLines.slice(1)];
}

/** The field elements of the input `claim`: ids, diagnoses, total, and each of four lines packed. */
export function claimInput(claim: SampleClaim): readonly string[] {
  const { claimId, encounterId, memberId, providerSecret, diagnoses, totalCents, lines } = claim;
  const packed = Array.from({ length: LINES }, (_, index) => packedLine(lines[index]));
  const fields = [claimId, encounterId, memberId, providerSecret, packedDiagnoses(diagnoses), totalCents];
  return [...fields, ...packed].map(String);
}

/** By what a proof names provider, claim and encounter: numbers that tell none of them, and repeat when they do. */
export function claimNames({ providerSecret, claimId, encounterId, memberId }: SampleClaim): {
  readonly provider: string;
  readonly claimNullifier: string;
  readonly encounterNullifier: string;
} {
  return {
    provider: `${poseidon([providerSecret])}`,
    claimNullifier: `${poseidon([providerSecret, claimId])}`,
    encounterNullifier: `${poseidon([providerSecret, memberId, encounterId])}`,
  };
}

/** What a provider asks for: its own sum, which a proof has to bear out. */
export function askedOf(
  { totalCents }: Pick<SampleClaim, 'totalCents'>,
  { deductibleCents, metCents, coinsurance }: SampleMember,
): { readonly insurerCents: bigint; readonly deductibleCents: bigint } {
  const open = deductibleCents > metCents ? deductibleCents - metCents : 0n;
  const counted = open < totalCents ? open : totalCents;
  return {
    insurerCents: ((totalCents - counted) * (100n - coinsurance)) / 100n,
    deductibleCents: counted,
  };
}

function packedLine(line: SampleLine | undefined): bigint {
  if (line === undefined) return 0n;
  return ascii(line.code) + (BigInt(line.units) << 40n) + (BigInt(line.unitCents) << 56n);
}

function packedDiagnoses(codes: readonly string[]): bigint {
  return codes.reduce(
    (sum, code, index) => sum + (ascii(code.replace('.', '')) << (DIAGNOSIS_BITS * BigInt(index))),
    0n,
  );
}

function ascii(text: string): bigint {
  return BigInt(`0x${Buffer.from(text, 'latin1').toString('hex')}`);
}
