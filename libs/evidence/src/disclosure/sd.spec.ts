import { describe, expect, it } from 'vitest';
import { canonicalBytes, type JsonObject, toBase64Url, utf8 } from '#canonical';
import { seededRandom } from '../testing/random.fixture.js';
import { concealMembers, digestOfDisclosure, openMembers, parseDisclosure } from './sd.js';

const random = seededRandom('disclosures');

function disclosure(...parts: readonly (string | number | JsonObject | null)[]): string {
  return toBase64Url(canonicalBytes(parts));
}

const name = disclosure('2GLC42sKQveCfGfryNRN9w', 'name', 'Ada');
const signed = { _sd: [digestOfDisclosure(name)], role: 'approver' };

describe('a disclosure that is refused', () => {
  it.each([
    ['of other letters', 'not base64!'],
    ['of no JSON', toBase64Url(utf8('["salt", "name"'))],
    ['with a key twice in its value', toBase64Url(utf8('["salt", "name", {"a": 1, "a": 2}]'))],
    ['that is no list', disclosure().replace(/.*/, toBase64Url(utf8('{}')))],
    ['of an item of a list', disclosure('salt', 'Ada')],
    ['of four parts', disclosure('salt', 'name', 'Ada', 'more')],
    ['whose salt is no text', disclosure(1, 'name', 'Ada')],
    ['whose name is no text', disclosure('salt', 1, 'Ada')],
    ['named _sd', disclosure('salt', '_sd', 'Ada')],
    ['named ...', disclosure('salt', '...', 'Ada')],
    ['named _sd_alg', disclosure('salt', '_sd_alg', 'sha-256')],
    ['with a bit of padding', `${name}=`],
  ])('%s is malformed', (_, text) => {
    expect(() => parseDisclosure(text, 'here')).toThrowError(
      expect.objectContaining({ code: 'DISCLOSURE_MALFORMED' }),
    );
  });

  it.each<[string, string, JsonObject, readonly string[]]>([
    ['UNUSED', 'that no digest asks for', { role: 'approver' }, [name]],
    ['UNUSED', 'with another salt', signed, [disclosure('2GLC42sKQveCfGfryNRN9x', 'name', 'Ada')]],
    ['DUPLICATE', 'that is there twice', signed, [name, name]],
    ['SHADOWS', 'of a member that is there', { ...signed, name: 'Eve' }, [name]],
    [
      'SHADOWS',
      'of a member that another one opened',
      { _sd: [digestOfDisclosure(name), digestOfDisclosure(disclosure('salt', 'name', 'Eve'))] },
      [name, disclosure('salt', 'name', 'Eve')],
    ],
    ['DUPLICATE', 'whose digest is in two places', { ...signed, other: signed }, [name]],
    ['DUPLICATE', 'whose digest is twice in one place', { _sd: [...signed._sd, ...signed._sd] }, [name]],
    ['DUPLICATE', 'while a digest without one is twice there', { ...signed, a: signed }, []],
    ['MALFORMED', 'where _sd is no list', { _sd: 'x' }, []],
    ['MALFORMED', 'where a digest is too short', { _sd: ['x'] }, []],
    ['MALFORMED', 'under another hash', { ...signed, _sd_alg: 'sha-512' }, [name]],
    [
      'MALFORMED',
      'under a hash that is named below the top',
      { below: { ...signed, _sd_alg: 'sha-256' } },
      [name],
    ],
    ['MALFORMED', 'in a list with a withheld item', { list: [{ '...': signed._sd[0] ?? '' }] }, []],
  ])('%s: one %s', (code, _, value, disclosures) => {
    expect(() => openMembers(value, disclosures, 'statement')).toThrowError(
      expect.objectContaining({ code: `DISCLOSURE_${code}` }),
    );
  });

  it('is inside of too many others', () => {
    let inner: JsonObject = { end: true };
    const chain: string[] = [];
    for (let depth = 0; depth < 100; depth += 1) {
      const text = disclosure(`salt ${depth}`, 'next', inner);
      chain.push(text);
      inner = { _sd: [digestOfDisclosure(text)] };
    }
    expect(() => openMembers(inner, chain, 'statement')).toThrowError(
      expect.objectContaining({ code: 'DISCLOSURE_MALFORMED' }),
    );
  });
});

describe('the examples of RFC 9901', () => {
  // Sections 4.2.1, 4.2.3 and A.1: same bytes, same digests.
  it.each([
    [
      'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0',
      'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0',
      'family_name',
      'Möbius',
    ],
    [
      'WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd',
      'jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4',
      'given_name',
      'John',
    ],
    [
      'WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd',
      'TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo',
      'family_name',
      'Doe',
    ],
  ])('%s is read, hashed and put back', (encoded, digest, member, value) => {
    expect(parseDisclosure(encoded, 'here')).toMatchObject({ digest, name: member, value });
    expect(openMembers({ _sd: [digest], _sd_alg: 'sha-256' }, [encoded], 'statement').value).toEqual({
      [member]: value,
    });
  });
});

describe('members that can be withheld', () => {
  const value = { id: 'one', facts: { a: 1, b: 'two' }, executor: { id: 'worker-1', key: 'k' } };
  const paths = [
    ['facts', '*'],
    ['executor', 'id'],
  ];

  it('are not in what is signed, and come back with their disclosures', () => {
    const concealed = concealMembers(value, paths, random);
    expect(concealed.disclosures).toHaveLength(3);
    const text = JSON.stringify(concealed.value);
    expect(text).not.toContain('worker-1');
    expect(text).not.toContain('two');
    expect(openMembers(concealed.value, concealed.disclosures, 'statement').value).toEqual(value);
  });

  it('stay away without theirs, and only their count is left', () => {
    const concealed = concealMembers(value, paths, random);
    const opened = openMembers(concealed.value, concealed.disclosures.slice(1), 'statement').value;
    expect(opened).toMatchObject({
      facts: { b: 'two', _sd: [expect.any(String)] },
      executor: { id: 'worker-1' },
    });
  });

  it('have a salt each, so that equal values have other digests', () => {
    const [first, second] = [concealMembers(value, paths, random), concealMembers(value, paths, random)];
    expect(first.value).not.toEqual(second.value);
    for (const text of first.disclosures) {
      const [salt] = JSON.parse(Buffer.from(text, 'base64url').toString());
      expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
    }
  });

  it('may not be named as SD-JWT names its own', () => {
    for (const reserved of ['_sd', '_sd_alg', '...']) {
      expect(() => concealMembers({ below: [{ [reserved]: 1 }] }, [], random)).toThrowError(
        expect.objectContaining({ code: 'STATEMENT_MALFORMED' }),
      );
    }
  });

  it('leave no prototype behind: a name is there only if it was sent', () => {
    const concealed = concealMembers(value, paths, random);
    const opened = openMembers(concealed.value, concealed.disclosures, 'statement').value;
    expect('constructor' in opened).toBe(false);
    expect('toString' in (opened['facts'] as JsonObject)).toBe(false);
  });
});
