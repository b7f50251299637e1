import { Controller, Get, Header, HttpException, HttpStatus, Inject } from '@nestjs/common';
import { toBase64 } from '#canonical';
import { type Release, readRelease } from '#telemetry';
import { type CodeState, codeState } from '../config/code-state.js';
import type { Config } from '../config/config.js';
import { SigningKey } from '../evidence/signing-key.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { MetricsReader } from '../observability/metrics-reader.js';
import { missingOf, Readiness, type ReadinessChecks } from '../replicas/readiness.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { CONFIG } from '../tokens.js';

/** Health, metrics and the public halves of the orchestrator's keys. */
@Controller()
export class HttpController {
  constructor(
    private readonly readiness: Readiness,
    private readonly registry: SessionRegistry,
    private readonly key: SigningKey,
    private readonly log: TransparencyLog,
    private readonly reader: MetricsReader,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('healthz')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready means that a request would be served; otherwise `missing` says why not. */
  @Get('readyz')
  async ready(): Promise<{ status: string; checks: ReadinessChecks; operations: string[] }> {
    const checks = await this.readiness.look();
    const missing = missingOf(checks);
    if (missing.length > 0) {
      throw new HttpException({ status: 'not ready', missing, checks }, HttpStatus.SERVICE_UNAVAILABLE);
    }
    return { status: 'ok', checks, operations: this.registry.operations() };
  }

  @Get('version')
  version(): Release & CodeState {
    return { ...readRelease('orchestrator'), ...codeState() };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4')
  metrics(): Promise<string> {
    return this.reader.text();
  }

  /** What a relying party puts into its trust file after it has compared it by another way. */
  @Get('.well-known/sealflow-keys')
  keys(): { orchestratorKeys: string[]; log: { origin: string; vkey: string } } {
    return {
      orchestratorKeys: [toBase64(this.key.publicKey)],
      log: { origin: this.config.logOrigin, vkey: this.log.verifierKey },
    };
  }
}
