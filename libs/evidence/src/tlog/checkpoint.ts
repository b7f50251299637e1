import { fromBase64, toBase64 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';

/** C2SP tlog-checkpoint: the state of a log as the text of a signed note. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly extensions: readonly string[];
}

export function formatCheckpoint({
  origin,
  size,
  root,
  extensions = [],
}: Omit<Checkpoint, 'extensions'> & { extensions?: readonly string[] }): string {
  return [origin, String(size), toBase64(root), ...extensions, ''].join('\n');
}

/** Raises `CHECKPOINT_MALFORMED`. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw malformed('the last line does not end');
  const [origin, size, root, ...extensions] = lines;
  if (origin === undefined || origin === '') throw malformed('no origin line');
  if (size === undefined || root === undefined) throw malformed('expected origin, size and root lines');
  if (extensions.includes('')) throw malformed('an extension line is empty');
  return { origin, size: parseDecimal(size), root: parseHash(root), extensions };
}

function parseDecimal(text: string): number {
  const value = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw malformed('the size is not a decimal number without leading zeros');
  return value;
}

function parseHash(text: string): Uint8Array {
  let hash: Uint8Array;
  try {
    hash = fromBase64(text);
  } catch {
    throw malformed('the root is not canonical base64');
  }
  if (hash.length !== 32) throw malformed(`the root has ${hash.length} bytes, not 32`);
  return hash;
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('CHECKPOINT_MALFORMED', `checkpoint: ${what}`);
}
