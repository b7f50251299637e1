import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { digestOf, failedChecks, toJson } from '#canonical';
import { devCircuitSeed, encodeManifest, signManifest, verifyCircuit } from '#proofs';
import { ceremonyCommand, exportSolidityCommand } from '../circuits/ceremony-commands.js';
import { readManifest } from '../circuits/ceremony-folder.js';
import {
  circuitFileNames,
  circuitFolders,
  nameForCeremony,
  openCircuit,
} from '../circuits/circuit-folder.js';
import { fromOnnxCommand } from '../circuits/from-onnx-command.js';
import { runBuild } from '../circuits/prover-program.js';
import { type ReleaseOptions, releasePolicy } from '../circuits/release-policy.js';
import { circuitExitCode, renderChecks, renderManifest } from '../circuits/render-circuit.js';
import { revokeCommand } from '../circuits/revoke-command.js';
import { readEvidenceFile } from '../evidence/files.js';
import { readSigningSeed } from '../export/signing-key.js';
import { projectRoot } from '../installation/paths.js';
import { exitCode, UsageError } from '../output/failure.js';
import { shownPath } from '../output/format.js';

const shipped = join(projectRoot, 'apps/zk-prover/artifacts');

interface SignOptions {
  readonly key?: string;
  readonly dev?: boolean;
  readonly activate?: boolean;
}

/** `sealflow circuits`: what proofs are proofs of. */
export function circuitsCommand(): Command {
  return new Command('circuits')
    .description('circuits, their keys and who stands behind them')
    .addCommand(inspectCommand())
    .addCommand(verifyCommand())
    .addCommand(signCommand())
    .addCommand(revokeCommand())
    .addCommand(buildCommand())
    .addCommand(fromOnnxCommand())
    .addCommand(ceremonyCommand())
    .addCommand(exportSolidityCommand());
}

function inspectCommand(): Command {
  return new Command('inspect')
    .description('show what manifests say; nothing is verified')
    .argument('[folder]', 'a circuit, or a folder of circuits (default: those that ship)', shipped)
    .option('--json', 'print as JSON')
    .action((folder: string, options: { readonly json?: boolean }) => {
      for (const path of circuitFolders(folder)) {
        const bytes = readEvidenceFile(join(path, circuitFileNames.manifest));
        const manifest = readManifest(bytes);
        const signed = existsSync(join(path, circuitFileNames.signature));
        process.stdout.write(
          options.json === true
            ? `${JSON.stringify(toJson(manifest))}\n`
            : renderManifest(bytes, manifest, signed),
        );
      }
    });
}

function verifyCommand(): Command {
  const gather = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
  return new Command('verify')
    .description(
      'check offline that the files of a circuit are what somebody you trust released; the exit code is the verdict',
    )
    .argument('[folder]', 'a circuit, or a folder of circuits (default: those that ship)', shipped)
    .option(
      '--signer <key>',
      'Ed25519 key, base64, of somebody who may release circuits (repeatable)',
      gather,
    )
    .option('--trust <file>', 'trust file whose pinned manifests count, and whose revoked ones do not')
    .option(
      '--revocations <file>',
      'list of revoked manifests (default: revoked.dsse.json beside the circuits)',
    )
    .option('--allow-dev', 'accept development circuits, whose trapdoor somebody may know')
    .option('--json', 'print the checks as JSON')
    .action((folder: string, options: ReleaseOptions & { readonly json?: boolean }) => {
      const policy = releasePolicy(folder, options);
      const codes = circuitFolders(folder).map((path) => {
        const circuit = openCircuit(path);
        try {
          const checks = verifyCircuit(circuit.files, policy);
          const { missing } = circuit;
          process.stdout.write(
            options.json === true
              ? `${JSON.stringify({ folder: path, accepted: failedChecks(checks).length === 0, checks, missing })}\n`
              : renderChecks(shownPath(path), checks, missing),
          );
          return circuitExitCode(checks);
        } finally {
          circuit.close();
        }
      });
      process.exitCode = codes.includes(exitCode.failed) ? exitCode.failed : Math.max(...codes);
    });
}

function signCommand(): Command {
  return new Command('sign')
    .description('sign the manifest of a circuit as its releaser')
    .argument('<folder>', 'a circuit, or a folder of circuits')
    .option('--key <file>', 'private Ed25519 key in PEM')
    .option('--activate', 'raise the state from ceremony to active first')
    .option('--dev', 'with the development key, which everybody has; for manifests in state dev')
    .action((folder: string, options: SignOptions) => {
      if ((options.key === undefined) === (options.dev !== true))
        throw new UsageError('expected --key FILE or --dev, one of both');
      const seed = options.key === undefined ? devCircuitSeed : readSigningSeed(options.key);
      for (const path of circuitFolders(folder)) signOne(path, seed, options);
    });
}

function signOne(path: string, seed: Uint8Array, { dev, activate }: SignOptions): void {
  const found = readEvidenceFile(join(path, circuitFileNames.manifest));
  const manifest = readManifest(found);
  const { name, state } = manifest;
  if (dev === true && state !== 'dev')
    throw new UsageError(
      `${path}: circuit ${name} is ${state}: the development key signs dev circuits alone`,
    );
  if (activate === true && state !== 'ceremony')
    throw new UsageError(`${path}: circuit ${name} is ${state}: only what a ceremony made becomes active`);
  const bytes = activate === true ? encodeManifest({ ...manifest, state: 'active' }) : found;
  replace(join(path, circuitFileNames.manifest), bytes);
  replace(join(path, circuitFileNames.signature), signManifest(bytes, [seed]));
  process.stdout.write(`${name} ${activate === true ? 'active' : state}  ${digestOf(bytes)}\n`);
}

function replace(file: string, bytes: Uint8Array): void {
  writeFileSync(`${file}.new`, bytes, { flush: true });
  renameSync(`${file}.new`, file);
}

function buildCommand(): Command {
  return new Command('build')
    .description(
      'compile circuits from their sources and compare with what manifests say; the same bytes each time',
    )
    .argument('[names...]', 'circuits (default: all of this checkout)')
    .option('--out <folder>', 'keep what the compiler made, as a ceremony starts from it')
    .action(async (names: readonly string[], options: { readonly out?: string }) => {
      const keep = options.out === undefined ? [] : ['--out', options.out];
      const code = await runBuild([...names, '--check', ...keep]);
      if (code === 0 && options.out !== undefined) nameForCeremony(options.out, names);
      process.exitCode = code === 0 ? exitCode.verified : exitCode.failed;
    });
}
