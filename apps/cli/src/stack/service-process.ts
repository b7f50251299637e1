import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../installation/paths.js';

export interface ServiceSpec {
  readonly name: string;
  /** Relative to the project root. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Megabytes of the V8 heap; a service that outgrows it is broken. */
  readonly heapMib: number;
  /** Megabytes of each half of the young generation; SEMI_SPACE_MIB unless said. */
  readonly semiSpaceMib?: number;
  /** How far the heap grows over what lives before V8 marks it again; V8's own choice unless said. */
  readonly heapGrowthPercent?: number;
  /** How often it is started again before it is given up; RESTARTS_MAX unless said. */
  readonly restartsMax?: number;
}

/** A small young generation: services make garbage in bursts, and V8 would rather grow than collect it. */
const SEMI_SPACE_MIB = 4;
const RESTART_MS = 500;
const RESTARTS_MAX = 5;
/** A service that ran this long was well: its next death starts the count again. */
const HEALTHY_MS = 60_000;
const STOP_MS = 25_000;
const LAST_WORDS_CHARS_MAX = 400;

/** One service as a process of its own, started again when it dies. */
export class ServiceProcess {
  #child: ChildProcess | null = null;
  #stopping = false;
  #restarts = 0;

  constructor(
    readonly spec: ServiceSpec,
    private readonly onGiveUp: (service: ServiceProcess) => void,
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const log = openSync(this.spec.logFile, 'a', 0o600);
    const child = spawn(
      process.execPath,
      [
        `--max-old-space-size=${this.spec.heapMib}`,
        `--max-semi-space-size=${this.spec.semiSpaceMib ?? SEMI_SPACE_MIB}`,
        ...(this.spec.heapGrowthPercent === undefined
          ? []
          : [`--heap-growing-percent=${this.spec.heapGrowthPercent}`]),
        join(projectRoot, this.spec.entry),
      ],
      {
        cwd: projectRoot,
        env: { ...process.env, ...this.spec.environment },
        stdio: ['ignore', log, log],
      },
    );
    closeSync(log);
    this.#child = child;
    const startedMs = performance.now();
    child.once('exit', () => {
      if (this.#child !== child) return;
      this.#child = null;
      if (this.#stopping) return;
      this.#restarts = performance.now() - startedMs > HEALTHY_MS ? 1 : this.#restarts + 1;
      if (this.#restarts > (this.spec.restartsMax ?? RESTARTS_MAX)) this.onGiveUp(this);
      else setTimeout(() => this.#stopping || this.start(), RESTART_MS);
    });
  }

  /** The reason that the newest line of the log gives, or that line itself: what to tell whoever waits. */
  lastWords(): string {
    const line = readFileSync(this.spec.logFile, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    const reason = /"reason":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
    return (reason ?? line).slice(0, LAST_WORDS_CHARS_MAX);
  }

  /** SIGTERM, and SIGKILL when the service does not end in time. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }
}
