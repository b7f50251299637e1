// SPDX-License-Identifier: GPL-3.0
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { createLogger, exitWithParent, NestLogger, startTracing } from '#telemetry';
import { bootWorker, openHardware, readWorkerEnvironment, WorkerLifecycle, workerImage } from '#worker';
import { ZkProverModule } from './app.module.js';
import { loadCircuit } from './circuit/circuit.js';
import { ProverPool } from './pool/prover-pool.js';
import { parseModel } from './scorecard/model.js';
import { scorecardRuntime } from './scorecard/runtime.js';

/** Folder that holds `dist` and the artifacts. */
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const DRAIN_MS = 20_000;

async function main(): Promise<void> {
  exitWithParent();
  const tracing = await startTracing('zk-prover');
  const logger = createLogger('zk-prover');
  const environment = readWorkerEnvironment(process.env, 'zk-prover-0');
  const image = workerImage('zk-prover');
  const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
  const parts = { gpus: image.gpus, sealing: false, random };
  const worker = bootWorker(
    environment,
    image,
    root,
    await openHardware(process.env, environment.home, parts),
    logger,
  );
  const artifactsDir = join(root, 'apps/zk-prover/artifacts/scorecard');
  const pool = new ProverPool({ processes: 1 });
  const runtime = scorecardRuntime(pool, {
    artifactsDir,
    model: parseModel(readFileSync(join(artifactsDir, 'model.json'))),
  });
  const lifecycle = new WorkerLifecycle({
    agent: worker.agent([runtime], logger),
    drainMs: DRAIN_MS,
    close: async () => {
      await pool.close();
      worker.services.close();
      await tracing.stop();
    },
  });
  const app = await NestFactory.createApplicationContext(ZkProverModule.on(lifecycle), {
    logger: new NestLogger(logger),
  });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await pool.warm(loadCircuit(artifactsDir));
}

main().catch((error: unknown) => {
  createLogger('zk-prover').fatal(
    { reason: error instanceof Error ? error.message : String(error) },
    'start failed',
  );
  process.exit(1);
});
