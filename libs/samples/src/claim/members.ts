/**
 * The insurer's table of members as the hospital is given it: one row, and the path to a root that everybody knows. The
 * rows are sorted, and each names the next, so that exactly one row answers for any member, and shows who is none.
 */
import { type JsonObject, poseidon } from '#canonical';

export interface SampleMember {
  readonly key: bigint;
  readonly deductibleCents: bigint;
  readonly metCents: bigint;
  /** Percent of what is above the deductible that the patient bears. */
  readonly coinsurance: bigint;
}

/** The member of the golden claim: 8 000 of a deductible of 50 000 are open. */
export const MEMBER: SampleMember = {
  key: 4_711n,
  deductibleCents: 50_000n,
  metCents: 42_000n,
  coinsurance: 20n,
};

/** Root of the table of codes and prices that the circuit of this release is made for. */
export const CODES_ROOT = '2088966214600729119492880393643159576380970329966903539042179190907341110312';

const MEMBERS: readonly SampleMember[] = [
  { key: 1_000n, deductibleCents: 0n, metCents: 0n, coinsurance: 0n },
  MEMBER,
  { key: 9_000n, deductibleCents: 100_000n, metCents: 200_000n, coinsurance: 100n },
];

const LEVELS = 5;
const ARITY = 3;
const KEY_END = 2n ** 40n - 1n;

type Row = SampleMember & { readonly next: bigint };

export class MemberTable {
  readonly #levels: readonly (readonly bigint[])[];
  readonly #rows: readonly Row[];

  constructor(members: readonly SampleMember[] = MEMBERS) {
    const lowest = { key: 0n, deductibleCents: 0n, metCents: 0n, coinsurance: 0n };
    const all = [lowest, ...members].sort((left, right) => (left.key < right.key ? -1 : 1));
    this.#rows = all.map((row, index) => ({ ...row, next: all[index + 1]?.key ?? KEY_END }));
    let level: readonly bigint[] = Array.from({ length: ARITY ** LEVELS }, (_, index) =>
      hashOf(this.#rows[index]),
    );
    const levels = [level];
    while (level.length > 1) {
      const below = level;
      level = Array.from({ length: below.length / ARITY }, (_, index) =>
        poseidon(below.slice(ARITY * index, ARITY * (index + 1))),
      );
      levels.push(level);
    }
    this.#levels = levels;
  }

  get root(): string {
    return `${this.#levels.at(-1)?.[0]}`;
  }

  /** The input `membership`: the row that answers for a member, with its path. */
  membership(memberId: bigint): JsonObject {
    const index = this.#rows.findIndex(({ key, next }) => key <= memberId && memberId < next);
    const row = this.#rows[index];
    if (row === undefined) throw new RangeError('memberId: expected a number below 2^40 - 1');
    const { key, next, deductibleCents, metCents, coinsurance } = row;
    const numbers = { key, next, deductibleCents, metCents, coinsurance };
    let at = index;
    const path = this.#levels.slice(0, -1).map((level) => {
      const place = at % ARITY;
      const siblings = level.slice(at - place, at - place + ARITY);
      at = Math.floor(at / ARITY);
      return {
        place: `${place}`,
        siblings: siblings.map((hash, child) => (child === place ? '0' : `${hash}`)),
      };
    });
    return {
      row: Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, `${number}`])),
      places: path.map(({ place }) => place),
      siblings: path.map(({ siblings }) => siblings),
    };
  }
}

function hashOf(row: Row | undefined): bigint {
  if (row === undefined) return 0n;
  const { key, next, deductibleCents, metCents, coinsurance } = row;
  return poseidon([key, next, deductibleCents + (metCents << 32n) + (coinsurance << 64n)]);
}
