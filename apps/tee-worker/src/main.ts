import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { createLogger, exitWithParent, NestLogger, startTracing } from '#telemetry';
import {
  bootWorker,
  FheProcess,
  openHardware,
  readWorkerEnvironment,
  WorkerLifecycle,
  workerImage,
} from '#worker';
import { TeeWorkerModule } from './app.module.js';
import { ledgerRuntimes } from './runtimes/ledger/ledger-runtimes.js';
import { documentExtractRuntime } from './runtimes/onnx/index.js';

/** Folder that holds `dist`, the models and the package file. */
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const DRAIN_MS = 20_000;

async function main(): Promise<void> {
  exitWithParent();
  const tracing = await startTracing('tee-worker');
  const logger = createLogger('tee-worker');
  const environment = readWorkerEnvironment(process.env, 'tee-worker-0');
  const image = workerImage('tee-worker');
  const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
  const parts = { gpus: image.gpus, sealing: true, random };
  const worker = bootWorker(
    environment,
    image,
    root,
    await openHardware(process.env, environment.home, parts),
    logger,
  );
  const fhe = new FheProcess({ keyed: true });
  const extract = documentExtractRuntime({
    modelDir: join(root, 'apps/tee-worker/models/statement-reader'),
    random,
  });
  await extract.warm();
  const runtimes = [
    extract,
    ...ledgerRuntimes({
      fhe,
      sealingKey: worker.sealingKey,
      stateFile: join(environment.home, 'ledger.sealed'),
      random,
      now: () => Date.now(),
    }),
  ];
  const lifecycle = new WorkerLifecycle({
    agent: worker.agent(runtimes, logger),
    drainMs: DRAIN_MS,
    close: async () => {
      await fhe.close();
      worker.services.close();
      await tracing.stop();
    },
  });
  const app = await NestFactory.createApplicationContext(TeeWorkerModule.on(lifecycle), {
    logger: new NestLogger(logger),
  });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  // The engine's context takes a third of a second: make it before the first transfer waits for it.
  await fhe.start();
}

main().catch((error: unknown) => {
  createLogger('tee-worker').fatal(
    { reason: error instanceof Error ? error.message : String(error) },
    'start failed',
  );
  process.exit(1);
});
