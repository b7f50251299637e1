// SPDX-License-Identifier: GPL-3.0
/**
 * An operator's prover (rapidsnark or one that is called like it), named by path and digest.
 *
 * One process for each proof: provers are known to spoil each other's proofs inside one process. The program gets no
 * environment, no input and no output but four files in memory, may dump no core, and is killed above its limits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { residentMiB } from '../pool/resident.js';
import {
  BackendError,
  type BackendSpec,
  type ProofBackend,
  type ProvingKey,
  type RawProof,
} from './backend.js';
import { MemoryFile } from './memory-file.js';
import { readExecOutput } from './read-exec-output.js';

export type ExecSpec = Extract<BackendSpec, { name: 'groth16-exec' }>;

/** A proof and 64 public signals are below 8 KiB. */
const OUTPUT_BYTES_MAX = 64 * 1024;
const WATCH_MS = 50;
/** Limits of the shell count in blocks of 512 bytes. A core would hold the witness. */
const LIMITED = `ulimit -c 0; ulimit -f ${OUTPUT_BYTES_MAX / 512}; exec "$0" "$@"`;

export class Groth16Exec implements ProofBackend {
  readonly name = 'groth16-exec';
  /** The key that was used last, where the program can read it: the bytes that were checked, whatever the disk says. */
  #key: { readonly digest: string; readonly file: MemoryFile } | null = null;
  #running: ChildProcess | null = null;

  constructor(private readonly spec: ExecSpec) {
    if (digestOfFile(spec.path) !== spec.digest) throw new BackendError('PROGRAM_MISMATCH');
  }

  async prove(key: ProvingKey, witness: Uint8Array): Promise<RawProof> {
    const zkey = this.#keyFile(key);
    using input = MemoryFile.create(witness);
    using proof = MemoryFile.create(new Uint8Array());
    using publics = MemoryFile.create(new Uint8Array());
    try {
      await this.#run([zkey.fd, input.fd, proof.fd, publics.fd]);
      return readExecOutput(proof.read(OUTPUT_BYTES_MAX), publics.read(OUTPUT_BYTES_MAX));
    } finally {
      input.zero();
    }
  }

  stop(): void {
    this.#running?.kill('SIGKILL');
  }

  #keyFile({ digest, bytes }: ProvingKey): MemoryFile {
    if (this.#key?.digest !== digest) {
      this.#key?.file[Symbol.dispose]();
      this.#key = { digest, file: MemoryFile.create(bytes) };
    }
    return this.#key.file;
  }

  #run(files: readonly number[]): Promise<void> {
    return new Promise((resolve, reject) => {
      // Descriptors of `files` become 3, 4, 5, 6 of the program.
      const paths = files.map((_, index) => `/proc/self/fd/${index + 3}`);
      const child = spawn('/bin/sh', ['-c', LIMITED, this.spec.path, ...paths], {
        env: {},
        cwd: '/',
        stdio: ['ignore', 'ignore', 'ignore', ...files],
      });
      this.#running = child;
      let tooLarge = false;
      const watch = setInterval(() => {
        if ((residentMiB(child.pid) ?? 0) <= this.spec.rssMiBMax) return;
        tooLarge = true;
        child.kill('SIGKILL');
      }, WATCH_MS);
      const ended = (failed: boolean): void => {
        clearInterval(watch);
        this.#running = null;
        if (!failed) resolve();
        else reject(new BackendError(tooLarge ? 'MEMORY_EXCEEDED' : 'BACKEND_FAILED'));
      };
      child.once('error', () => ended(true));
      child.once('exit', (code) => ended(code !== 0));
    });
  }
}

function digestOfFile(path: string): string {
  try {
    return `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  } catch {
    throw new BackendError('PROGRAM_MISMATCH');
  }
}
