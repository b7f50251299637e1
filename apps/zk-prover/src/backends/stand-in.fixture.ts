// SPDX-License-Identifier: GPL-3.0
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExecSpec } from './groth16-exec.js';

const snarkjs = pathToFileURL(createRequire(import.meta.url).resolve('snarkjs')).href;

/** Called as rapidsnark is: key, witness, proof, public signals, all by path. `body` sees them under these names. */
const program = (body: string): string => `#!${process.execPath}
const { readFileSync, writeFileSync, writeSync, openSync } = require('node:fs');
const [key, witness, proof, publics] = process.argv.slice(2);
const write = (made) => {
  // As rapidsnark writes it: no member curve, and a zero byte at the end.
  const { curve, ...rest } = made.proof;
  writeFileSync(proof, JSON.stringify(rest) + '\\0');
  writeFileSync(publics, JSON.stringify(made.publicSignals));
};
const honest = async () => {
  const { curves, groth16 } = await import(${JSON.stringify(snarkjs)});
  globalThis.curve_bn128 = await curves.getCurveFromName('bn128', { singleThread: true });
  return groth16.prove(new Uint8Array(readFileSync(key)), new Uint8Array(readFileSync(witness)));
};
(async () => { ${body} })().catch(() => process.exit(9));
`;

/** Programs in the place of an operator's prover: one that proves, and others that do what they like. */
export class StandIns implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'sealflow-stand-in-'));
  #count = 0;

  honest(): ExecSpec {
    return this.doing('write(await honest());');
  }

  doing(body: string, rssMiBMax = 1_024): ExecSpec {
    const path = join(this.folder, `prover-${this.#count}.cjs`);
    this.#count += 1;
    writeFileSync(path, program(body));
    chmodSync(path, 0o700);
    const digest = `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    return { name: 'groth16-exec', path, digest, rssMiBMax };
  }

  /** A file for a program to leave something in. */
  file(name: string): string {
    return join(this.folder, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
