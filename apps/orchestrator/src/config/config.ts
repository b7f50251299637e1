import { join } from 'node:path';
import { z } from 'zod';
import { type CollateralConfig, readCollateralConfig } from '#collateral';
import { type OidcIssuer, readOidcIssuers } from '../auth/oidc-config.js';
import type { ConnectionLimits } from '../connections/connection-gate.js';
import { readBrowserOrigins } from '../grpc-web/browser-origins.js';
import { readWitnessing, type Witnessing } from '../log/witness-config.js';
import { readTimestamping, type Timestamping } from '../timestamps/timestamp-config.js';
import { readTlsConfig, type TlsConfig } from '../tls/tls-config.js';

/** Rules of runs that this code knows, the newest last. */
export const interpreters = ['v1', 'v2', 'v3'] as const;

export const settings = z.object({
  /** Folder for keys and the embedded database. */
  SEALFLOW_HOME: z.string().min(1),
  /** Where the embedded database keeps its files; the server's user must be able to reach it. */
  SEALFLOW_POSTGRES_HOME: z.string().min(1).optional(),
  /** Where large blobs lie: one folder for all replicas of a database. */
  SEALFLOW_BLOB_FOLDER: z.string().min(1).optional(),
  /** Where the keys of tenants lie, each wrapped under the root key: one folder for all replicas of a database. */
  SEALFLOW_KEY_FOLDER: z.string().min(1).optional(),
  SEALFLOW_ROOT_KEY_FILE: z.string().min(1).optional(),
  /** `off` while replicas of a release that opens no sealed blob serve beside this one. */
  SEALFLOW_SEAL_BLOBS: z.enum(['on', 'off']).default('on'),
  /** Where the embedded server copies its journal, for restores to a point in time. */
  SEALFLOW_WAL_ARCHIVE: z.string().min(1).optional(),
  DATABASE_URL: z.string().min(1).optional(),
  SEALFLOW_GRPC_ADDRESS: z.string().default('127.0.0.1:7443'),
  /** The loopback unless said: health and metrics say who is here, and without TLS in the clear. */
  SEALFLOW_HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  SEALFLOW_HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(7480),
  SEALFLOW_LOG_ORIGIN: z.string().default('sealflow.local/log'),
  /** What new runs begin with; while replicas of two releases serve together, what the older one knows. */
  SEALFLOW_INTERPRETER: z.enum(interpreters).default('v3'),
  /** How often a worker says that it works on a lease. One that is silent for three times as long loses it. */
  SEALFLOW_HEARTBEAT_MS: z.coerce.number().int().min(50).max(60_000).default(5_000),
  /** How often what was kept long enough is looked for. */
  SEALFLOW_RETENTION_SWEEP_MS: z.coerce.number().int().min(100).max(86_400_000).default(60_000),
  /** Connections to the gRPC port: of all peers, of one, and how many new ones of one in a second. */
  SEALFLOW_CONNECTIONS_MAX: z.coerce.number().int().min(1).max(1_000_000).default(4_096),
  SEALFLOW_CONNECTIONS_PER_PEER_MAX: z.coerce.number().int().min(1).max(1_000_000).default(1_024),
  SEALFLOW_CONNECTIONS_PER_SECOND: z.coerce.number().int().min(1).max(1_000_000).default(256),
  SEALFLOW_DRAIN_NOTICE_MS: z.coerce.number().int().min(0).max(60_000).default(0),
  SEALFLOW_EXECUTOR_ID: z.string().min(1).max(63).default('orchestrator-0'),
  /** Host and port where other replicas reach this one; they believe its certificate for that host alone. */
  SEALFLOW_PEER_ADDRESS: z
    .string()
    .max(300)
    .regex(/^([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}$/, 'expected a host and a port')
    .optional(),
});

export interface Config {
  readonly home: string;
  readonly postgresHome: string;
  readonly blobFolder: string;
  readonly keyFolder: string;
  readonly rootKeyFile: string;
  /** Whether what comes is sealed at rest; what is sealed is opened in any case. */
  readonly sealBlobs: boolean;
  readonly walArchive: string | null;
  readonly databaseUrl: string | undefined;
  readonly grpcAddress: string;
  readonly httpHost: string;
  readonly httpPort: number;
  readonly connections: ConnectionLimits;
  readonly logOrigin: string;
  readonly executorId: string;
  /** Undefined: no replica passes calls on to this one. */
  readonly peerAddress: string | undefined;
  readonly heartbeatMs: number;
  readonly retentionSweepMs: number;
  readonly interpreter: (typeof interpreters)[number];
  /** How long a replica that is told to stop still serves after it has said that it is not ready. */
  readonly drainNoticeMs: number;
  /** Undefined: vendors are not asked for collateral. */
  readonly collateral: CollateralConfig | undefined;
  readonly witnessing: Witnessing;
  readonly timestamping: Timestamping;
  /** Undefined: both ports speak in the clear. */
  readonly tls: TlsConfig | undefined;
  /** Whose tokens are accepted beside API keys. */
  readonly oidc: readonly OidcIssuer[];
  /** Pages of these may call from a browser. */
  readonly browserOrigins: ReadonlySet<string>;
}

/** Reads the environment once; a wrong value names its variable and what is expected. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = settings.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`configuration: ${problems.join('; ')}`);
  }
  const values = parsed.data;
  const tls = readTlsConfig(environment);
  return {
    home: values.SEALFLOW_HOME,
    postgresHome: values.SEALFLOW_POSTGRES_HOME ?? join(values.SEALFLOW_HOME, 'postgres'),
    blobFolder: values.SEALFLOW_BLOB_FOLDER ?? join(values.SEALFLOW_HOME, 'blobs'),
    keyFolder: values.SEALFLOW_KEY_FOLDER ?? join(values.SEALFLOW_HOME, 'tenant-keys'),
    rootKeyFile: values.SEALFLOW_ROOT_KEY_FILE ?? join(values.SEALFLOW_HOME, 'root.key'),
    sealBlobs: values.SEALFLOW_SEAL_BLOBS === 'on',
    walArchive: values.SEALFLOW_WAL_ARCHIVE ?? null,
    databaseUrl: values.DATABASE_URL,
    grpcAddress: values.SEALFLOW_GRPC_ADDRESS,
    httpHost: values.SEALFLOW_HTTP_HOST,
    httpPort: values.SEALFLOW_HTTP_PORT,
    connections: {
      connectionsMax: values.SEALFLOW_CONNECTIONS_MAX,
      connectionsPerPeerMax: values.SEALFLOW_CONNECTIONS_PER_PEER_MAX,
      connectionsPerSecond: values.SEALFLOW_CONNECTIONS_PER_SECOND,
    },
    logOrigin: values.SEALFLOW_LOG_ORIGIN,
    executorId: values.SEALFLOW_EXECUTOR_ID,
    peerAddress: values.SEALFLOW_PEER_ADDRESS,
    heartbeatMs: values.SEALFLOW_HEARTBEAT_MS,
    retentionSweepMs: values.SEALFLOW_RETENTION_SWEEP_MS,
    interpreter: values.SEALFLOW_INTERPRETER,
    drainNoticeMs: values.SEALFLOW_DRAIN_NOTICE_MS,
    collateral: readCollateralConfig(environment),
    witnessing: readWitnessing(environment),
    timestamping: readTimestamping(environment),
    oidc: readOidcIssuers(environment),
    browserOrigins: readBrowserOrigins(environment, tls),
    tls,
  };
}
