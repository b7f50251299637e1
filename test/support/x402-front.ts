import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import type { TestStack } from './test-stack.js';

const program = join(projectRoot, 'apps/cli/bin/sealflow.js');
type Stack = Pick<TestStack, 'home' | 'installation'>;

function commandOf({ home, installation }: Stack, words: readonly string[]) {
  const env = { ...process.env, SEALFLOW_HOME: home, OTEL_EXPORTER_OTLP_ENDPOINT: '' };
  return { args: [program, 'x402', ...words, '--trust', installation.trustPath, '--json'], env };
}

/** `sealflow x402 serve` as a process of its own. */
export class FrontProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** What it printed when it served. */
    readonly said: Readonly<Record<string, string>>,
  ) {}

  static async start(stack: Stack, words: readonly string[]): Promise<FrontProcess> {
    const { args, env } = commandOf(stack, ['serve', ...words]);
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const ended = once(child, 'exit').then(([code]): never => {
      throw new Error(`the front ended with ${code} before it served`);
    });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    ended.catch(() => undefined);
    return new FrontProcess(child, JSON.parse(line) as Record<string, string>);
  }

  get url(): string {
    return this.said['url'] ?? '';
  }

  /** Where a payment stands, by its name. */
  async payment(
    id: string,
  ): Promise<{ readonly status: number; readonly error: Record<string, string> | null }> {
    const response = await fetch(new URL(`/v1/payments/${id}`, this.url));
    const { error = null } = (await response.json()) as { error?: Record<string, string> };
    return { status: response.status, error };
  }

  /** @returns its exit code; null where the signal ended it */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }
}

/** What `sealflow x402 pay` printed; a refusal is an answer too. */
export async function paidByAgent(stack: Stack, words: readonly string[]): Promise<PaidLine> {
  const { args, env } = commandOf(stack, ['pay', ...words]);
  const run = promisify(execFile)(process.execPath, args, { env });
  const { stdout } = await run.catch((error: Error & { stdout?: string }) => {
    if (!error.stdout) throw error;
    return { stdout: error.stdout };
  });
  return JSON.parse(stdout) as PaidLine;
}

export interface PaidLine {
  readonly payment: string;
  readonly status: number;
  readonly settlement: {
    readonly success: boolean;
    readonly amount?: string;
    readonly transaction: string;
  } | null;
  readonly body: {
    readonly error?: { readonly reason: string; readonly state?: string };
    readonly [member: string]: unknown;
  };
  readonly path: string;
}
