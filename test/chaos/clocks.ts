import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

/** The clocks of the services of one stack, each moved by itself; the clock of the machine stays as it is. */
export class Clocks {
  readonly #monotonicMs = new Map<string, number>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** What a service has to be started with. */
  environment(): Readonly<Record<string, string>> {
    return {
      NODE_OPTIONS: `--require ${join(projectRoot, 'test/chaos/clock.cjs')}`,
      SEALFLOW_TEST_CLOCKS: this.folder,
    };
  }

  /** Whether a process with the clock of that name was ever started. */
  isWorn(service: string): boolean {
    return existsSync(join(this.folder, `${service}.worn`));
  }

  /** Steps the wall clock of a service away from the right time. */
  step(service: string, wallMs: number): void {
    this.#write(service, wallMs);
  }

  /** As a machine that slept: both clocks jump forward. */
  sleep(service: string, forMs: number): void {
    this.#monotonicMs.set(service, (this.#monotonicMs.get(service) ?? 0) + forMs);
    this.#write(service, forMs);
  }

  /** Sets the wall clock right again, which is another step. */
  heal(service: string): void {
    this.#write(service, 0);
  }

  #write(service: string, wallMs: number): void {
    const file = join(this.folder, service);
    writeFileSync(`${file}.new`, `${wallMs} ${this.#monotonicMs.get(service) ?? 0}`);
    renameSync(`${file}.new`, file);
  }
}
