import { fromUtf8, toBase64, utf8 } from '#canonical';
import { fetchBytes } from '#collateral';
import { type AddCheckpoint, formatAddCheckpoint, parseNote, verifyNoteSignature } from '#evidence';
import type { Witness } from './witness-config.js';

/** What a witness answered (C2SP tlog-witness, add-checkpoint). */
export type WitnessAnswer =
  /** Its line under the checkpoint, verified. */
  | { readonly kind: 'cosigned'; readonly line: string }
  /** It knows the log at another size than the request began with. */
  | { readonly kind: 'conflict'; readonly size: number }
  /** It will not, or not now; `reason` says why without a word of its own. */
  | { readonly kind: 'refused'; readonly reason: string };

const ANSWER_BYTES_MAX = 16 * 1024;
const TIMEOUT_MS = 5_000;

/** Asks one witness to cosign. Rejects when it cannot be reached; the witness is not trusted beyond its signature. */
export async function addCheckpoint(witness: Witness, request: AddCheckpoint): Promise<WitnessAnswer> {
  const { status, body } = await fetchBytes({
    url: `${witness.url}/add-checkpoint`,
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: utf8(formatAddCheckpoint(request)),
    bytesMax: ANSWER_BYTES_MAX,
    timeoutMs: TIMEOUT_MS,
  });
  if (status === 200) return cosigned(witness, request.note, body);
  if (status === 409) return conflict(body);
  return { kind: 'refused', reason: `status ${status}` };
}

function cosigned(witness: Witness, signed: string, body: Uint8Array): WitnessAnswer {
  try {
    const note = parseNote(signed + fromUtf8(body));
    const mine = note.signatures.filter(
      ({ name, keyHash }) => name === witness.key.name && keyHash === witness.key.keyHash,
    );
    const [signature, ...more] = mine;
    const valid = verifyNoteSignature(note, witness.key).state === 'valid';
    if (signature === undefined || more.length > 0 || !valid) throw new Error('no valid line');
    const bytes = Buffer.concat([Buffer.from(signature.keyHash, 'hex'), signature.signature]);
    return { kind: 'cosigned', line: `\u2014 ${signature.name} ${toBase64(bytes)}\n` };
  } catch {
    return { kind: 'refused', reason: 'status 200 without one valid cosignature of its key' };
  }
}

function conflict(body: Uint8Array): WitnessAnswer {
  const text = body.length > 32 ? '' : Buffer.from(body).toString('latin1');
  const size = /^(0|[1-9][0-9]{0,15})\n?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(size)) return { kind: 'conflict', size };
  return { kind: 'refused', reason: 'status 409 without a size' };
}
