// SPDX-License-Identifier: GPL-3.0
/**
 * Writes the scorecard as a network: `network.json` here, and the copy that the TEE worker is measured with.
 *
 *   npm run build && node dist/apps/zk-prover/networks/credit/make-credit.js
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeNetwork } from '#inference';
import { networksFolder, shippedArtifacts } from '../../src/circuit/circuit.js';
import { parseModel } from '../../src/scorecard/model.js';
import { scorecardNetwork } from '../../src/scorecard/scorecard-network.js';

const model = parseModel(readFileSync(join(shippedArtifacts('scorecard'), 'model.json')));
for (const path of [
  join(networksFolder(), 'credit/network.json'),
  join(networksFolder(), '../../tee-worker/models/credit-network/network.json'),
]) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, encodeNetwork(scorecardNetwork(model)));
}
