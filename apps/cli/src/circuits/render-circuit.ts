import { type Check, digestOf, failedChecks } from '#canonical';
import type { CircuitManifest } from '#proofs';
import { exitCode } from '../output/failure.js';
import { wrapped } from '../output/format.js';

/** Failures by which a circuit is whole and not wanted, as opposed to broken. */
const policyReasons = new Set([
  'MANIFEST_UNSIGNED',
  'MANIFEST_SIGNER_UNKNOWN',
  'MANIFEST_SIGNER_DEV',
  'MANIFEST_REVOKED',
  'KEY_STATE_DEV',
  'KEY_STATE_INVALID',
  'CONTRIBUTIONS_TOO_FEW',
]);

export function circuitExitCode(checks: readonly Check[]): number {
  const failed = failedChecks(checks);
  if (failed.length === 0) return exitCode.verified;
  return failed.every(({ reason }) => policyReasons.has(reason ?? '')) ? exitCode.policy : exitCode.failed;
}

export function renderChecks(folder: string, checks: readonly Check[], missing: readonly string[]): string {
  const failed = failedChecks(checks);
  const warned = checks.filter(({ result }) => result === 'warn');
  const verdict =
    failed.length > 0 ? 'REFUSED' : warned.length > 0 ? 'ACCEPTED, NOT FOR PRODUCTION' : 'ACCEPTED';
  const lines = [`${folder}: ${verdict}`];
  for (const { id, title, result, reason, expected, actual } of checks) {
    lines.push(`  ${result.padEnd(5)} ${id}  ${title}${reason === null ? '' : `  [${reason}]`}`);
    if (result === 'pass' || result === 'skip') continue;
    if (expected !== undefined) lines.push(`          expected ${expected}`);
    if (actual !== undefined) lines.push(`          got      ${actual}`);
  }
  for (const name of missing) lines.push(`  -     ${name} is not here: not checked`);
  return lines.map((line) => `${line}\n`).join('');
}

export function renderManifest(bytes: Uint8Array, manifest: CircuitManifest, signed: boolean): string {
  const { name, version, state, size, compiler, setup, signals, source } = manifest;
  const dev = state === 'dev' ? ': NOT FOR PRODUCTION, the trapdoor of this key may be known' : '';
  const lines = [
    `${name} version ${version}`,
    `  manifest      ${digestOf(bytes)}`,
    `  signature     ${signed ? 'there; `sealflow circuits verify` says whose' : 'none'}`,
    `  state         ${state}${dev}`,
    ...wrapped(manifest.statement, 110, '                ').map((line, index) =>
      index === 0 ? line.replace(/^ {16}/, '  statement     ') : line,
    ),
    `  size          ${size.constraints} constraints, ${size.wires} wires, domain 2^${size.domainPower}`,
    `  compiler      circom ${compiler.circom} (circom2 ${compiler.circom2}), circomlib ${compiler.circomlib}, ${compiler.flags.join(' ')}`,
    `  sources       ${source.digest}, ${source.files.length} files`,
    ...Object.entries(manifest.artifacts).map(([file, digest]) => `  ${file.padEnd(13)} ${digest}`),
    `  powers of tau 2^${setup.ptau.power}, ${setup.ptau.digest} (${setup.ptau.origin})`,
    ...setup.contributions.map(({ name: by, hash }) => `  contribution  ${by}  ${hash.slice(0, 32)}...`),
    `  beacon        ${setup.beacon.value}, 2^${setup.beacon.iterationsExp} iterations`,
    `  context rule  ${manifest.contextRule}`,
    ...signals.map((signal) => {
      const side = 'side' in signal ? `${signal.side} ` : '';
      const values = 'values' in signal ? ` (${signal.values.join(', ')})` : '';
      return `  signal ${String(signal.index).padEnd(6)} ${signal.name}: ${signal.bits} bits, ${signal.meaning}, ${side}port ${signal.port}${values}`;
    }),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
