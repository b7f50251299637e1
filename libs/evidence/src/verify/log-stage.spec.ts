import { describe, expect, it } from 'vitest';
import { fromBase64, inclusionPath, leafHash, merkleRoot, utf8 } from '#canonical';
import { demoRun, logName, logSeed, witnessName } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { at, type OpenBundle, tampered } from '../testing/tamper.fixture.js';
import { formatCheckpoint } from '../tlog/checkpoint.js';
import { formatLogProof } from '../tlog/log-proof.js';
import { cosignNote, formatNote, parseNote, signNote } from '../tlog/note.js';

const demo = demoRun();
type LogJson = NonNullable<OpenBundle['log']>[number];
const withLog = (change: (entry: LogJson) => void) =>
  judge(
    tampered(demo.bytes, (bundle) => change(at(bundle.log, 0))),
    demo.trust,
  );

/** A proof that the log itself signs over leaves of the test's choice. */
function proofOver(leaves: readonly Uint8Array[], index: number, seed = logSeed, name = logName): string {
  const hashes = leaves.map(leafHash);
  const text = formatCheckpoint({ origin: name, size: leaves.length, root: merkleRoot(hashes) });
  const checkpointNote = formatNote({ text, signatures: [signNote({ text, name, seed })] });
  return formatLogProof({ index, path: inclusionPath(hashes, index), checkpointNote });
}

describe('a bundle that is not in the log it names', () => {
  it('without an entry is pending', async () => {
    const pending = demoRun({ logged: false });
    const { exitCode, failed } = await judge(pending.bytes, pending.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 3, failed: ['LOG_PENDING'] });
  });

  it('under a checkpoint with a changed root', async () => {
    const { exitCode, failed } = await withLog((entry) => {
      entry.proof = entry.proof.replace(
        /\n5\n[A-Za-z0-9+/]/,
        (line) => `\n5\n${line.endsWith('A') ? 'B' : 'A'}`,
      );
    });
    expect(exitCode).toBe(1);
    expect(failed).toEqual(['LOG_SIGNATURE_INVALID', 'LOG_INCLUSION_INVALID']);
  });

  it('under a checkpoint that the log signed over other leaves', async () => {
    const { exitCode, failed } = await withLog((entry) => {
      entry.proof = proofOver([utf8('a'), utf8('b'), utf8('another bundle')], 2);
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['LOG_INCLUSION_INVALID'] });
  });

  it('at another index', async () => {
    const { failed } = await withLog((entry) => {
      entry.proof = entry.proof.replace('index 2\n', 'index 3\n');
    });
    expect(failed).toEqual(['LOG_INCLUSION_INVALID']);
  });

  it('with a leaf of another bundle', async () => {
    const { failed } = await withLog((entry) => {
      entry.leaf = Buffer.from('sealflow/leaf/v1\n').toString('base64');
    });
    expect(failed).toEqual(['LOG_LEAF_MISMATCH']);
  });

  it('signed by a stranger under the name of the log', async () => {
    const { exitCode, failed } = await withLog((entry) => {
      entry.proof = proofOver([fromBase64(entry.leaf)], 0, seededRandom('stranger')(32));
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['LOG_SIGNATURE_MISSING'] });
  });

  it('in a log that the trust file does not know', async () => {
    const { exitCode, failed } = await withLog((entry) => {
      entry.origin = 'log.example.net/other';
      entry.proof = proofOver(
        [fromBase64(entry.leaf)],
        0,
        seededRandom('other log')(32),
        'log.example.net/other',
      );
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 5, failed: ['LOG_UNKNOWN'] });
  });

  it.each([
    ['leading zeros in the index', (proof: string) => proof.replace('index 2', 'index 02')],
    ['a path that is too short', (proof: string) => proof.replace(/(index 2\n)[^\n]+\n/, '$1')],
    ['a path that is too long', (proof: string) => proof.replace(/(index 2\n)([^\n]+\n)/, '$1$2$2')],
    ['another header', (proof: string) => proof.replace('tlog-proof@v1', 'tlog-proof@v2')],
    ['no text', () => 'x'],
  ])('with %s', async (_, change) => {
    const { exitCode, failed } = await withLog((entry) => {
      entry.proof = change(entry.proof);
    });
    expect(exitCode).toBe(1);
    expect(['LOG_PROOF_MALFORMED', 'LOG_INCLUSION_INVALID']).toContain(failed[0]);
  });
});

describe('witnesses', () => {
  it('without one the log is called operator-only, and the time is nobody else`s word', async () => {
    const { exitCode, warned, verdict } = await judge(demo.bytes, demo.trust);
    expect(exitCode).toBe(0);
    expect(warned).toContain('LOG_OPERATOR_ONLY');
    expect(warned).toContain('TIME_UNANCHORED');
    expect(verdict.asOf?.source).toBe('operator');
  });

  it('with a quorum the earliest cosignature is the time of judgement', async () => {
    const witnessed = demoRun({ witnesses: 3 });
    const { exitCode, warned, verdict } = await judge(witnessed.bytes, witnessed.trust);
    expect(exitCode).toBe(0);
    expect(warned).not.toContain('LOG_OPERATOR_ONLY');
    expect(verdict.asOf).toEqual({ time: '2026-11-20T21:03:34.000Z', source: 'witness' });
    expect(verdict.log?.witnesses).toHaveLength(3);
  });

  it('a quorum that is short by one does not satisfy the policy', async () => {
    const short = demoRun({ witnesses: 3, cosigners: 2 });
    const { exitCode, failed } = await judge(short.bytes, short.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 4, failed: ['WITNESS_QUORUM_NOT_MET'] });
  });

  it('a cosigner that appears twice counts once', async () => {
    const short = demoRun({ witnesses: 3, cosigners: 2 });
    const bytes = tampered(short.bytes, (bundle) => {
      const entry = at(bundle.log, 0);
      const line = entry.proof.split('\n').find((candidate) => candidate.includes(witnessName(1)));
      entry.proof = `${entry.proof}${line}\n`;
    });
    expect((await judge(bytes, short.trust)).failed).toEqual(['WITNESS_QUORUM_NOT_MET']);
  });

  it('a cosignature over another checkpoint is a finding, not an absence', async () => {
    const witnessed = demoRun({ witnesses: 1 });
    const bytes = tampered(witnessed.bytes, (bundle) => {
      const entry = at(bundle.log, 0);
      const [head = '', ...rest] = entry.proof.split('\n\n');
      const note = parseNote(rest.join('\n\n'));
      const other = cosignNote({
        text: 'another\n',
        name: witnessName(0),
        seed: seededRandom('witness 0')(32),
        timeS: 1,
      });
      const signatures = [at(note.signatures, 0), other];
      entry.proof = `${head}\n\n${formatNote({ text: note.text, signatures })}`;
    });
    expect((await judge(bytes, witnessed.trust)).failed).toContain('WITNESS_SIGNATURE_INVALID');
  });
});

describe('time', () => {
  it('a run that ends after the time of judgement is inconsistent', async () => {
    const { exitCode, failed } = await judge(demo.bytes, demo.trust, {
      at: Date.parse('2026-11-19T00:00:00Z'),
    });
    expect(exitCode).toBe(1);
    expect(failed).toContain('TIME_INCONSISTENT');
  });

  it('a later time of judgement does not age evidence that was used in its window', async () => {
    const { exitCode, verdict } = await judge(demo.bytes, demo.trust, {
      at: Date.parse('2031-01-01T00:00:00Z'),
    });
    expect(exitCode).toBe(0);
    expect(verdict.asOf?.source).toBe('caller');
  });
});
