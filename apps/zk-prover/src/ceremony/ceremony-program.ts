// SPDX-License-Identifier: GPL-3.0
/**
 * Phase 2 of a circuit's keys as a program: one question as JSON on standard input, one answer as JSON on standard
 * output. Whoever asks needs nothing of snarkjs.
 *
 * The file stands alone (no relative import), so that Node's type stripping runs it without a build.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as snarkjs from 'snarkjs';

type Question =
  | { readonly op: 'powers'; readonly power: number; readonly out: string }
  | { readonly op: 'start'; readonly r1cs: string; readonly ptau: string; readonly out: string }
  | {
      readonly op: 'contribute';
      readonly from: string;
      readonly out: string;
      readonly name: string;
      /** Mixed with randomness of this machine. Never repeated in an answer. */
      readonly entropy: string;
    }
  | {
      readonly op: 'beacon';
      readonly from: string;
      readonly out: string;
      readonly name: string;
      readonly value: string;
      readonly iterationsExp: number;
    }
  | { readonly op: 'verify'; readonly r1cs: string; readonly ptau: string; readonly zkey: string }
  | { readonly op: 'vkey' | 'solidity'; readonly zkey: string };

type Answer =
  | { readonly ok: true; readonly [name: string]: unknown }
  | { readonly ok: false; readonly reason: string; readonly text: string };

const PTAU_HEAD_BYTES = 12 + 12 + 4 + 32 + 8;
const QUESTION_BYTES_MAX = 64 * 1024;

async function answer(question: Question): Promise<Answer> {
  switch (question.op) {
    case 'powers':
      return makePowers(question.power, question.out);
    case 'start': {
      const power = ptauPower(question.ptau);
      if (power === null)
        return no('PTAU_MALFORMED', 'expected a powers-of-tau file on BN254, prepared for phase 2');
      const made = await snarkjs.zKey.newZKey(question.r1cs, question.ptau, question.out);
      return made === -1
        ? no('PTAU_UNFIT', `powers of tau 2^${power}: too few for this circuit, or not prepared for phase 2`)
        : { ok: true, power };
    }
    case 'contribute': {
      const entropy = `${randomBytes(64).toString('hex')}${question.entropy}`;
      const hash = await snarkjs.zKey.contribute(question.from, question.out, question.name, entropy);
      return { ok: true, hash: Buffer.from(hash).toString('hex') };
    }
    case 'beacon': {
      const { from, out, name, value, iterationsExp } = question;
      const hash = await snarkjs.zKey.beacon(from, out, name, value, iterationsExp);
      return hash === false
        ? no('BEACON_REFUSED', 'expected a beacon of at most 255 bytes and 2^10 to 2^63 iterations')
        : { ok: true, hash: Buffer.from(hash).toString('hex') };
    }
    case 'verify': {
      const holds = await snarkjs.zKey.verifyFromR1cs(question.r1cs, question.ptau, question.zkey);
      return holds
        ? { ok: true }
        : no(
            'ZKEY_INVALID',
            'the key does not follow from these constraints, powers of tau and contributions',
          );
    }
    case 'vkey': {
      // A verifier that used the precomputed pairing would trust the file, so it is left out.
      const { vk_alphabeta_12: _precomputed, ...vkey } = await snarkjs.zKey.exportVerificationKey(
        question.zkey,
      );
      return { ok: true, vkey };
    }
    case 'solidity':
      return {
        ok: true,
        source: await snarkjs.zKey.exportSolidityVerifier(question.zkey, { groth16: template() }),
      };
  }
}

/** One contribution by this machine, which could have kept tau: for rehearsals and development. */
async function makePowers(power: number, out: string): Promise<Answer> {
  const curve = await snarkjs.curves.getCurveFromName('bn128');
  const steps = [`${out}.0`, `${out}.1`] as const;
  try {
    await snarkjs.powersOfTau.newAccumulator(curve, power, steps[0]);
    await snarkjs.powersOfTau.contribute(steps[0], steps[1], 'rehearsal', randomBytes(64).toString('hex'));
    await snarkjs.powersOfTau.preparePhase2(steps[1], out);
    return { ok: true };
  } finally {
    for (const step of steps) rmSync(step, { force: true });
  }
}

function no(reason: string, text: string): Answer {
  return { ok: false, reason, text };
}

function template(): string {
  const main = createRequire(import.meta.url).resolve('snarkjs');
  return readFileSync(join(dirname(main), '../templates/verifier_groth16.sol.ejs'), 'utf8');
}

/** ptau format: magic, version, sections; the first section is n8, the modulus, the power. */
function ptauPower(file: string): number | null {
  const head = Buffer.alloc(PTAU_HEAD_BYTES);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, head, 0, head.length, 0) < head.length) return null;
  } finally {
    closeSync(handle);
  }
  const power = head.readUInt32LE(PTAU_HEAD_BYTES - 8);
  const known = head.toString('latin1', 0, 4) === 'ptau' && head.readUInt32LE(12) === 1;
  return known && head.readUInt32LE(24) === 32 && power >= 1 && power <= 28 ? power : null;
}

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > QUESTION_BYTES_MAX) throw new Error('question too long');
    chunks.push(chunk);
  }
  const question = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Question;
  let found: Answer;
  try {
    found = await answer(question);
  } catch (error) {
    // snarkjs' own words are about its files; of entropy they know nothing.
    found = no('CEREMONY_FAILED', error instanceof Error ? error.message.slice(0, 300) : 'unknown');
  }
  await (await snarkjs.curves.getCurveFromName('bn128')).terminate();
  process.stdout.write(JSON.stringify(found));
}

await main();
