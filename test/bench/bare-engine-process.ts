import { randomBytes, randomUUID } from 'node:crypto';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { eachAtOnce } from './each-at-once.js';
import { quantile } from './figures.js';

/** What a sealed result of a small step weighs in a journal. */
const RESULT_BYTES = 512;
const STEPS = 4;
/** Of the orchestrator's own engine. */
const POOL_SIZE = 5;

export interface BareRequest {
  readonly runs: number;
  readonly concurrency: number;
}

export interface BareAnswer {
  readonly seconds: number;
  readonly p50Ms: number;
}

/** The workflow engine alone, in a process of its own: four recorded steps that do nothing, one after the other. */
async function main(): Promise<void> {
  DBOS.setConfig({
    name: 'bare',
    systemDatabaseUrl: process.env['DATABASE_URL'] ?? '',
    systemDatabaseSchemaName: 'bare_engine',
    systemDatabasePoolSize: POOL_SIZE,
    executorID: 'bare',
    applicationVersion: 'bare',
    useListenNotify: true,
    logLevel: 'error',
  });
  const bare = DBOS.registerWorkflow(
    async (): Promise<void> => {
      for (let step = 0; step < STEPS; step += 1) {
        await DBOS.runStep(async () => randomBytes(RESULT_BYTES / 2).toString('hex'), {
          name: `step-${step}`,
        });
      }
    },
    { name: 'bare' },
  );
  await DBOS.launch();
  process.on('message', ({ runs, concurrency }: BareRequest) => {
    const startMs = performance.now();
    void eachAtOnce(concurrency, runs, async () => {
      const beganMs = performance.now();
      const handle = await DBOS.startWorkflow(bare, { workflowID: randomUUID() })();
      await handle.getResult();
      return performance.now() - beganMs;
    }).then((waits) => {
      const answer: BareAnswer = {
        seconds: (performance.now() - startMs) / 1000,
        p50Ms: quantile(waits, 0.5),
      };
      process.send?.(answer);
    });
  });
  process.on('disconnect', () => void DBOS.shutdown().then(() => process.exit(0)));
  process.send?.('ready');
}

await main();
