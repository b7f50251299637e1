// SPDX-License-Identifier: GPL-3.0
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ZkmlError } from './zkml-error.js';

export interface CompiledCircuit {
  readonly compiler: string;
  readonly constraints: number;
  readonly wires: number;
  readonly r1cs: Uint8Array;
  readonly sym: Uint8Array;
  readonly wasm: Uint8Array;
}

/** -O2 suits groth16: linear constraints cost proving time and buy nothing. */
export const CIRCOM_FLAGS = ['--O2'] as const;

const require = createRequire(import.meta.url);
const MAIN = 'main';

/**
 * Runs the circom compiler on a text.
 *
 * @param includes texts by file name, besides circomlib.
 * @throws ZkmlError COMPILER_FAILED with the compiler's words: it sees a circuit and never a witness
 */
export async function compileCircom(
  text: string,
  includes: Readonly<Record<string, string>>,
  flags: readonly string[] = CIRCOM_FLAGS,
): Promise<CompiledCircuit> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-circom-'));
  try {
    // The compiler runs in a WASI sandbox that follows no symlink: everything it reads is copied below its folder.
    cpSync(circomlibFolder(), join(folder, 'circomlib/circuits'), { recursive: true, dereference: true });
    for (const [name, content] of Object.entries(includes)) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, `${MAIN}.circom`), text);
    const out = join(folder, 'out');
    mkdirSync(out);
    const version = await circom(folder, ['--version']);
    const output = await circom(folder, [
      `${MAIN}.circom`,
      ...flags,
      '--r1cs',
      '--wasm',
      '--sym',
      '-o',
      'out',
    ]);
    return {
      compiler: /circom compiler (\S+)/.exec(version)?.[1] ?? 'unknown',
      constraints: count(output, 'non-linear constraints') + count(output, 'linear constraints'),
      wires: count(output, 'wires'),
      r1cs: new Uint8Array(readFileSync(join(out, `${MAIN}.r1cs`))),
      sym: new Uint8Array(readFileSync(join(out, `${MAIN}.sym`))),
      wasm: new Uint8Array(readFileSync(join(out, `${MAIN}_js/${MAIN}.wasm`))),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function circomlibFolder(): string {
  return join(dirname(require.resolve('circomlib/package.json')), 'circuits');
}

export function packageVersion(name: 'circom2' | 'circomlib'): string {
  const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as {
    version: string;
  };
  return version;
}

function circom(cwd: string, args: readonly string[]): Promise<string> {
  const cli = join(dirname(require.resolve('circom2/package.json')), 'cli.js');
  const child = spawn(process.execPath, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      const words = Buffer.concat(output).toString('utf8');
      if (status === 0) resolve(words);
      else {
        const what = `circom2 ${args.join(' ')} ended with ${status}`;
        reject(new ZkmlError('COMPILER_FAILED', `${what}: ${words.slice(0, 2_000)}`));
      }
    });
  });
}

function count(output: string, label: string): number {
  const found = new RegExp(`^(?:\\S*\\s)?${label}: (\\d+)`, 'm').exec(output)?.[1];
  if (found === undefined) throw new ZkmlError('COMPILER_FAILED', `circom2 did not print "${label}"`);
  return Number(found);
}
