import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject, parseJsonStrict, utf8 } from '#canonical';
import { sourceFlags } from '#threads';
import { projectRoot } from '../installation/paths.js';
import { exitCode, UsageError } from '../output/failure.js';

const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Asks a program of the prover, which alone holds the GPL-licensed parts: JSON in, JSON out. What it answers about a
 * key is looked at again by whoever asked.
 */
export async function askCeremony(question: JsonObject): Promise<JsonObject> {
  return ask('ceremony', programPath('ceremony/ceremony-program'), [], question);
}

/** Asks for a circuit of a network; what is wrong with the network comes back as its reason, place and limit. */
export async function askNetworkCompiler(question: JsonObject): Promise<JsonObject> {
  const flags = sourceFlags(import.meta.url);
  return ask('network', programPath('zkml/onnx-program'), flags, question);
}

/** Proofs of transfers by this machine, which holds the spend keys. */
export async function askSpendProver(question: JsonObject): Promise<JsonObject> {
  return ask('proving', programPath('transfer/spend-program'), sourceFlags(import.meta.url), question);
}

async function ask(
  what: string,
  program: string,
  flags: readonly string[],
  question: JsonObject,
): Promise<JsonObject> {
  const { stdout, code } = await run(program, flags, JSON.stringify(question));
  const answer = answerOf(stdout);
  if (answer === null)
    throw new UsageError(`the ${what} program ended with ${code} and no answer`, exitCode.internal);
  if (answer['ok'] === true) return answer;
  throw new UsageError(`${answer['reason']}: ${answer['text']}`, exitCode.failed);
}

/** The compiler's script, whose words go to the terminal. Returns its exit code. */
export async function runBuild(args: readonly string[]): Promise<number> {
  const script = join(projectRoot, 'apps/zk-prover/scripts/build-circuits.ts');
  if (!existsSync(script))
    throw new UsageError('circuits are built in a checkout of the sources: this installation has none');
  const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit', cwd: projectRoot });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => resolve(code ?? exitCode.internal));
  });
}

/** Sources run from sources, compiled code from compiled code. */
function programPath(name: string): string {
  const source = import.meta.url.endsWith('.ts');
  return join(projectRoot, source ? '' : 'dist', 'apps/zk-prover/src', `${name}.${source ? 'ts' : 'js'}`);
}

function answerOf(stdout: string): JsonObject | null {
  try {
    const json: Json = parseJsonStrict(utf8(stdout), { bytesMax: ANSWER_BYTES_MAX });
    return isJsonObject(json) ? json : null;
  } catch {
    return null;
  }
}

function run(
  program: string,
  flags: readonly string[],
  input: string,
): Promise<{ stdout: string; code: number | null }> {
  const child = spawn(process.execPath, [...flags, program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > ANSWER_BYTES_MAX) child.kill('SIGKILL');
    else chunks.push(chunk);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ stdout: Buffer.concat(chunks).toString('utf8'), code }));
  });
}
