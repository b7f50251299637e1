// SPDX-License-Identifier: GPL-3.0
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { OwnerFolder } from '#owner';
import { answersVersion, createLogger, exitWithParent, NestLogger, startTracing } from '#telemetry';
import { bootWorker, openHardware, readWorkerEnvironment, WorkerLifecycle, workerImage } from '#worker';
import { ZkProverModule } from './app.module.js';
import { loadCircuit } from './circuit/circuit.js';
import { parsePolicy } from './claim/policy.js';
import { claimRuntime } from './claim/runtime.js';
import { atOwner } from './owner/at-owner.js';
import { readPoolConfig } from './pool/pool-config.js';
import { ProverPool } from './pool/prover-pool.js';
import { parseModel } from './scorecard/model.js';
import { scorecardRuntime } from './scorecard/runtime.js';
import { spendingRuntime } from './spending/runtime.js';
import { transferRuntime } from './transfer/runtime.js';
import { networkRuntime } from './zkml/network-runtime.js';

/** Folder that holds `dist` and the artifacts. */
const root = fileURLToPath(new URL('../../../..', import.meta.url));

async function main(): Promise<void> {
  if (answersVersion('zk-prover')) return;
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
  const artifacts = (circuit: string): string => join(root, 'apps/zk-prover/artifacts', circuit);
  const artifactsDir = artifacts('scorecard');
  const pool = new ProverPool(readPoolConfig(process.env));
  const runtimes = [
    scorecardRuntime(pool, {
      artifactsDir,
      model: parseModel(readFileSync(join(artifactsDir, 'model.json'))),
    }),
    transferRuntime(pool, { artifactsDir: artifacts('transfer') }),
    networkRuntime(pool, {
      operation: 'credit.decide.circuit',
      artifactsDir: artifacts('credit-network'),
    }),
    claimRuntime(pool, {
      artifactsDir: artifacts('claim'),
      codes: parsePolicy(readFileSync(join(artifacts('claim'), 'policy.json'))),
    }),
    spendingRuntime(pool, { artifactsDir: artifacts('spending') }),
  ];
  // `sealflow prove`: the same program at the owner of the data, for the owner's steps alone.
  const folder = process.env['SEALFLOW_OWNER_FOLDER'];
  const owner = folder === undefined ? null : OwnerFolder.open(folder);
  const agent =
    owner === null ? worker.agent(runtimes, logger) : worker.agent(atOwner(runtimes), logger, owner);
  const lifecycle = new WorkerLifecycle({
    agent,
    drainMs: environment.drainMs,
    healthAddress: environment.healthAddress,
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
  // Its owner's client plans as soon as it knows the key.
  await agent.served;
  owner?.announceProver(worker.signKey);
}

main().catch((error: unknown) => {
  createLogger('zk-prover').fatal(
    { reason: error instanceof Error ? error.message : String(error) },
    'start failed',
  );
  process.exit(1);
});
