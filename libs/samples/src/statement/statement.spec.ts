import { describe, expect, it } from 'vitest';
import { findApplicant, goldenApplicant } from '../credit/applicant.js';
import { seededRandom } from '../random.js';
import { employmentStatuses, hasRegularEarnings, type IncomeBand, profileOf } from './profile.js';
import { generateStatement } from './statement.js';

const many = (count: number) => {
  const rng = seededRandom('many');
  return Array.from({ length: count }, () =>
    generateStatement(rng, {
      employment: rng.pick(employmentStatuses),
      incomeBand: rng.pick<IncomeBand>([0, 1, 2, 3]),
    }),
  );
};

describe('generateStatement', () => {
  const statements = many(200);

  it('gives the same text for the same seed and another for another seed', () => {
    const text = (seed: number) =>
      generateStatement(seededRandom(seed), { employment: 'salaried', incomeBand: 2 });
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });

  it('writes about 600 words, far below the limit of a run input', () => {
    for (const text of statements) {
      const words = text.split(/\s+/).length;
      expect(words).toBeGreaterThan(500);
      expect(words).toBeLessThan(700);
      expect(Buffer.byteLength(text)).toBeLessThan(8192);
    }
  });

  it('holds no valid account number', () => {
    for (const text of statements) {
      const [iban = ''] = /DE\d{2}( \d{4}){4} \d{2}/.exec(text) ?? [];
      expect(iban).not.toBe('');
      expect(ibanRemainder(iban)).not.toBe(1n);
    }
  });

  it('says of itself that it is a specimen', () => {
    for (const text of statements) expect(text.toLowerCase()).toContain('specimen');
  });

  it('uses several layouts', () => {
    const layouts = new Set(statements.map((text) => text.split('\n')[0]?.replace(/Dear .*/, 'Dear')));
    expect(layouts.size).toBeGreaterThan(8);
  });

  it('prints the holder it is given', () => {
    const profile = { employment: 'retired', incomeBand: 1, holder: 'Canary Holder' } as const;
    expect(generateStatement(seededRandom(1), profile)).toContain('Canary Holder');
  });
});

describe('profileOf', () => {
  it('agrees with the employment code of the form', () => {
    const unemployed = findApplicant(1, ({ employment }) => employment === 'A71');
    for (let seed = 0; seed < 50; seed += 1) {
      expect(hasRegularEarnings(profileOf(goldenApplicant, seededRandom(seed)).employment)).toBe(true);
      expect(hasRegularEarnings(profileOf(unemployed, seededRandom(seed)).employment)).toBe(false);
    }
  });
});

/** ISO 7064 mod 97-10 as ISO 13616 uses it: 1 for a valid IBAN. */
function ibanRemainder(iban: string): bigint {
  const compact = iban.replaceAll(' ', '');
  const digits = `${compact.slice(4)}${compact.slice(0, 4)}`.replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n;
}
