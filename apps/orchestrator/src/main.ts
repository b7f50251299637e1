import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Server } from '@grpc/grpc-js';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import {
  answersVersion,
  createLogger,
  exitWithParent,
  GrpcErrorFilter,
  isUnreachable,
  type Logger,
  NestLogger,
  startTracing,
} from '#telemetry';
import { parseSiteFile } from '#worker';
import { AppModule } from './app.module.js';
import { Authenticator } from './auth/authenticator.js';
import { addBootstrapKeys } from './auth/bootstrap-keys.js';
import { grpcGuard, STREAM_RECHECK_MS } from './auth/grpc-guard.js';
import { httpGuard } from './auth/http-guard.js';
import { Sessions } from './auth/sessions.js';
import { BlobSweeper } from './blobs/blob-sweeper.js';
import { CallTurns, callTurns } from './call-turns.js';
import { codeState } from './config/code-state.js';
import { type Config, readConfig } from './config/config.js';
import { limits } from './config/limits.js';
import { ConnectionGate } from './connections/connection-gate.js';
import { GatedGrpcServer } from './connections/gated-grpc-server.js';
import { Database } from './database/database.js';
import { EmbeddedPostgres } from './database/embedded-postgres.js';
import { RunEngine } from './engine/run-engine.js';
import { SigningKey } from './evidence/signing-key.js';
import { widenWindows } from './flow-control.js';
import { callRules, failureRules } from './grpc-calls.js';
import { grpcOptions } from './grpc-options.js';
import { grpcWeb } from './grpc-web/grpc-web.js';
import { InnerConnections } from './grpc-web/inner-connections.js';
import { ConsoleFiles, consolePages } from './http/console-files.js';
import { Keyring } from './keys/keyring.js';
import { openKeyStore } from './keys/open-key-store.js';
import { TransparencyLog } from './log/transparency-log.js';
import { gauges } from './observability/gauges.js';
import { connectionsRefused } from './observability/instruments.js';
import { rpcObserver } from './observability/rpc-observer.js';
import { Drain } from './replicas/drain.js';
import { Readiness } from './replicas/readiness.js';
import { ReplicaBeat } from './replicas/replica-beat.js';
import { ReplicaSignals } from './replicas/replica-signals.js';
import { LeaseBook } from './sessions/lease-book.js';
import { SessionRegistry } from './sessions/session-registry.js';
import { ServerTls } from './tls/server-tls.js';

/** Version of the interpreter, not of the build: runs in flight are taken over only by code that replays them alike. */
const INTERPRETER_VERSION = 'interpreter-v1';

async function main(): Promise<void> {
  if (answersVersion('orchestrator', codeState())) return;
  exitWithParent();
  const tracing = await startTracing('orchestrator');
  const logger = createLogger('orchestrator');
  const config = readConfig(process.env);
  const tls = config.tls === undefined ? null : new ServerTls(config.tls, logger, () => Date.now());
  const embedded =
    config.databaseUrl === undefined ? new EmbeddedPostgres(config.postgresHome, config.walArchive) : null;
  await embedded?.start();
  const databaseUrl = config.databaseUrl ?? embedded?.localUrl() ?? '';
  const database = await Database.open(databaseUrl);
  const keys = await openKeyStore(database, config);
  await addBootstrapKeys(config.home, database, logger);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.on({
      config,
      database,
      site: parseSiteFile(readFileSync(join(config.home, 'site.json'))),
      key: SigningKey.load(config.home),
      keys,
      logger,
      tls,
    }),
    new ExpressAdapter(),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
      ...(tls === null ? {} : { httpsOptions: tls.httpsOptions() }),
    },
  );
  // What it is built of is nobody's to know.
  app.disable('x-powered-by');
  app.useGlobalFilters(new GrpcErrorFilter(logger));
  const authenticator = app.get(Authenticator);
  let inside: InnerConnections | null = null;
  app.use(grpcWeb({ origins: config.browserOrigins, inside: () => inside }));
  app.use(httpGuard(authenticator, logger, app.get(Sessions)));
  app.useBodyParser('json', { limit: limits.httpBodyBytesMax });
  const pages = ConsoleFiles.load();
  app.use(consolePages(pages));
  if (pages !== null) logger.info({ verifier: pages.verifierDigest }, 'console served');
  widenWindows();
  const readiness = app.get(Readiness);
  let server: Server | null = null;
  const options = grpcOptions(
    config.grpcAddress,
    [
      failureRules(logger),
      callRules(),
      grpcGuard(authenticator, logger, STREAM_RECHECK_MS, tls?.peers ?? null),
      callTurns(new CallTurns()),
      rpcObserver(),
    ],
    readiness.health,
    (made) => {
      server = made;
      inside = new InnerConnections(made);
    },
    tls?.grpcCredentials() ?? null,
  );
  tls?.follow(app.getHttpServer());
  tls?.watched.watch();
  const grpc = new GatedGrpcServer(options, {
    gate: new ConnectionGate(config.connections, () => performance.now()),
    logger,
    onOpen: (count) => gauges.grpcConnections.set(count),
    onRefused: (limit) => connectionsRefused.inc({ limit }),
  });
  app.connectMicroservice({ strategy: grpc }, { inheritAppConfig: true });
  // Runs that the engine takes up again append to the log at once.
  await app.get(TransparencyLog).open();
  await database.alone(() => launchEngine(config, databaseUrl, logger));
  readiness.engineLaunched();
  await app.get(ReplicaBeat).begin();
  app.get(ReplicaSignals).listen();
  await app.get(RunEngine).recover();
  await app.startAllMicroservices();
  app.get(SessionRegistry).listens();
  boundHttp(app.getHttpServer() as HttpServer);
  await app.listen(config.httpPort, config.httpHost);
  await readiness.look();
  const stopped = new AbortController();
  const sweeping = Promise.all([
    sweepUntil(stopped.signal, {
      leases: app.get(LeaseBook),
      engine: app.get(RunEngine),
      blobs: app.get(BlobSweeper),
      keys: app.get(Keyring),
      readiness,
      embedded,
      logger,
    }),
    app.get(ReplicaBeat).runUntil(stopped.signal),
  ]);
  logger.info({ grpc: config.grpcAddress, http: config.httpPort, tls: tls !== null }, 'ready');

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // First of all nobody new is sent here; then whoever is here is sent elsewhere, and calls are answered.
    readiness.leave();
    await sleep(config.drainNoticeMs);
    app.get(Drain).begin();
    grpc.stopListening();
    if (server !== null) await closeGently(server);
    stopped.abort();
    await sweeping;
    await app.close().catch((error: unknown) => logger.error({ err: error }, 'close failed'));
    await app.get(ReplicaSignals).close();
    await DBOS.shutdown();
    // What this replica leaves behind is another's from now on.
    await app
      .get(ReplicaBeat)
      .leave()
      .catch((error: unknown) => logger.error({ err: error }, 'leave failed'));
    await database.close();
    await embedded?.stop();
    await tracing.stop();
    logger.info({}, 'stopped');
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

