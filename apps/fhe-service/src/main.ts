import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { answersVersion, createLogger, exitWithParent, NestLogger, startTracing } from '#telemetry';
import {
  bootWorker,
  FhePool,
  FheProcess,
  openHardware,
  readWorkerEnvironment,
  WorkerLifecycle,
  workerImage,
} from '#worker';
import { FheServiceModule } from './app.module.js';
import { fheRuntimes } from './runtimes/fhe-runtimes.js';
import { pageRuntimes } from './runtimes/page-runtimes.js';

/** Folder that holds `dist`. */
const root = fileURLToPath(new URL('../../../..', import.meta.url));

async function main(): Promise<void> {
  if (answersVersion('fhe-service')) return;
  exitWithParent();
  const tracing = await startTracing('fhe-service');
  const logger = createLogger('fhe-service');
  const environment = readWorkerEnvironment(process.env, 'fhe-service-0');
  const image = workerImage('fhe-service');
  const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
  const parts = { gpus: image.gpus, sealing: false, random };
  const worker = bootWorker(
    environment,
    image,
    root,
    await openHardware(process.env, environment.home, parts),
    logger,
  );
  const fhe = new FheProcess({ keyed: false });
  // Batches of one ledger follow each other; those of several are added side by side.
  const pages = new FhePool(availableParallelism(), { keyed: false, parameters: 'ledger-pages' });
  const lifecycle = new WorkerLifecycle({
    agent: worker.agent([...fheRuntimes({ fhe }), ...pageRuntimes({ fhe: pages })], logger),
    drainMs: environment.drainMs,
    healthAddress: environment.healthAddress,
    close: async () => {
      await Promise.all([fhe.close(), pages.close()]);
      worker.services.close();
      await tracing.stop();
    },
  });
  const app = await NestFactory.createApplicationContext(FheServiceModule.on(lifecycle), {
    logger: new NestLogger(logger),
  });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await fhe.start();
}

main().catch((error: unknown) => {
  createLogger('fhe-service').fatal(
    { reason: error instanceof Error ? error.message : String(error) },
    'start failed',
  );
  process.exit(1);
});
