import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';

describe('the configuration', () => {
  it('needs a home and has a default for everything else', () => {
    expect(readConfig({ SEALFLOW_HOME: '/srv/sealflow' })).toEqual({
      home: '/srv/sealflow',
      postgresHome: '/srv/sealflow/postgres',
      blobFolder: '/srv/sealflow/blobs',
      keyFolder: '/srv/sealflow/tenant-keys',
      rootKeyFile: '/srv/sealflow/root.key',
      sealBlobs: true,
      walArchive: null,
      databaseUrl: undefined,
      grpcAddress: '127.0.0.1:7443',
      httpHost: '127.0.0.1',
      httpPort: 7480,
      connections: { connectionsMax: 4_096, connectionsPerPeerMax: 1_024, connectionsPerSecond: 256 },
      logOrigin: 'sealflow.local/log',
      witnessing: { witnesses: [], quorum: 0 },
      timestamping: { authorities: [], revocationLists: [] },
      oidc: [],
      browserOrigins: new Set(),
      executorId: 'orchestrator-0',
      heartbeatMs: 5_000,
      interpreter: 'v3',
      drainNoticeMs: 0,
      retentionSweepMs: 60_000,
    });
  });

  it('takes what the environment says', () => {
    const config = readConfig({
      SEALFLOW_HOME: 'h',
      SEALFLOW_POSTGRES_HOME: 'p',
      DATABASE_URL: 'postgresql://db',
      SEALFLOW_GRPC_ADDRESS: '0.0.0.0:1',
      SEALFLOW_HTTP_PORT: '0',
      SEALFLOW_LOG_ORIGIN: 'example.com/log',
      SEALFLOW_EXECUTOR_ID: 'b',
      SEALFLOW_PEER_ADDRESS: 'b.pods.sealflow.svc:7443',
    });
    expect(config).toMatchObject({
      postgresHome: 'p',
      databaseUrl: 'postgresql://db',
      httpPort: 0,
      executorId: 'b',
      peerAddress: 'b.pods.sealflow.svc:7443',
    });
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['SEALFLOW_HOME', {}],
    ['SEALFLOW_HOME', { SEALFLOW_HOME: '' }],
    ['SEALFLOW_HTTP_PORT', { SEALFLOW_HOME: 'h', SEALFLOW_HTTP_PORT: '70000' }],
    ['SEALFLOW_HTTP_PORT', { SEALFLOW_HOME: 'h', SEALFLOW_HTTP_PORT: 'http' }],
    ['SEALFLOW_HTTP_PORT', { SEALFLOW_HOME: 'h', SEALFLOW_HTTP_PORT: '80.5' }],
    ['SEALFLOW_INTERPRETER', { SEALFLOW_HOME: 'h', SEALFLOW_INTERPRETER: 'v0' }],
    ['SEALFLOW_HEARTBEAT_MS', { SEALFLOW_HOME: 'h', SEALFLOW_HEARTBEAT_MS: '0' }],
    ['DATABASE_URL', { SEALFLOW_HOME: 'h', DATABASE_URL: '' }],
    ['SEALFLOW_DRAIN_NOTICE_MS', { SEALFLOW_HOME: 'h', SEALFLOW_DRAIN_NOTICE_MS: '-1' }],
    ['SEALFLOW_EXECUTOR_ID', { SEALFLOW_HOME: 'h', SEALFLOW_EXECUTOR_ID: 'x'.repeat(64) }],
    ['SEALFLOW_PEER_ADDRESS', { SEALFLOW_HOME: 'h', SEALFLOW_PEER_ADDRESS: 'host' }],
    ['SEALFLOW_PEER_ADDRESS', { SEALFLOW_HOME: 'h', SEALFLOW_PEER_ADDRESS: 'http://host:1' }],
    ['SEALFLOW_PEER_ADDRESS', { SEALFLOW_HOME: 'h', SEALFLOW_PEER_ADDRESS: 'a:1,b:1' }],
  ])('names %s when it is wrong', (name, environment) => {
    expect(() => readConfig(environment)).toThrow(new RegExp(`^configuration: ${name}: `));
  });

  it('does not repeat a wrong value, which may hold a password', () => {
    const environment = { SEALFLOW_HOME: 'h', SEALFLOW_HTTP_PORT: 'CANARY' };
    expect(() => readConfig(environment)).toThrow(expect.not.stringContaining('CANARY'));
  });
});
