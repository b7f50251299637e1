import { Inject, Injectable } from '@nestjs/common';
import { HealthImplementation } from 'grpc-health-check';
import type { Logger } from '#telemetry';
import { limits } from '../config/limits.js';
import { Database } from '../database/database.js';
import { areas } from '../grpc-options.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { LOGGER } from '../tokens.js';
import { Drain } from './drain.js';
import { ReplicaBeat } from './replica-beat.js';

/** Everything that a request needs. One that is missing makes a replica not ready, and is named. */
export interface ReadinessChecks {
  readonly database: boolean;
  readonly migrations: boolean;
  readonly logKey: boolean;
  readonly engine: boolean;
  readonly heartbeat: boolean;
  readonly notDraining: boolean;
}

/** Names in grpc.health.v1: the whole server, and every service of the contract. */
export const healthNames: readonly string[] = [
  '',
  ...areas.map((area) => `sealflow.${area}.v1.${area.charAt(0).toUpperCase()}${area.slice(1)}Service`),
];

/**
 * Whether a request would be served now. Both health services say the same: HTTP asks, gRPC is told at every look.
 */
@Injectable()
export class Readiness {
  readonly health = new HealthImplementation(
    Object.fromEntries(healthNames.map((name) => [name, 'NOT_SERVING' as const])),
  );
  #engine = false;
  #leaving = false;
  #told: boolean | null = null;

  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'isMigrated'>,
    @Inject(TransparencyLog) private readonly log: Pick<TransparencyLog, 'isOpen'>,
    @Inject(ReplicaBeat) private readonly beat: Pick<ReplicaBeat, 'ageMs'>,
    private readonly drain: Drain,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  engineLaunched(): void {
    this.#engine = true;
  }

  /** Before the drain: balancers look elsewhere while calls are still served here. */
  leave(): void {
    this.#leaving = true;
    this.#tell(false, ['notDraining']);
  }

  /** Looks at everything, and tells the gRPC health service. Never rejects. */
  async look(): Promise<ReadinessChecks> {
    const migrated = await this.database.isMigrated().catch(() => null);
    const checks: ReadinessChecks = {
      database: migrated !== null,
      migrations: migrated === true,
      logKey: this.log.isOpen,
      engine: this.#engine,
      // Others call a replica dead that was silent for longer.
      heartbeat: this.beat.ageMs < limits.replicaDeadMs,
      notDraining: !this.#leaving && !this.drain.begun,
    };
    const missing = missingOf(checks);
    this.#tell(missing.length === 0, missing);
    return checks;
  }

  #tell(ready: boolean, missing: readonly string[]): void {
    if (ready === this.#told) return;
    this.#told = ready;
    for (const name of healthNames) this.health.setStatus(name, ready ? 'SERVING' : 'NOT_SERVING');
    if (!ready) this.logger.warn({ missing }, 'not ready');
  }
}

export function missingOf(checks: ReadinessChecks): string[] {
  return Object.entries(checks)
    .filter(([, met]) => !met)
    .map(([name]) => name);
}
