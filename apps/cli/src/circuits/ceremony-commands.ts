import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { exitCode, UsageError } from '../output/failure.js';
import { shownPath } from '../output/format.js';
import { CeremonyFolder, manifestOf } from './ceremony-folder.js';
import { circuitFileNames } from './circuit-folder.js';
import { askCeremony } from './prover-program.js';

const NAME = /^[\x21-\x7e][\x20-\x7e]{0,62}$/;
const ENTROPY_CHARS_MAX = 16 * 1024;
/** 2^14 takes minutes already. */
const POWER_MAX = 14;

/** `sealflow circuits ceremony`: keys whose trapdoor nobody holds, if one contributor is honest. */
export function ceremonyCommand(): Command {
  return new Command('ceremony')
    .description('make keys of a circuit together: start, contribute (two or more), beacon')
    .addCommand(powersCommand())
    .addCommand(startCommand())
    .addCommand(contributeCommand())
    .addCommand(beaconCommand())
    .addCommand(fullCheckCommand());
}

function powersCommand(): Command {
  return new Command('powers')
    .description('make powers of tau on this machine, to rehearse: keys from them are for development alone')
    .argument('<file>', 'where to write them')
    .requiredOption('--power <exp>', 'for circuits of up to 2^exp constraints')
    .action(async (file: string, options: { readonly power: string }) => {
      const power = Number(options.power);
      if (!Number.isInteger(power) || power < 3 || power > POWER_MAX)
        throw new UsageError(
          `--power: expected a whole number from 3 to ${POWER_MAX}: take larger ones from a public ceremony`,
        );
      await askCeremony({ op: 'powers', power, out: file });
      process.stdout.write(`${shownPath(file)}: NOT FOR PRODUCTION, this machine knew tau\n`);
    });
}

function startCommand(): Command {
  return new Command('start')
    .description('make the first key of a circuit, which proves anything until somebody contributes')
    .argument('<folder>', 'where `circuits build --out` left circuit.r1cs, circuit.sym and circuit.wasm')
    .requiredOption('--circuit <folder>', 'the circuit whose manifest says what these constraints mean')
    .requiredOption('--ptau <file>', 'powers of tau, prepared for phase 2')
    .requiredOption('--origin <text>', 'where the powers of tau come from, for the manifest')
    .action(async (folder: string, options: { circuit: string; ptau: string; origin: string }) => {
      const origin = printable(options.origin, '--origin', /^[\x20-\x7e]{1,500}$/);
      const power = await new CeremonyFolder(folder).start(manifestOf(options.circuit), options.ptau, origin);
      process.stdout.write(`started with powers of tau 2^${power}; next: circuits ceremony contribute\n`);
    });
}

function contributeCommand(): Command {
  return new Command('contribute')
    .description('add a secret of this machine to the key and forget it')
    .argument('<folder>', 'the ceremony, as the contributor before handed it on')
    .requiredOption('--name <name>', 'who contributes')
    .option('--entropy <file>', 'randomness of your own, mixed with that of this machine')
    .action(async (folder: string, options: { readonly name: string; readonly entropy?: string }) => {
      const name = printable(options.name, '--name', NAME);
      const entropy = options.entropy === undefined ? '' : readFileSync(options.entropy).toString('hex');
      if (entropy.length > ENTROPY_CHARS_MAX)
        throw new UsageError(`--entropy: expected at most ${ENTROPY_CHARS_MAX / 2} bytes`);
      const hash = await new CeremonyFolder(folder).contribute(name, entropy);
      process.stdout.write(`${name} contributed; publish this hash:\n${hash}\n`);
    });
}

function beaconCommand(): Command {
  return new Command('beacon')
    .description('end the ceremony with public randomness, check all of it, write key and manifest')
    .argument('<folder>', 'the ceremony')
    .requiredOption(
      '--value <hex>',
      'public randomness of 32 bytes that nobody knew while contributions were made',
    )
    .option('--iterations <exp>', 'it is hashed 2^exp times', '10')
    .requiredOption('--ptau <file>', 'the powers of tau that the ceremony started with')
    .action(async (folder: string, options: { value: string; iterations: string; ptau: string }) => {
      const value = printable(options.value, '--value', /^[0-9a-f]{64}$/);
      const iterationsExp = Number(options.iterations);
      if (!Number.isInteger(iterationsExp) || iterationsExp < 10 || iterationsExp > 40)
        throw new UsageError('--iterations: expected a whole number from 10 to 40');
      const manifest = await new CeremonyFolder(folder).beacon(value, iterationsExp, options.ptau);
      const by = manifest.setup.contributions.map(({ name }) => name).join(', ');
      process.stdout.write(
        `${manifest.name}: ${by} and the beacon; state ceremony. Next: circuits sign --key FILE --activate\n`,
      );
    });
}

function fullCheckCommand(): Command {
  return new Command('verify')
    .description(
      'check a key against constraints, powers of tau and every contribution; as slow as making it',
    )
    .argument('<folder>', 'the ceremony')
    .option('--ptau <file>', 'the powers of tau that the ceremony started with')
    .action(async (folder: string, options: { readonly ptau?: string }) => {
      const { contributions } = await new CeremonyFolder(folder).verify(options.ptau);
      for (const { name, hash } of contributions) process.stdout.write(`${name}  ${hash}\n`);
      process.stdout.write('the key follows from constraints, powers of tau and these contributions\n');
    });
}

/** `sealflow circuits export-solidity` */
export function exportSolidityCommand(): Command {
  return new Command('export-solidity')
    .description('write a verifier contract for the key of a circuit (snarkjs template, GPL-3.0)')
    .argument('<folder>', 'the circuit')
    .requiredOption('--out <file>', 'where to write it')
    .action(async (folder: string, options: { readonly out: string }) => {
      const { source } = await askCeremony({ op: 'solidity', zkey: join(folder, circuitFileNames.zkey) });
      if (typeof source !== 'string' || !source.includes('contract Groth16Verifier'))
        throw new UsageError('the ceremony program gave no contract', exitCode.internal);
      writeFileSync(options.out, source);
      process.stdout.write(
        `${shownPath(options.out)}: checks the pairing and the range of signals; state, revocation and what signals mean are for the contract that calls it\n`,
      );
    });
}

function printable(text: string, option: string, pattern: RegExp): string {
  if (pattern.test(text)) return text;
  throw new UsageError(`${option}: expected ${pattern.source}, got ${JSON.stringify(text.slice(0, 80))}`);
}
