import { Inject, Injectable } from '@nestjs/common';
import { digestOf } from '#canonical';
import { DeviceCollateral } from '#collateral';
import type { Logger } from '#telemetry';
import type { SiteFile } from '#worker';
import { CLOCK, type Clock, LOGGER, SITE } from '../tokens.js';
import { machineFacts } from './machine-facts.js';
import type { WorkerSession } from './worker-session.js';

/** A machine does not change under a boot; what its vendor says of it does, over days. */
const LOOK_AGAIN_MS = 10 * 60_000;

/** Keeps what the newest evidence of a worker says about its machine, beside the session and in nobody's way. */
@Injectable()
export class MachineLook {
  constructor(
    private readonly devices: DeviceCollateral,
    @Inject(SITE) private readonly site: SiteFile,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never rejects. Vendors may have to be asked: who registers, or offers, does not wait for it. */
  async look(session: WorkerSession, evidence: Uint8Array): Promise<void> {
    const atMs = this.clock();
    if (atMs - session.lookedMs < LOOK_AGAIN_MS) return;
    session.lookedMs = atMs;
    try {
      const known = await this.devices.of(digestOf(evidence), evidence);
      session.machine = machineFacts(evidence, known, { roots: this.site.roots, atMs });
    } catch (error) {
      this.logger.warn(
        { err: error, worker: session.identity.workerId },
        'machine of a worker not looked at',
      );
    }
  }
}
