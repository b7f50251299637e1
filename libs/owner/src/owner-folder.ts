import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Commitment, digestOf, fromBase64, isJsonObject, parseJsonStrict, utf8 } from '#canonical';

const VALUE_BYTES_MAX = 17 * 2 ** 20;
const PROVER_BYTES_MAX = 4_096;

/**
 * The folder that a data owner's client and prover share: values that do not leave, and the key of the prover that
 * runs. It belongs to the owner's account alone; whoever reads it reads the data.
 */
export class OwnerFolder {
  private constructor(private readonly folder: string) {}

  static open(folder: string): OwnerFolder {
    mkdirSync(join(folder, 'values'), { recursive: true, mode: 0o700 });
    return new OwnerFolder(folder);
  }

  async keep(commitment: Commitment, payload: Uint8Array): Promise<void> {
    this.#write(this.#fileOf(commitment), payload);
  }

  async read(commitment: Commitment): Promise<Uint8Array | null> {
    return readBounded(this.#fileOf(commitment), VALUE_BYTES_MAX);
  }

  /** Once a run has ended nobody needs its values here any more. */
  async forget(commitment: Commitment): Promise<void> {
    rmSync(this.#fileOf(commitment), { force: true });
  }

  /** Called by the prover at its start: keys are made anew at each. */
  announceProver(signKey: Uint8Array): void {
    const key = Buffer.from(signKey).toString('base64');
    this.#write(
      join(this.folder, 'prover.json'),
      utf8(JSON.stringify({ v: 'sealflow/owner-prover/v1', key })),
    );
  }

  /** Raw Ed25519 key of the prover that was started last; null where none was. */
  proverKey(): Uint8Array | null {
    const bytes = readBounded(join(this.folder, 'prover.json'), PROVER_BYTES_MAX);
    if (bytes === null) return null;
    const object = parseJsonStrict(bytes);
    const { v, key } = isJsonObject(object) ? object : {};
    if (v !== 'sealflow/owner-prover/v1' || typeof key !== 'string')
      throw new Error('prover.json: expected what sealflow prove writes; start it again');
    return fromBase64(key);
  }

  /** Commitments have characters that names of files should not. */
  #fileOf(commitment: Commitment): string {
    return join(this.folder, 'values', digestOf(utf8(commitment)).replace(':', '-'));
  }

  #write(file: string, bytes: Uint8Array): void {
    const fresh = `${file}.${randomBytes(6).toString('hex')}`;
    writeFileSync(fresh, bytes, { mode: 0o600, flush: true });
    renameSync(fresh, file);
  }
}

function readBounded(file: string, bytesMax: number): Uint8Array | null {
  try {
    const bytes = new Uint8Array(readFileSync(file));
    return bytes.length > bytesMax ? null : bytes;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
}
