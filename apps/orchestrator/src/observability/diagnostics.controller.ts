import { Controller, Get, Inject } from '@nestjs/common';
import { toBase64 } from '#canonical';
import type { Config } from '../config/config.js';
import { SigningKey } from '../evidence/signing-key.js';
import { TransparencyLog } from '../log/transparency-log.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import type { ServerTls } from '../tls/server-tls.js';
import { CLOCK, type Clock, CONFIG, TLS } from '../tokens.js';
import { StateReader, type StoredState } from './state-reader.js';

/** What this replica says of itself. `sealflow doctor` judges it and checks what can be checked without believing it. */
export interface Diagnostics {
  readonly v: 'sealflow/diagnostics/v1';
  readonly replica: string;
  readonly nowMs: number;
  /** Host and port of the server, or `embedded`. */
  readonly database: string;
  /** Null while the database is away. */
  readonly state: StoredState | null;
  readonly workers: readonly {
    readonly worker: string;
    readonly operations: readonly string[];
    /** False for one that another replica has. */
    readonly here: boolean;
    readonly fencedReason: string | null;
  }[];
  readonly log: { readonly origin: string; readonly vkey: string };
  readonly orchestratorKey: string;
  readonly witnesses: { readonly configured: number; readonly quorum: number };
  /** Origins of the authorities: an address may hold a password. */
  readonly authorities: readonly string[];
  /** Null where both ports speak in the clear. */
  readonly tls: {
    readonly certificateNotAfterMs: number;
    readonly caNotAfterMs: number;
    readonly trustDomain: string;
    readonly reloads: number;
    /** Why files on the disk were not taken over. */
    readonly problem: string | null;
  } | null;
  readonly grpcAddress: string;
}

@Controller()
export class DiagnosticsController {
  constructor(
    private readonly state: StateReader,
    private readonly registry: SessionRegistry,
    private readonly log: TransparencyLog,
    private readonly key: SigningKey,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TLS) private readonly tls: ServerTls | null,
  ) {}

  @Get('diagnostics')
  async diagnostics(): Promise<Diagnostics> {
    const state = await this.state.read().catch(() => null);
    return {
      v: 'sealflow/diagnostics/v1',
      replica: this.config.executorId,
      nowMs: this.clock(),
      database: placeOf(this.config.databaseUrl),
      // Whole numbers alone: readers here take no others.
      state: state === null ? null : { ...state, pingMs: Math.ceil(state.pingMs) },
      workers: [
        ...this.registry.list().map(({ identity, fencedReason }) => ({
          worker: identity.workerId,
          operations: identity.operations,
          here: true,
          fencedReason,
        })),
        // Replicas tell each other of workers in service; a fenced one is told by the replica that it is connected to.
        ...this.registry
          .elsewhere()
          .filter(({ signKey }) => !this.registry.isFenced(signKey))
          .map(({ workerId, operations }) => ({
            worker: workerId,
            operations,
            here: false,
            fencedReason: null,
          })),
      ],
      log: { origin: this.config.logOrigin, vkey: this.log.verifierKey },
      orchestratorKey: toBase64(this.key.publicKey),
      witnesses: {
        configured: this.config.witnessing.witnesses.length,
        quorum: this.config.witnessing.quorum,
      },
      authorities: this.config.timestamping.authorities.map((url) => new URL(url).origin),
      tls: this.tls === null ? null : this.tls.facts,
      grpcAddress: this.config.grpcAddress,
    };
  }
}

/** Never the user or the password. */
function placeOf(databaseUrl: string | undefined): string {
  if (databaseUrl === undefined) return 'embedded';
  return URL.canParse(databaseUrl) ? new URL(databaseUrl).host : 'DATABASE_URL';
}
