// SPDX-License-Identifier: GPL-3.0
/**
 * Trains the digit classifier on pictures that it draws, quantises it and measures both on held-out pictures.
 *
 *   npm run build && node dist/apps/zk-prover/networks/digits/make-digits.js [--check]
 *
 * Writes `digits.onnx`, `network.json` and `card.json` beside the source. `--check` writes nothing and fails when the
 * result differs from the committed files, so that anybody can convince themselves where the weights come from.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '#canonical';
import { encodeNetwork, measureAccuracy, parseOnnx, quantise, weightCount, writeOnnx } from '#inference';
import { networksFolder } from '../../src/circuit/circuit.js';
import { DIGITS, SIDE, takeDigits } from './draw-digits.js';
import { type DigitPlan, PIXEL_SCALE, trainDigits } from './train-digits.js';

const plan: DigitPlan = {
  seed: 'digits/1',
  pictures: 96_000,
  batchSize: 32,
  rateMillionths: 3_000,
  hidden: [64, 32],
};
const HELD_OUT = 4_000;

const onnx = writeOnnx(
  trainDigits(plan, (line) => console.log(line)),
  'digits',
);
// Read back: what is quantised is what the file says, in its precision.
const float = parseOnnx(onnx);
const groups = [{ name: 'pixel', count: SIDE * SIDE, min: 0, max: 255 }];
const network = quantise(float, {
  name: 'digits',
  version: 1,
  inputs: { groups, scale: PIXEL_SCALE },
  packing: 'dense',
  weightBits: 8,
  activationBits: 12,
  calibration: takeDigits(`${plan.seed}/calibration`, 500).map(({ inputs }) => inputs),
  output: { kind: 'argmax', values: DIGITS },
});
const heldOutSeed = `${plan.seed}/held-out`;
const accuracy = measureAccuracy(float, network, PIXEL_SCALE, takeDigits(heldOutSeed, HELD_OUT));
const card = {
  v: 'sealflow/network-card/v1',
  name: 'digits',
  notice: 'Trained and measured on pictures that this repository draws; it reads no handwriting.',
  weights: weightCount(network),
  heldOut: { seed: heldOutSeed, ...accuracy },
  training: plan,
};
console.log(JSON.stringify(card, null, 2));

const folder = join(networksFolder(), 'digits');
for (const [name, bytes] of [
  ['digits.onnx', onnx],
  ['network.json', utf8(encodeNetwork(network))],
  ['card.json', utf8(`${JSON.stringify(card, null, 2)}\n`)],
] as const) {
  const path = join(folder, name);
  if (!process.argv.includes('--check')) writeFileSync(path, bytes);
  else if (!Buffer.from(bytes).equals(readFileSync(path))) {
    console.error(
      `${name} differs from what this source trains: run without --check and commit the three files`,
    );
    process.exitCode = 1;
  }
}
