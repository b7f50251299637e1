import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import type { TestStack } from './test-stack.js';

export interface AttackedStack {
  /** `name outcome code` of each attack. */
  readonly made: readonly string[];
  readonly passed: boolean;
  /** The file for a build server. */
  readonly junit: string;
}

/** `sealflow attack --target`, as its user calls it, against a stack that serves others meanwhile. */
export async function attackStack({
  home,
  address,
}: Pick<TestStack, 'home' | 'address'>): Promise<AttackedStack> {
  const junit = join(home, 'attacks.xml');
  const command = join(projectRoot, 'apps/cli/bin/sealflow.js');
  const args = [command, 'attack', '--target', address.grpc, '--junit', junit, '--json'];
  const env = { ...process.env, SEALFLOW_HOME: home, OTEL_EXPORTER_OTLP_ENDPOINT: '' };
  // An attack that got through is an answer too, with an exit code that says so.
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 22 }).catch(
    (error: Error & { stdout?: string }) => {
      if (!error.stdout) throw error;
      return { stdout: error.stdout };
    },
  );
  const { passed, attacks } = JSON.parse(stdout) as {
    passed: boolean;
    attacks: readonly { name: string; outcome: string; got: string | null }[];
  };
  const made = attacks.map(({ name, outcome, got }) => `${name} ${outcome} ${got}`);
  return { made, passed, junit: readFileSync(junit, 'utf8') };
}
