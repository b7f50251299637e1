// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitmentField, commitPoseidon, utf8 } from '#canonical';
import { encodeNetwork, evaluateNetwork, inputFields, parseNetwork } from '#inference';
import { networksFolder, shippedArtifacts } from '../circuit/circuit.js';
import { ATTRIBUTES, attributeFields, type ScorecardAttributes } from './attributes.js';
import { evaluateScorecard } from './evaluate.js';
import { goldenRows, randomApplicants } from './golden-rows.fixture.js';
import { parseModel } from './model.js';
import { scorecardNetwork } from './scorecard-network.js';

const model = parseModel(readFileSync(join(shippedArtifacts('scorecard'), 'model.json')));
const network = parseNetwork(utf8(encodeNetwork(scorecardNetwork(model))));
const [demo] = goldenRows;

function inputsOf(applicant: ScorecardAttributes): readonly number[] {
  return ATTRIBUTES.map(({ name }) => applicant[name]);
}

describe('the scorecard as a network', () => {
  it('is the committed network file', () => {
    const file = readFileSync(join(networksFolder(), 'credit/network.json'), 'utf8');
    expect(file).toBe(encodeNetwork(scorecardNetwork(model)));
  });

  it('commits to an applicant as the scorecard circuit does', () => {
    const fields = inputFields(network, inputsOf(demo.attributes));
    expect(commitmentField(commitPoseidon(fields, 5n))).toBe(
      commitmentField(commitPoseidon(attributeFields(demo.attributes), 5n)),
    );
  });

  it('decides as the scorecard does, for golden and random applicants', () => {
    const seen = new Set<string>();
    for (const attributes of [...goldenRows.map((row) => row.attributes), ...randomApplicants(17, 2_000)]) {
      const { decision } = evaluateScorecard(attributes, model);
      expect(evaluateNetwork(network, inputsOf(attributes)).label).toBe(decision);
      seen.add(`${decision} ${attributes.consistent}`);
    }
    expect([...seen].sort()).toEqual(['approve 1', 'decline 0', 'decline 1', 'review 0', 'review 1'].sort());
  });

  it('decides as the scorecard does at every bend of every attribute', () => {
    for (const { name, min, max } of ATTRIBUTES) {
      const values =
        max - min < 200
          ? Array.from({ length: max - min + 1 }, (_, index) => min + index)
          : [min, min + 1, 999, 1_000, 1_001, 4_000, 4_001, 8_000, 8_001, max - 1, max];
      for (const value of values) {
        for (const { attributes } of goldenRows) {
          const changed = { ...attributes, [name]: value };
          expect(evaluateNetwork(network, inputsOf(changed)).label).toBe(
            evaluateScorecard(changed, model).decision,
          );
        }
      }
    }
  });
});