/** A client that is slow on purpose holds a connection; how long, and how many there are, is bounded. */
function boundHttp(server: HttpServer): void {
  server.maxConnections = limits.httpConnectionsMax;
  server.headersTimeout = limits.httpHeadersMs;
  server.requestTimeout = limits.httpRequestMs;
}

/** Takes no new connection and no new call, and waits for those that are open. */
async function closeGently(server: Server): Promise<void> {
  const waiting = new AbortController();
  server.tryShutdown(() => waiting.abort());
  await sleep(limits.drainCallsMs, undefined, { signal: waiting.signal }).catch(() => undefined);
}

interface Sweeping {
  readonly leases: LeaseBook;
  readonly engine: RunEngine;
  readonly blobs: BlobSweeper;
  readonly keys: Keyring;
  readonly readiness: Readiness;
  /** Null where the database is somebody else's to keep running. */
  readonly embedded: EmbeddedPostgres | null;
  readonly logger: Logger;
}

/** Looks after leases whose worker went away, after results that nobody heard of, and after a database server of our own that died. Never rejects. */
async function sweepUntil(
  stopped: AbortSignal,
  { leases, engine, blobs, keys, readiness, embedded, logger }: Sweeping,
): Promise<void> {
  let remindedMs = performance.now();
  while (!stopped.aborted) {
    // Rejects when it is time to stop; the condition of the loop then sees that.
    await sleep(limits.sweepMs, undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) return;
    try {
      await readiness.look();
      await leases.sweep();
      if (performance.now() - remindedMs > limits.remindMs) {
        remindedMs = performance.now();
        await engine.remind();
      }
      await keys.look();
      void blobs.sweepWhenDue();
    } catch (error) {
      if (isUnreachable(error)) await revive(embedded, logger);
      else logger.error({ err: error }, 'sweep failed');
    }
  }
}

async function revive(embedded: EmbeddedPostgres | null, logger: Logger): Promise<void> {
  logger.warn({}, 'the database is away');
  try {
    await embedded?.revive();
  } catch (error) {
    logger.error({ err: error }, 'the database does not start');
  }
}

async function launchEngine(config: Config, databaseUrl: string, logger: Logger): Promise<void> {
  DBOS.setConfig({
    name: 'sealflow',
    systemDatabaseUrl: databaseUrl,
    systemDatabasePoolSize: 5,
    // As for our own connections: a replica that freezes must not keep locks from those that take over.
    systemDatabaseIdleTransactionTimeoutMs: limits.replicaDeadMs,
    executorID: config.executorId,
    applicationVersion: INTERPRETER_VERSION,
    logger: engineLogger(logger),
    useListenNotify: true,
  });
  await DBOS.launch();
}

/** Messages of the engine may quote parameters of a query: only their first line, cut short, is logged. */
function engineLogger(logger: Logger) {
  const text = (entry: unknown): string => {
    const message = entry instanceof Error ? `${entry.name}: ${entry.message}` : String(entry);
    return message.split('\n')[0]?.slice(0, 200) ?? '';
  };
  return {
    info: () => undefined,
    debug: () => undefined,
    warn: (entry: unknown) => logger.warn({ engine: text(entry) }, 'engine'),
    error: (entry: unknown) => logger.error({ engine: text(entry) }, 'engine'),
  };
}

main().catch((error: unknown) => {
  const logger: Logger = createLogger('orchestrator');
  logger.fatal({ reason: error instanceof Error ? error.message : String(error) }, 'start failed');
  process.exit(1);
});
