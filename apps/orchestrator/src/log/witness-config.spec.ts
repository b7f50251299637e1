import { describe, expect, it } from 'vitest';
import { ed25519PublicKey } from '#canonical';
import { formatVerifierKey, noteKeyTypes, noteVerifierKey } from '#evidence';
import { readWitnessing } from './witness-config.js';

type NoteKeyType = (typeof noteKeyTypes)[keyof typeof noteKeyTypes];

const key = (seed: number, type: NoteKeyType = noteKeyTypes.cosignature): string => {
  const publicKey = ed25519PublicKey(new Uint8Array(32).fill(seed));
  return formatVerifierKey(noteVerifierKey(`witness-${seed}.example`, type, publicKey));
};
const read = (witnesses: string, quorum?: string) =>
  readWitnessing({
    SEALFLOW_WITNESSES: witnesses,
    ...(quorum === undefined ? {} : { SEALFLOW_WITNESS_QUORUM: quorum }),
  });

describe('the configured witnesses', () => {
  it.each<[string, string, string | undefined, RegExp]>([
    ['an address without a key', 'https://w.example', undefined, /its address, a space and its verifier key/],
    ['a third word', `https://w.example ${key(1)} more`, undefined, /its address, a space/],
    ['an address of another scheme', `file:///w ${key(1)}`, undefined, /http or https/],
    ['an address with a password', `https://a:b@w.example ${key(1)}`, undefined, /without user/],
    ['an address with a query', `https://w.example/?a=1 ${key(1)}`, undefined, /without user, query/],
    ['a key that is none', 'https://w.example a+b+c', undefined, /verifier key/],
    ['the key of a log', `https://w.example ${key(1, noteKeyTypes.ed25519)}`, undefined, /type 04/],
    [
      'one key twice',
      `https://a.example ${key(1)},https://b.example ${key(1)}`,
      undefined,
      /every witness once/,
    ],
    ['a quorum above their number', `https://w.example ${key(1)}`, '2', /0 to 1/],
    ['a quorum that is no number', `https://w.example ${key(1)}`, '-1', /0 to 1/],
    [
      'too many',
      Array.from({ length: 17 }, (_, at) => `https://w.example ${key(at)}`).join(),
      undefined,
      /at most 16/,
    ],
  ])('are refused with %s', (_, witnesses, quorum, message) => {
    expect(() => read(witnesses, quorum)).toThrow(message);
  });

  it('are none where none are named', () => {
    expect(readWitnessing({})).toEqual({ witnesses: [], quorum: 0 });
  });

  it('are all needed unless a quorum is said', () => {
    const two = `https://a.example/w/ ${key(1)},\n http://127.0.0.1:8080 ${key(2)}`;
    expect(read(two)).toMatchObject({
      quorum: 2,
      witnesses: [{ url: 'https://a.example/w' }, { url: 'http://127.0.0.1:8080' }],
    });
    expect(read(two, '1').quorum).toBe(1);
  });
});
