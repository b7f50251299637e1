// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { circuitsFolder, loadCircuit, networksFolder, shippedArtifacts } from '../circuit/circuit.js';
import { networkSource } from './build-network.js';
import { checkBuiltNetwork } from './check-network.js';

it('the artifacts of credit-network follow byte for byte from its network', async () => {
  const bytes = new Uint8Array(readFileSync(join(networksFolder(), 'credit/network.json')));
  const folder = shippedArtifacts('credit-network');
  const source = networkSource(bytes, 'model-in-vkey', circuitsFolder());
  expect(await checkBuiltNetwork(source, folder)).toEqual([]);
  expect(loadCircuit(folder).manifest.state).toBe('dev');
  // The check can fail: another network, the same folder.
  const other = { ...source, circom: source.circom.replace('[580, 620]', '[580, 621]') };
  const differences = await checkBuiltNetwork(other, folder);
  expect(differences.map((text) => text.split(':')[0])).toEqual(
    expect.arrayContaining(['manifest', 'r1cs', 'wasm']),
  );
});
