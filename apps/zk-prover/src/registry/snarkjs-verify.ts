// SPDX-License-Identifier: GPL-3.0
/**
 * snarkjs' own verifier as a program, the peer of a benchmark: JSON {vkey, publicSignals, proof, rounds} on standard
 * input, JSON of the milliseconds of each round on standard output.
 */
import * as snarkjs from 'snarkjs';

interface Question {
  readonly vkey: object;
  readonly publicSignals: readonly string[];
  readonly proof: object;
  readonly rounds: number;
}

const chunks: Buffer[] = [];
for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
const { vkey, publicSignals, proof, rounds } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Question;
const curve = await snarkjs.curves.getCurveFromName('bn128');
const times: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const startMs = performance.now();
  if (!(await snarkjs.groth16.verify(vkey, publicSignals, proof)))
    throw new Error('snarkjs refuses the proof');
  times.push(performance.now() - startMs);
}
await curve.terminate();
process.stdout.write(JSON.stringify(times));
