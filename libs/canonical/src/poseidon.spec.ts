import { describe, expect, it } from 'vitest';
import { FIELD_MODULUS, parseField, poseidon } from './poseidon.js';

const refusal = expect.objectContaining({ name: 'CanonicalError', code: 'FIELD_RANGE' });

describe('poseidon', () => {
  it('refuses no inputs and more than 16', () => {
    expect(() => poseidon([])).toThrow(refusal);
    expect(() => poseidon(new Array<bigint>(17).fill(0n))).toThrow(refusal);
  });

  it('refuses values outside the field, which would collide with those inside', () => {
    expect(() => poseidon([FIELD_MODULUS])).toThrow(refusal);
    expect(() => poseidon([1n, FIELD_MODULUS + 2n])).toThrow(refusal);
    expect(() => poseidon([-1n])).toThrow(refusal);
  });

  it('agrees with circomlib', () => {
    expect(poseidon([1n])).toBe(
      18586133768512220936620570745912940619677854269274689475585506675881198879027n,
    );
    expect(poseidon([1n, 2n])).toBe(
      7853200120776062878684798364095072458815029376092732009249414926327459813530n,
    );
    expect(poseidon([3n, 4n])).toBe(
      14763215145315200506921711489642608356394854266165572616578112107564877678998n,
    );
    expect(poseidon([1n, 2n, 0n, 0n, 0n])).toBe(
      1018317224307729531995786483840663576608797660851238720571059489595066344487n,
    );
    expect(poseidon([3n, 4n, 5n, 10n, 23n])).toBe(
      13034429309846638789535561449942021891039729847501137143363028890275222221409n,
    );
    expect(poseidon(Array.from({ length: 16 }, (_, index) => BigInt(index + 1)))).toBe(
      9989051620750914585850546081941653841776809718687451684622678807385399211877n,
    );
  });

  it('has a function for every arity from 1 to 16, and no two agree', () => {
    const hashes = Array.from({ length: 16 }, (_, index) => poseidon(new Array<bigint>(index + 1).fill(0n)));
    expect(new Set(hashes).size).toBe(16);
  });
});

describe('parseField', () => {
  it.each(['', '-1', '+1', '01', '0x1', ' 1', '1.0', '1e3', FIELD_MODULUS.toString(), '9'.repeat(78)])(
    'refuses %j',
    (text) => {
      expect(() => parseField(text)).toThrow(refusal);
    },
  );

  it('reads zero and r - 1', () => {
    expect(parseField('0')).toBe(0n);
    expect(parseField((FIELD_MODULUS - 1n).toString())).toBe(FIELD_MODULUS - 1n);
  });
});
