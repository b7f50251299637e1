import { type Appraisal, type AppraisalComparison, explainReason } from '#attestation';
import { type Check, formatTime, type JsonObject, toBase64, toJson } from '#canonical';
import type { RefusedWorker } from '#client';
import { exitCodes, type Outcome, outcomeFor } from '#evidence';

const headlines: Readonly<Record<Outcome, string>> = {
  verified: 'VERIFIED',
  failed: 'FAILED: forged, tampered or inconsistent',
  incomplete: 'CANNOT CHECK: something that is needed was not supplied',
  policy: 'NOT ALLOWED by the policy',
  'trust-root': 'CANNOT CHECK: a root is not pinned',
  version: 'CANNOT CHECK: unsupported version',
  malformed: 'MALFORMED',
};
/** Worst first, as for bundles. */
const byWeight: readonly Outcome[] = ['malformed', 'version', 'failed', 'trust-root', 'incomplete', 'policy'];
const VALUE_MAX = 160;

export function outcomeOf({ checks, accepted }: Appraisal): { outcome: Outcome; exitCode: number } {
  const found = checks.filter(isFailure).map(({ reason }) => outcomeFor(reason));
  const outcome = accepted
    ? 'verified'
    : (byWeight.find((candidate) => found.includes(candidate)) ?? 'failed');
  return { outcome, exitCode: exitCodes[outcome] };
}

/** Several lines, each ended, without colours. What passed is counted, unless `all`. */
export function renderAppraisal(appraisal: Appraisal, atMs: number, all: boolean): string {
  const { outcome } = outcomeOf(appraisal);
  const { checks, level, verdict, gpuBinding, physicalTrust, measurement } = appraisal;
  const passed = checks.filter(({ result }) => result === 'pass').length;
  const trust =
    physicalTrust.status === 'registered' ? `registered(${physicalTrust.level})` : physicalTrust.status;
  const lines = [
    `${headlines[outcome]}  as of ${formatTime(atMs)}`,
    `  verdict    ${verdict}, level ${level}`,
    `  keys       ${appraisal.binding === null ? 'none: no binding was given; nothing is known of keys and freshness' : appraisal.binding.workerId}`,
    `  guest      ${measurement?.name ?? 'not one that the policy lists'}`,
    `  gpu        binding to the CPU: ${gpuBinding}. Nothing proves that a GPU is attached to this machine`,
    `  physical   ${trust}. A quote does not show who can touch the machine`,
    `  policy     ${appraisal.policyDigest}`,
    `  checks     ${passed} of ${checks.length} passed`,
  ];
  const shown = all ? checks : checks.filter(({ result }) => result !== 'pass' && result !== 'skip');
  for (const check of shown) lines.push(...renderCheck(check));
  const skipped = checks.filter(({ result }) => result === 'skip');
  if (!all && skipped.length > 0)
    lines.push(`  not judged: ${skipped.map(({ id }) => id).join(' ')} (--all shows why)`);
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** The branches of a refusal: each worker, and under it what failed and what that means. */
export function renderRefused(refused: readonly RefusedWorker[]): string {
  const lines = refused.flatMap(({ worker, operation, appraisal, operationNotAllowed }) => {
    const { checks, level, verdict, measurement } = appraisal;
    const failed = checks.filter(isFailure);
    const passed = checks.filter(({ result }) => result === 'pass').length;
    const name = measurement?.name ?? 'a guest that the policy does not list';
    return [
      `  ${worker} for ${operation}: ${verdict}, level ${level}, ${name}; ${passed} of ${checks.length} checks passed`,
      ...(operationNotAllowed ? [`  fail  the trust file does not let ${name} run ${operation}`] : []),
      ...failed.flatMap(renderCheck),
    ];
  });
  return lines.map((line) => `${printable(line)}\n`).join('');
}

export function renderComparison({ summary }: AppraisalComparison, atMs: number): string {
  return `${printable(`  hindsight  ${summary}, as of ${formatTime(atMs)}`)}\n`;
}

function renderCheck({ id, title, result, reason, expected, actual, where }: Check): string[] {
  const lines = [`  ${result.padEnd(5)} ${id}  ${title}${reason === null ? '' : `  ${reason}`}`];
  if (where !== undefined) lines.push(`          where:    ${cut(where)}`);
  if (expected !== undefined) lines.push(`          expected: ${cut(expected)}`);
  if (actual !== undefined) lines.push(`          found:    ${cut(actual)}`);
  const explained = reason === null ? null : explainReason(reason);
  if (explained !== null) lines.push(`          means:    ${explained.meaning} ${explained.advice}`);
  return lines;
}

export function appraisalJson(appraisal: Appraisal): JsonObject {
  const { binding, ...rest } = appraisal;
  const { outcome, exitCode } = outcomeOf(appraisal);
  return {
    outcome,
    exitCode,
    ...(toJson(rest) as JsonObject),
    binding:
      binding === null
        ? null
        : {
            v: binding.v,
            workerId: binding.workerId,
            epoch: binding.epoch,
            signKey: toBase64(binding.signKey),
            sealKeys: binding.sealKeys.map(({ alg, publicKey }) => ({ alg, pub: toBase64(publicKey) })),
            imageDigest: binding.imageDigest,
            policyDigest: binding.policyDigest,
            notAfter: formatTime(binding.notAfterMs),
          },
  };
}

function isFailure({ result }: Check): boolean {
  return result === 'fail' || result === 'error';
}

function cut(text: string): string {
  return text.length <= VALUE_MAX ? text : `${text.slice(0, VALUE_MAX)}…`;
}

/** Evidence may hold what a terminal would obey. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e…]/g, '?');
}
