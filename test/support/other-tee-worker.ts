import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ListWorkersResponse__Output, unary } from '#contracts';
import { ServiceProcess } from '../../apps/cli/src/stack/service-process.js';
import type { TestStack } from './test-stack.js';
import { until } from './until.js';

const WORKER = 'tee-worker-other';
/** What makes a worker of the installation; its sealed ledgers are not among it. */
const FILES = ['site.json', 'machine.key', 'simulation.json', 'keys/worker.key'];

/** A second TEE worker with a disk of its own, which knows none of the ledgers of the first. */
export async function startOtherTeeWorker(stack: TestStack): Promise<{ stop(): Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'sealflow-test-'));
  mkdirSync(join(home, 'keys'));
  for (const file of FILES) cpSync(join(stack.home, file), join(home, file));
  const { spec } = stack.service('tee-worker');
  const process = new ServiceProcess(
    {
      ...spec,
      name: WORKER,
      logFile: join(home, 'worker.log'),
      environment: {
        ...spec.environment,
        SEALFLOW_HOME: home,
        SEALFLOW_WORKER_ID: WORKER,
      },
      restartsMax: 0,
    },
    () => undefined,
  );
  const stop = async (): Promise<void> => {
    await process.stop();
    rmSync(home, { recursive: true, force: true });
  };
  process.start();
  try {
    const client = stack.client();
    await until('the other worker is connected', async () => {
      const { workers } = await unary<ListWorkersResponse__Output>(
        (options, callback) => client.services.attestation.listWorkers({ pageSize: 100 }, options, callback),
        { deadlineMs: 5_000 },
      );
      return workers.some(({ name }) => name === `workers/${WORKER}`);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
