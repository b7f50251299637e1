import { describe, expect, it } from 'vitest';
import { consistencyPath, ed25519PublicKey, leafHash, merkleRoot, utf8 } from '#canonical';
import { seededRandom } from '../testing/random.fixture.js';
import { formatCheckpoint } from './checkpoint.js';
import { cosignNote, formatNote, parseNote, signNote, verifyNoteSignature } from './note.js';
import { formatSignerKey, parseSignerKey } from './signer-key.js';
import { noteKeyTypes, noteVerifierKey } from './verifier-key.js';
import {
  type AddCheckpoint,
  formatAddCheckpoint,
  judgeAddCheckpoint,
  parseAddCheckpoint,
  type WitnessedTree,
} from './witness.js';

const random = seededRandom('witness');
const logSeed = random(32);
const origin = 'log.example/one';
const log = noteVerifierKey(origin, noteKeyTypes.ed25519, ed25519PublicKey(logSeed));
const leaves = Array.from({ length: 20 }, (_, index) => leafHash(utf8(`leaf ${index}`)));
const fork = leaves.map((_, index) => leafHash(utf8(`other ${index}`)));
const refusal = (code: string) => expect.objectContaining({ name: 'EvidenceError', code });

const tree = (size: number, of = leaves): WitnessedTree => ({ size, root: merkleRoot(of.slice(0, size)) });

function note(size: number, changes: { of?: typeof leaves; seed?: Uint8Array; name?: string } = {}): string {
  const name = changes.name ?? origin;
  const { root } = tree(size, changes.of);
  const text = formatCheckpoint({ origin: name, size, root });
  return formatNote({ text, signatures: [signNote({ text, name, seed: changes.seed ?? logSeed })] });
}

const request = (oldSize: number, newSize: number, changes: Partial<AddCheckpoint> = {}): AddCheckpoint => ({
  oldSize,
  consistency: oldSize === 0 || oldSize >= newSize ? [] : consistencyPath(leaves.slice(0, newSize), oldSize),
  note: note(newSize),
  ...changes,
});

const judge = (asked: AddCheckpoint, known: WitnessedTree | null) =>
  judgeAddCheckpoint({ request: asked, logs: [log], known: () => known });

describe('a witness', () => {
  it.each<[string, AddCheckpoint, WitnessedTree | null, object]>([
    ['a note that is none', request(0, 5, { note: 'x' }), null, { reason: 'MALFORMED', status: 400 }],
    [
      'a log that it does not know',
      request(0, 5, { note: note(5, { name: 'log.example/two' }) }),
      null,
      { reason: 'LOG_UNKNOWN', status: 404 },
    ],
    [
      'a checkpoint that the log did not sign',
      request(0, 5, { note: note(5, { seed: random(32) }) }),
      null,
      { reason: 'LOG_SIGNATURE_INVALID', status: 403 },
    ],
    [
      'an old size above the new one',
      request(6, 5, { consistency: [] }),
      tree(6),
      { reason: 'OLD_SIZE_TOO_LARGE', status: 400 },
    ],
    [
      'an old size that is not its own',
      request(3, 8),
      tree(5),
      { reason: 'OLD_SIZE_CONFLICT', status: 409, size: 5 },
    ],
    [
      'an old size where it knows nothing',
      request(3, 8),
      null,
      { reason: 'OLD_SIZE_CONFLICT', status: 409, size: 0 },
    ],
    ['a smaller tree', request(3, 3), tree(5), { reason: 'OLD_SIZE_CONFLICT', status: 409, size: 5 }],
    [
      'another tree of the same size',
      request(5, 5, { note: note(5, { of: fork }) }),
      tree(5),
      { reason: 'FORK', status: 409, size: 5 },
    ],
    [
      'a larger tree that did not grow out of its own',
      request(5, 9, { note: note(9, { of: fork }), consistency: consistencyPath(fork.slice(0, 9), 5) }),
      tree(5),
      { reason: 'INCONSISTENT', status: 422 },
    ],
    [
      'a proof that is cut short',
      request(5, 9, { consistency: [] }),
      tree(5),
      { reason: 'INCONSISTENT', status: 422 },
    ],
    [
      'a proof where none is due',
      request(0, 5, { consistency: [random(32)] }),
      null,
      { reason: 'INCONSISTENT', status: 422 },
    ],
  ])('refuses %s', (_what, asked, known, expected) => {
    expect(judge(asked, known)).toMatchObject({ accepted: false, ...expected });
  });

  it.each<[string, AddCheckpoint, WitnessedTree | null, number]>([
    ['the first checkpoint that it sees', request(0, 5), null, 5],
    ['a tree that grew out of its own', request(5, 9), tree(5), 9],
    ['its own tree once more', request(5, 5), tree(5), 5],
  ])('accepts %s', (_what, asked, known, size) => {
    expect(judge(asked, known)).toMatchObject({ accepted: true, tree: tree(size) });
  });

  it('signs with a key that it reads back from its one line', () => {
    const seed = random(32);
    const verifier = noteVerifierKey('auditor.example', noteKeyTypes.cosignature, ed25519PublicKey(seed));
    const key = parseSignerKey(`${formatSignerKey({ verifier, seed })}\n`);
    const judgement = judge(request(0, 5), null);
    if (!judgement.accepted) throw new Error('refused');
    const line = cosignNote({
      text: judgement.text,
      name: key.verifier.name,
      seed: key.seed,
      timeS: 1_763_700_000,
    });
    const cosigned = parseNote(formatNote({ text: judgement.text, signatures: [line] }));
    expect(verifyNoteSignature(cosigned, verifier)).toEqual({ state: 'valid', timeS: 1_763_700_000 });
  });

  it.each(['', 'PRIVATE+KEY+a+00000000+BAAA', 'a+00000000+BAAA', `PRIVATE+KEY+a+00000000+${'A'.repeat(44)}`])(
    'has no key in "%s"',
    (text) => {
      expect(() => parseSignerKey(text)).toThrow(refusal('VERIFIER_KEY_MALFORMED'));
    },
  );
});

describe('a request to a witness', () => {
  it('is read as it was written', () => {
    const asked = request(5, 9);
    expect(parseAddCheckpoint(utf8(formatAddCheckpoint(asked)))).toEqual(asked);
  });

  it.each<[string, Uint8Array]>([
    ['without a blank line', utf8('old 5\n')],
    ['without an old size', utf8('new 5\n\nnote')],
    ['with a size that begins with zero', utf8('old 05\n\nnote')],
    ['with a size that no number holds', utf8('old 9999999999999999\n\nnote')],
    ['with a hash that is none', utf8('old 5\nAAAA\n\nnote')],
    ['with more hashes than any tree needs', utf8(`old 5\n${`${'A'.repeat(43)}=\n`.repeat(64)}\nnote`)],
    ['that is no text', Uint8Array.of(0x6f, 0xff, 0x0a, 0x0a)],
    ['that is too large', new Uint8Array(65 * 1024)],
  ])('%s is refused', (_what, body) => {
    expect(() => parseAddCheckpoint(body)).toThrow(refusal('WITNESS_REQUEST_MALFORMED'));
  });
});
