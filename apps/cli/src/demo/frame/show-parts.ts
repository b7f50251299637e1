import { type BundleVerdict, renderVerdict } from '#evidence';
import { seconds, shownPath } from '../../output/format.js';
import type { Report } from '../../output/report.js';
import type { RunningStack } from '../../stack/stack.js';
import type { DemoAttack } from './show-attackers.js';

/** What every demo says first. */
export function showStack(report: Report, stack: RunningStack, what: string): void {
  report.heading(`SEALFLOW  ${what}`);
  report.line(
    '  Hardware is SIMULATED: the formats of TDX and Hopper, signed by a root made on this machine. It protects',
  );
  report.line('  nothing. Circuit keys are dev keys. Every line below that rests on them says SIMULATED.');
  const started =
    stack.startedMs === null
      ? 'a running stack is used'
      : `stack up from cold in ${seconds(stack.startedMs)}`;
  report.line(`  ${started}: orchestrator, PostgreSQL, TEE worker, ZK prover, FHE service on loopback`);
  report.fact('stack', { startedMs: stack.startedMs, grpc: stack.address.grpc, http: stack.address.http });
}

export interface ShownVerdict {
  readonly verdict: BundleVerdict;
  readonly bundlePath: string;
  /** Folder of the ciphertexts that let an outsider repeat additions; null where none were kept. */
  readonly ciphertexts?: string;
}

export function showVerdict(
  report: Report,
  stack: RunningStack,
  of: string,
  { verdict, bundlePath, ciphertexts }: ShownVerdict,
): void {
  report.heading(`VERDICT  of ${of}, as any outsider makes it offline`);
  const replayed = ciphertexts === undefined ? '' : ` --ciphertexts "${shownPath(ciphertexts)}"`;
  report.line(
    `  npx sealflow verify "${shownPath(bundlePath)}" --trust "${shownPath(stack.installation.trustPath)}"${replayed}`,
  );
  report.line();
  for (const line of renderVerdict(verdict).split('\n')) report.line(`  ${line}`);
}

/** The last lines of every demo. Returns whether everything came out as it must. */
export function showTotals(
  report: Report,
  stack: RunningStack,
  { attacks, passed, beganMs }: { attacks: readonly DemoAttack[]; passed: boolean; beganMs: number },
): boolean {
  const attempts = attacks.flatMap((entry) => entry.attempts);
  const stopped = attempts.filter(({ stoppedBy }) => stoppedBy !== null).length;
  report.line(`  ${stopped} of ${attempts.length} attack attempts stopped by name`);
  const totalMs = (stack.startedMs ?? 0) + performance.now() - beganMs;
  report.line(`  whole demo ${seconds(totalMs)}`);
  report.fact('totalMs', Math.round(totalMs));
  const asItMust = passed && stopped === attempts.length;
  report.fact('passed', asItMust);
  return asItMust;
}
