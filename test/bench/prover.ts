import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import type { ProverMeasurement } from '../../apps/zk-prover/src/bench/measure-prover.js';
import { type Figure, median } from './figures.js';

const script = join(projectRoot, 'dist/apps/zk-prover/src/bench/measure-prover.js');
const PROOFS = 1_000;
/** Proofs until caches are full and the garbage collector has found its size. */
const SETTLED = 200;
const SHARE = 50;
/** Warm, on two cores. */
const TARGET_MS: Readonly<Record<string, number>> = { transfer: 250, scorecard: 750 };

/** The proving service beside plain snarkjs calls of the same run. */
export async function measureProver(): Promise<Figure[]> {
  const { circuits, frontDelayP99Ms, childRssMiB } = await measured();
  const settled = median(childRssMiB.slice(SETTLED, SETTLED + SHARE));
  const last = median(childRssMiB.slice(-SHARE));
  return [
    ...circuits.flatMap(({ name, constraints, bareMs, serviceMs, verifyMs }): Figure[] => {
      const bare = median(bareMs);
      const service = median(serviceMs);
      const target = TARGET_MS[name];
      return [
        {
          name: `${name} proof by the service, p50`,
          value: service,
          unit: 'ms',
          ...(target === undefined ? {} : { target }),
          samples: serviceMs.length,
          note: `${constraints} constraints, warm, strictly verified (${median(verifyMs).toFixed(0)} ms of it)`,
        },
        {
          name: `peer: ${name} by snarkjs in process, p50`,
          value: bare,
          unit: 'ms',
          samples: bareMs.length,
          note: 'wtns.calculate and groth16.prove, warm, key in memory; not verified',
        },
        {
          name: `overhead of the service, ${name}`,
          value: service - bare,
          unit: 'ms',
          target: Math.max(30, 0.1 * bare),
          samples: serviceMs.length,
          note: '10 % or 30 ms, whichever is more',
        },
      ];
    }),
    {
      name: 'event loop of the front while proving, p99',
      value: frontDelayP99Ms,
      unit: 'ms',
      target: 20,
      samples: circuits.reduce((sum, { serviceMs }) => sum + serviceMs.length, 0),
      note: 'of the process that queues proofs and talks to the network',
    },
    {
      name: `RSS growth of a child over ${childRssMiB.length} proofs`,
      value: (100 * (last - settled)) / settled,
      unit: '%',
      target: 5,
      samples: childRssMiB.length,
      note: `${settled} MiB after ${SETTLED} proofs, ${last} MiB after all`,
    },
  ];
}

function measured(): Promise<ProverMeasurement> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, String(PROOFS)], {
      // As many threads as snarkjs takes beside it.
      env: { ...process.env, SEALFLOW_PROVER_THREADS: 'each-core' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => {
      text += chunk;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve(JSON.parse(text) as ProverMeasurement);
      else reject(new Error(`measuring the prover ended with ${code}`));
    });
  });
}
