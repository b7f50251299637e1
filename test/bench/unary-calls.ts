import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { connectServices, type GetRunResponse__Output, type ServiceClients, unary } from '#contracts';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { eachAtOnce } from './each-at-once.js';
import { type Figure, quantile } from './figures.js';
import { startLoadStack } from './load-stack.js';
import { NoopRuns } from './noop-run.js';
import { databaseMs, processorMs } from './processor-time.js';

const CALLS = 10_000;
const WARM_UP = 500;
const AT_ONCE = 64;
const DEADLINE_MS = 60_000;
const KIB = 1024;

/** One run as its owner asks for it: authenticated, authorised, read from the database under the tenant's policy. */
export async function measureUnaryCalls(installation: Installation): Promise<Figure[]> {
  const stack = await startLoadStack(installation, 1);
  const server = fork(join(projectRoot, 'dist/test/bench/bare-grpc-process.js'));
  try {
    const prepared = await new NoopRuns(stack.client, await stack.plan(1), stack.worker, 1).prepare();
    await stack.client.createRaw(prepared.request);
    const name = `${prepared.request.parent}/runs/${prepared.runId}`;
    const run = await getRun(stack.client.services, name);
    const bytes = JSON.stringify(run).length;

    const [target] = await once(server, 'message');
    const bareServices = connectServices(String(target), { bearer: randomBytes(16).toString('hex') });
    await drive(bareServices, name, WARM_UP);
    const bare = await drive(bareServices, name, CALLS);
    bareServices.close();

    const spent = (): number => processorMs(stack.orchestratorPid) + databaseMs(stack.postmasterPid);
    await drive(stack.client.services, name, WARM_UP);
    const beforeMs = spent();
    const ours = await drive(stack.client.services, name, CALLS);
    const cpuMs = (spent() - beforeMs) / CALLS;
    return [
      {
        name: 'unary calls, GetRun',
        value: ours.perSecond,
        unit: '1/s',
        atLeast: 5000,
        samples: CALLS,
        note: `${(bytes / KIB).toFixed(1)} KiB as JSON, ${AT_ONCE} at once, from the database`,
      },
      { name: 'unary calls, GetRun, p99', value: ours.p99Ms, unit: 'ms', samples: CALLS, note: '' },
      {
        name: 'processor time a call',
        value: cpuMs,
        unit: 'ms',
        samples: CALLS,
        note: 'orchestrator and database',
      },
      {
        name: 'peer: grpc-js alone, 1 KiB',
        value: bare.perSecond,
        unit: '1/s',
        samples: CALLS,
        note: 'same client and message, no guard, no database',
      },
      {
        name: 'ratio, GetRun to grpc-js alone',
        value: ours.perSecond / bare.perSecond,
        unit: 'x',
        samples: CALLS,
        note: '',
      },
    ];
  } finally {
    server.kill();
    await stack.stop();
  }
}

function getRun(services: ServiceClients, name: string): Promise<GetRunResponse__Output> {
  return unary<GetRunResponse__Output>(
    (options, callback) => services.run.getRun({ name }, options, callback),
    {
      deadlineMs: DEADLINE_MS,
    },
  );
}

async function drive(services: ServiceClients, name: string, calls: number) {
  const startMs = performance.now();
  const waits = await eachAtOnce(AT_ONCE, calls, async () => {
    const beganMs = performance.now();
    await getRun(services, name);
    return performance.now() - beganMs;
  });
  return { perSecond: (calls * 1000) / (performance.now() - startMs), p99Ms: quantile(waits, 0.99) };
}
