import { describe, expect, it } from 'vitest';
import { digestOf, ed25519PublicKey, toHex, utf8 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { seededRandom } from '../testing/random.fixture.js';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.js';
import { parseLogPolicy, quorumMet } from './log-policy.js';
import { leafEntry, leafEntryHash } from './log-proof.js';
import { cosignNote, formatNote, parseNote, signNote, verifyNoteSignature } from './note.js';
import { formatVerifierKey, noteKeyTypes, noteVerifierKey, parseVerifierKey } from './verifier-key.js';

const seed = seededRandom('note')(32);
const logKey = noteVerifierKey('log.example', noteKeyTypes.ed25519, ed25519PublicKey(seed));
const text = formatCheckpoint({
  origin: 'log.example',
  size: 5,
  root: new Uint8Array(32),
  extensions: ['more'],
});

function code(read: () => unknown): string {
  try {
    read();
    return 'NONE';
  } catch (error) {
    return error instanceof EvidenceError ? error.code : 'UNTYPED';
  }
}

describe('a note', () => {
  const signed = formatNote({ text, signatures: [signNote({ text, name: 'log.example', seed })] });

  it('is read as it was written, and verifies under its key', () => {
    const note = parseNote(signed);
    expect(note.text).toBe(text);
    expect(formatNote(note)).toBe(signed);
    expect(verifyNoteSignature(note, logKey)).toEqual({ state: 'valid', timeS: null });
  });

  it('says nothing about a key that did not sign it', () => {
    const other = noteVerifierKey('other.example', noteKeyTypes.ed25519, ed25519PublicKey(seed));
    expect(verifyNoteSignature(parseNote(signed), other).state).toBe('absent');
  });

  it('carries the time of a cosignature, which is signed', () => {
    const name = 'witness.example';
    const key = noteVerifierKey(name, noteKeyTypes.cosignature, ed25519PublicKey(seed));
    const line = cosignNote({ text, name, seed, timeS: 1_790_000_000 });
    expect(verifyNoteSignature({ text, signatures: [line] }, key)).toEqual({
      state: 'valid',
      timeS: 1_790_000_000,
    });
    const late = { ...line, signature: line.signature.slice() };
    late.signature[7] = (late.signature[7] ?? 0) ^ 1;
    expect(verifyNoteSignature({ text, signatures: [late] }, key).state).toBe('invalid');
  });

  it.each([
    ['no signature', 'text\n\n'],
    ['no blank line', 'text\n— a AAAAAAAA\n'],
    ['no last newline', signed.slice(0, -1)],
    ['a control character', signed.replace('more', 'mo\u0007re')],
    ['a hyphen for the dash', signed.replace('\u2014', '-')],
    ['a signature that is too short', 'text\n\n\u2014 a AAAA\n'],
  ])('with %s is malformed', (_, note) => {
    expect(code(() => parseNote(note))).toBe('NOTE_MALFORMED');
  });
});

describe('a checkpoint', () => {
  it('is read as it was written', () => {
    const { origin, size, root, extensions } = parseCheckpoint(text);
    expect({ origin, size, root: toHex(root), extensions }).toEqual({
      origin: 'log.example',
      size: 5,
      root: '00'.repeat(32),
      extensions: ['more'],
    });
  });

  it.each([
    '',
    'a\n',
    'a\n05\nAAAA\n',
    'a\n-1\nAAAA\n',
    'a\n5\nAAAA\n',
    `a\n9007199254740993\n${'A'.repeat(43)}=\n`,
  ])('%j is malformed', (malformed) => {
    expect(code(() => parseCheckpoint(malformed))).toBe('CHECKPOINT_MALFORMED');
  });
});

describe('a verifier key', () => {
  it('is read as it was written', () => {
    expect(parseVerifierKey(formatVerifierKey(logKey))).toEqual(logKey);
  });

  it('with another hash, name or type is malformed', () => {
    const written = formatVerifierKey(logKey);
    for (const other of [written.replace('log.example', 'log.exampla'), 'a+00000000+', `a b${written}`, '']) {
      expect(code(() => parseVerifierKey(other))).toBe('VERIFIER_KEY_MALFORMED');
    }
  });
});

describe('a log policy', () => {
  const witness = (name: string): string =>
    `witness ${name} ${formatVerifierKey(noteVerifierKey(`${name}.example`, noteKeyTypes.cosignature, ed25519PublicKey(seededRandom(name)(32))))}`;
  const lines = [`log ${formatVerifierKey(logKey)}`, witness('a'), witness('b'), witness('c')];
  const policy = (...more: string[]) => parseLogPolicy([...lines, ...more].join('\n'));

  it('counts nested groups', () => {
    const nested = policy('group two 2 a b c', 'group both all two c', 'quorum both');
    expect(quorumMet(nested, new Set(['a', 'b']))).toBe(false);
    expect(quorumMet(nested, new Set(['a', 'c']))).toBe(true);
    expect(quorumMet(policy('quorum none'), new Set())).toBe(true);
  });

  it.each([
    ['no quorum', []],
    ['a quorum of nobody', ['quorum x']],
    ['two quorums', ['quorum none', 'quorum none']],
    ['a group of strangers', ['group g all x', 'quorum g']],
    ['a group that lists a witness twice', ['group g all a a', 'quorum g']],
    ['a threshold that can never be met', ['group g 3 a b', 'quorum g']],
    ['a name that is defined twice', [witness('a'), 'quorum none']],
    ['an unknown keyword', ['notary a', 'quorum none']],
  ])('with %s is malformed', (_, more) => {
    expect(code(() => policy(...more))).toBe('LOG_POLICY_MALFORMED');
  });
});

describe('the leaf of a run', () => {
  it('is the digest of its root and nothing else', () => {
    const digest = digestOf(utf8('root'));
    expect(new TextDecoder().decode(leafEntry(digest))).toBe(`sealflow/leaf/v1\n${digest.slice(7)}\n`);
    expect(leafEntryHash(digest)).toHaveLength(32);
  });
});
