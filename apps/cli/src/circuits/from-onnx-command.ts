import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { isJsonObject, type Json, type JsonObject } from '#canonical';
import { UsageError } from '../output/failure.js';
import { shownPath } from '../output/format.js';
import { askNetworkCompiler } from './prover-program.js';

interface Flags {
  readonly out: string;
  readonly mode: string;
  readonly name?: string;
  readonly input: readonly string[];
  readonly scale: string;
  readonly labels: string;
  readonly thresholds?: string;
  readonly calibration: string;
  readonly heldOut?: string;
  readonly weightBits: string;
  readonly activationBits: string;
  readonly packing: string;
  readonly batch?: string;
  readonly json?: boolean;
}

const MODES = ['model-in-vkey', 'model-committed'];
const PACKINGS = ['single', 'dense'];
const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const GROUP = /^([a-z][A-Za-z0-9]{0,63}):(\d{1,4}):(-?\d{1,10}):(-?\d{1,10})$/;
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?(e-?\d{1,2})?$/;

/** `sealflow circuits from-onnx`: a trained network becomes a circuit that proves what it decides. */
export function fromOnnxCommand(): Command {
  const gather = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
  return new Command('from-onnx')
    .description(
      'make a circuit of a feed-forward network (Gemm or MatMul and Add, Relu): quantise, measure, compile, key for development',
    )
    .argument('<model>', 'ONNX file')
    .requiredOption('--out <folder>', 'where to write the circuit, its network.json and its card.json')
    .requiredOption(
      '--input <name:count:min:max>',
      'a run of integer inputs and their range, e.g. pixel:196:0:255 (repeatable)',
      gather,
    )
    .requiredOption('--labels <words>', 'words that it answers with, parted by commas, one for each output')
    .requiredOption('--calibration <csv>', 'samples that say how large values become; a line each, integers')
    .option('--held-out <csv>', 'samples with their word at the end, to measure what quantisation costs')
    .option('--scale <number>', 'what the integer 1 was in training, e.g. 1/255', '1')
    .option('--thresholds <numbers>', 'of a network with one output: where the next word begins')
    .option('--mode <mode>', `${MODES.join(' (weights in the key) or ')} (weights private)`, 'model-in-vkey')
    .option('--name <name>', 'of the circuit (default: of the file)')
    .option('--weight-bits <bits>', 'of each weight, 2 to 16', '8')
    .option('--activation-bits <bits>', 'of values between layers, 1 to 24', '12')
    .option('--packing <packing>', `inputs of a commitment: ${PACKINGS.join(' or ')}`, 'dense')
    .option('--batch <items>', 'decide so many inputs by one proof (model-committed)')
    .option('--json', 'print the answer as JSON')
    .action(async (model: string, flags: Flags) => {
      const made = await askNetworkCompiler(request(model, flags));
      process.stdout.write(flags.json === true ? `${JSON.stringify(made)}\n` : shown(made, flags));
    });
}

function request(model: string, flags: Flags): JsonObject {
  for (const [option, path] of [
    ['model', model],
    ['--calibration', flags.calibration],
    ['--held-out', flags.heldOut],
  ] as const)
    if (path !== undefined && !existsSync(path))
      throw new UsageError(`${option}: no file ${shownPath(path)}`);
  const name = flags.name ?? basename(model).replace(/\.onnx$/, '');
  if (!NAME.test(name)) throw new UsageError(`--name: expected ${NAME.source}, got ${quoted(name)}`);
  return {
    onnx: resolve(model),
    out: resolve(flags.out),
    name,
    version: 1,
    mode: oneOf('--mode', flags.mode, MODES),
    batch: flags.batch === undefined ? null : whole('--batch', flags.batch, 2, 31),
    inputs: flags.input.map(group),
    scale: ratio('--scale', flags.scale),
    packing: oneOf('--packing', flags.packing, PACKINGS),
    weightBits: whole('--weight-bits', flags.weightBits, 2, 16),
    activationBits: whole('--activation-bits', flags.activationBits, 1, 24),
    labels: flags.labels.split(','),
    thresholds: (flags.thresholds?.split(',') ?? []).map((text) => ratio('--thresholds', text)),
    calibration: resolve(flags.calibration),
    heldOut: flags.heldOut === undefined ? null : resolve(flags.heldOut),
  };
}

function group(text: string): Json {
  const [, name, count, min, max] = GROUP.exec(text) ?? [];
  const range = { count: Number(count), min: Number(min), max: Number(max) };
  if (name !== undefined && range.count > 0 && range.min < range.max) return { name, ...range };
  throw new UsageError(`--input: expected name:count:min:max with min below max, got ${quoted(text)}`);
}

/** A number, or one over another: thirds and 255ths have no short decimal form. */
function ratio(option: string, text: string): number {
  const [over = '', under = '1', ...more] = text.split('/');
  const value = Number(over) / Number(under);
  if (NUMBER.test(over) && NUMBER.test(under) && more.length === 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${option}: expected a number such as 0.5 or 1/255, got ${quoted(text)}`);
}

function whole(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option}: expected a whole number from ${min} to ${max}, got ${quoted(text)}`);
}

function oneOf(option: string, text: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  throw new UsageError(`${option}: expected ${known.join(' or ')}, got ${quoted(text)}`);
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function shown(made: JsonObject, { mode, out }: Flags): string {
  const { accuracy } = made;
  const measured = isJsonObject(accuracy)
    ? `held out     ${accuracy['quantised']} of ${accuracy['samples']} right as integers, ${accuracy['float']} as trained, ${accuracy['agreed']} decided alike`
    : 'held out     not measured: no --held-out';
  return [
    `${made['name']} (${mode}): ${made['weights']} weights, ${made['constraints']} constraints, domain 2^${made['domainPower']}`,
    measured,
    `written to   ${shownPath(out)}`,
    `NOT FOR PRODUCTION: ${made['origin']}`,
    '',
  ].join('\n');
}
