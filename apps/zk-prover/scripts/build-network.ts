// SPDX-License-Identifier: GPL-3.0
/**
 * Compiles a network to a circuit and makes development keys for it.
 *
 *   npm run build && node dist/apps/zk-prover/scripts/build-network.js <network.json> <mode> <folder>
 *   ... --check                                 recompile; fail if the folder does not follow from the network
 *
 *   ... --batch <items>                         one proof for several inputs of a committed model (Freivalds)
 *
 * `mode` is model-in-vkey (the weights are constants of the key) or model-committed (the weights are a witness). The
 * keys are state `dev`: this process drew tau and knew it. A verifier refuses them unless its policy allows them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { circuitsFolder } from '../src/circuit/circuit.js';
import { buildNetwork, networkSource } from '../src/zkml/build-network.js';
import { checkBuiltNetwork } from '../src/zkml/check-network.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean' }, batch: { type: 'string' } },
});
const [file = '', mode = '', folder = ''] = positionals;
if (!existsSync(file) || (mode !== 'model-in-vkey' && mode !== 'model-committed') || folder === '') {
  throw new Error('expected <network.json> <model-in-vkey|model-committed> <folder> [--check]');
}
const batch = values.batch === undefined ? null : Number(values.batch);
const source = networkSource(new Uint8Array(readFileSync(file)), mode, circuitsFolder(), batch);
const startMs = performance.now();
if (values.check === true) {
  const problems = await checkBuiltNetwork(source, folder);
  for (const problem of problems) console.error(`differs: ${problem}`);
  console.log(
    problems.length === 0 ? `${folder} follows from ${file}` : `${folder} does not follow from ${file}`,
  );
  if (problems.length > 0) process.exitCode = 1;
} else {
  const { name, size, setup } = await buildNetwork(source, folder);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${name} (${mode}): ${size.constraints} constraints, ${size.wires} wires, domain 2^${size.domainPower}, ` +
      `${seconds} s, ${peakMiB} MiB; NOT FOR PRODUCTION: ${setup.ptau.origin}`,
  );
}
