import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { answersVersion, createLogger, exitWithParent, NestLogger, startTracing } from '#telemetry';
import {
  bootWorker,
  FheProcess,
  isOffered,
  openHardware,
  readWorkerEnvironment,
  type TaskRuntime,
  WorkerLifecycle,
  workerImage,
} from '#worker';
import { TeeWorkerModule } from './app.module.js';
import { ledgerRuntimes } from './runtimes/ledger/ledger-runtimes.js';
import { networkRuntime } from './runtimes/network/network-runtime.js';
import { documentExtractRuntime } from './runtimes/onnx/index.js';
import { configuredUpstream, converseRuntime } from './runtimes/openai/index.js';
import { pageLedgerRuntimes } from './runtimes/page-ledger/index.js';

/** Folder that holds `dist`, the models and the package file. */
const root = fileURLToPath(new URL('../../../..', import.meta.url));

async function main(): Promise<void> {
  if (answersVersion('tee-worker')) return;
  exitWithParent();
  const tracing = await startTracing('tee-worker');
  const logger = createLogger('tee-worker');
  const environment = readWorkerEnvironment(process.env, 'tee-worker-0');
  const image = workerImage('tee-worker');
  const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
  // Ledgers outlive a boot; a pool that keeps none needs no key to seal them under.
  const keepsLedgers = image.operations.some(
    (operation) => /^(ledger|pages)\./.test(operation) && isOffered(operation, environment.operations),
  );
  const parts = { gpus: image.gpus, sealing: keepsLedgers, random };
  const worker = bootWorker(
    environment,
    image,
    root,
    await openHardware(process.env, environment.home, parts),
    logger,
  );
  const fhe = new FheProcess({ keyed: true });
  // A process of its own for the other parameters; it starts with the first ledger of pages.
  const pageFhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
  const extract = documentExtractRuntime({
    modelDir: join(root, 'apps/tee-worker/models/statement-reader'),
    random,
  });
  await extract.warm();
  const ledgerWork = (): TaskRuntime[] => {
    const ledgers = {
      sealingKey: worker.sealingKey,
      stateFile: join(environment.home, 'ledger.sealed'),
      random,
      now: () => Date.now(),
    };
    return [...ledgerRuntimes({ ...ledgers, fhe }), ...pageLedgerRuntimes({ ...ledgers, fhe: pageFhe })];
  };
  // Without a model server there is nothing to converse with, and nothing is offered.
  const upstream = await configuredUpstream(process.env, join(root, 'apps/tee-worker/models/licence-talk'));
  const runtimes = [
    extract,
    ...(upstream === null ? [] : [converseRuntime({ upstream, now: () => Date.now() })]),
    networkRuntime({
      operation: 'credit.decide.enclave',
      modelDir: join(root, 'apps/tee-worker/models/credit-network'),
    }),
    ...(keepsLedgers ? ledgerWork() : []),
  ];
  const lifecycle = new WorkerLifecycle({
    agent: worker.agent(runtimes, logger),
    drainMs: environment.drainMs,
    healthAddress: environment.healthAddress,
    close: async () => {
      await Promise.all([fhe.close(), pageFhe.close(), upstream?.close()]);
      worker.services.close();
      await tracing.stop();
    },
  });
  const app = await NestFactory.createApplicationContext(TeeWorkerModule.on(lifecycle), {
    logger: new NestLogger(logger),
  });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  // The engine's context takes a third of a second: make it before the first transfer waits for it.
  if (keepsLedgers) await fhe.start();
}

main().catch((error: unknown) => {
  createLogger('tee-worker').fatal(
    { reason: error instanceof Error ? error.message : String(error) },
    'start failed',
  );
  process.exit(1);
});
