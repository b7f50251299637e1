import { createPublicKey, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBase64, leafHash, merkleRoot, toBase64Url, toHex, utf8 } from '#canonical';
import { parseEnvelope } from '../dsse/envelope.js';
import { pae } from '../dsse/pae.js';
import { EvidenceError } from '../evidence-error.js';
import { parseCheckpoint } from './checkpoint.js';
import { parseLogPolicy } from './log-policy.js';
import { logReason, parseLogProof, verifyLogProof } from './log-proof.js';
import { parseNote, verifyNoteSignature } from './note.js';
import { formatVerifierKey, parseVerifierKey } from './verifier-key.js';

const vectors = resolve(import.meta.dirname, '../../../../../shared/vectors/evidence');

function describeWithVectors(set: string, body: (folder: string) => void): void {
  const folder = join(vectors, set);
  if (existsSync(folder)) describe(`vectors: ${set}`, () => body(folder));
  else {
    console.log(`vectors absent: evidence/${set} skipped`);
    describe.skip(`vectors: ${set}`, () => it('is absent', () => undefined));
  }
}

describeWithVectors('dsse', (folder) => {
  it('makes the pre-authentication encoding of the DSSE document, and its signature verifies over it', () => {
    const vector = JSON.parse(readFileSync(join(folder, 'protocol-vector.json'), 'utf8'));
    const envelope = parseEnvelope(utf8(JSON.stringify(vector.envelope)));
    expect(new TextDecoder().decode(pae(vector.payloadType, utf8(vector.serializedBodyUtf8)))).toBe(
      vector.paeUtf8,
    );
    const coordinate = (decimal: string) =>
      toBase64Url(
        Uint8Array.from(BigInt(decimal).toString(16).padStart(64, '0').match(/../g) ?? [], (pair) =>
          Number.parseInt(pair, 16),
        ),
      );
    const key = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: coordinate(vector.key.xDecimal),
        y: coordinate(vector.key.yDecimal),
      },
    });
    const [signature = new Uint8Array()] = envelope.signatures;
    expect(verify('sha256', envelope.pae, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
  });
});

describeWithVectors('note', (folder) => {
  const key = () => parseVerifierKey(readFileSync(join(folder, 'c2sp-example.vkey'), 'utf8').trim());
  const text = () => readFileSync(join(folder, 'c2sp-example.note'), 'utf8');

  it('verifies the example of the signed-note document', () => {
    expect(verifyNoteSignature(parseNote(text()), key())).toEqual({ state: 'valid', timeS: null });
    expect(formatVerifierKey(key())).toBe(readFileSync(join(folder, 'c2sp-example.vkey'), 'utf8').trim());
  });

  it('refuses the example with one letter changed', () => {
    const changed = parseNote(text().replace('example message', 'Example message'));
    expect(verifyNoteSignature(changed, key())).toEqual({ state: 'invalid' });
  });
});

describeWithVectors('tlog', (folder) => {
  const key = parseVerifierKey(
    'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx',
  );
  const names = readdirSync(folder).filter((name) => name.startsWith('checkpoint'));

  it.each(names)('%s is signed by the log and its root is that of its entries', (name) => {
    const note = parseNote(readFileSync(join(folder, name), 'utf8'));
    expect(verifyNoteSignature(note, key).state).toBe('valid');
    const checkpoint = parseCheckpoint(note.text);
    const leaves = entries(folder, checkpoint.size).map(leafHash);
    expect(toHex(merkleRoot(leaves))).toBe(toHex(checkpoint.root));
  });
});

describeWithVectors('tlog-proof', (folder) => {
  const cases: { file: string; policy: string; leafHash: string; expected: string }[] = JSON.parse(
    readFileSync(join(folder, 'index.json'), 'utf8'),
  ).cases;

  it.each(cases)('$file under $policy is to $expected', ({ file, policy, leafHash: leaf, expected }) => {
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const reason = () => {
      try {
        const proof = parseLogProof(read(file));
        return logReason(
          verifyLogProof({ proof, leafHash: fromBase64(leaf), policy: parseLogPolicy(read(policy)) }),
        );
      } catch (error) {
        return error instanceof EvidenceError ? error.code : 'UNTYPED';
      }
    };
    expect(reason() === null ? 'accept' : 'reject').toBe(expected);
    expect(reason()).not.toBe('UNTYPED');
  });
});

function entries(folder: string, size: number): Uint8Array[] {
  if (size === 0) return [];
  const bytes = readFileSync(join(folder, 'tile/entries/000.p', String(size)));
  const found: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = bytes.readUInt16BE(offset);
    found.push(bytes.subarray(offset + 2, offset + 2 + length));
    offset += 2 + length;
  }
  return found;
}
