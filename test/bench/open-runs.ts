import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { eachAtOnce } from './each-at-once.js';
import type { Figure } from './figures.js';
import { type LoadStack, startLoadStack } from './load-stack.js';
import { LEASES_PER_SESSION } from './load-worker.js';
import { NoopRuns } from './noop-run.js';
import { memoryOf } from './processes.js';
import { databaseMs, processorMs } from './processor-time.js';

const OPEN = 10_000;
const AT_ONCE = 8;
/** Workers that a client seals to. */
const SEALED_TO = 3;
const SETTLE_MS = 5_000;
const IDLE_MS = 20_000;
const MIB = 2 ** 20;

/** Runs that wait for a step that lasts: each has its lease at a worker, which says that it works on it. */
export async function measureOpenRuns(installation: Installation, open = OPEN): Promise<Figure[]> {
  const sessions = Math.ceil(open / LEASES_PER_SESSION) + SEALED_TO;
  const stack = await startLoadStack(installation, sessions);
  try {
    stack.worker.hold();
    const runs = new NoopRuns(
      stack.client,
      await stack.plan(1),
      stack.worker,
      SEALED_TO * LEASES_PER_SESSION,
    );
    const beforeBytes = rssOf(stack);
    const startMs = performance.now();
    await eachAtOnce(AT_ONCE, open, async () => {
      await stack.client.createRaw((await runs.prepare()).request);
    });
    const seconds = (performance.now() - startMs) / 1000;
    await pause(SETTLE_MS);
    const idle = await idleLoad(stack);
    const bytes = rssOf(stack);
    return [
      {
        name: `memory of the orchestrator, ${open} open runs`,
        value: bytes / MIB,
        unit: 'MiB',
        target: 600,
        samples: 1,
        note: `RSS; ${stack.worker.held.size} of them at ${sessions} workers, the others queued`,
      },
      {
        name: 'memory of one open run',
        value: (bytes - beforeBytes) / open / 1024,
        unit: 'KiB',
        samples: open,
        note: 'growth of RSS',
      },
      {
        name: 'processor time while all wait',
        value: idle * 100,
        unit: '%',
        samples: 1,
        note: 'of one core, orchestrator and database',
      },
      { name: 'runs prepared and begun', value: open / seconds, unit: '1/s', samples: open, note: '' },
    ];
  } finally {
    await stack.stop();
  }
}

function rssOf({ orchestratorPid }: LoadStack): number {
  return memoryOf([orchestratorPid]).rssBytes;
}

async function idleLoad({ orchestratorPid, postmasterPid }: LoadStack): Promise<number> {
  const spent = (): number => processorMs(orchestratorPid) + databaseMs(postmasterPid);
  const beforeMs = spent();
  await pause(IDLE_MS);
  return (spent() - beforeMs) / IDLE_MS;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
