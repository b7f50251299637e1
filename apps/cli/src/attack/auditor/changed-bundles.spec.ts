import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demoRun } from '../../../../../libs/evidence/src/testing/demo-run.fixture.js';
import type { Scene } from '../attack-case.js';
import { otherCheckpoints } from '../orchestrator/other-checkpoints.js';
import { otherCircuit } from '../prover/other-circuit.js';
import { beyondGrant } from './beyond-grant.js';
import { changedBundles } from './changed-bundles.js';

/** A customer with two bundles and no target: what is needed of a scene to hand bundles on otherwise. */
const folder = mkdtempSync(join(tmpdir(), 'sealflow-changed-'));
const demo = demoRun();
const bundles = [demo, demoRun({ seed: 'another' })].map(({ bytes }, index) => {
  const bundlePath = join(folder, `${index}.evidence.json`);
  writeFileSync(bundlePath, bytes);
  return { bundlePath };
});
const scene = {
  client: { options: { trust: demo.trust, tenant: 'demo' } },
  credit: async () => ({ runs: bundles }),
} as unknown as Scene;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a bundle that is handed on otherwise', () => {
  const offline = beyondGrant.filter(({ name }) => name.startsWith('withheld-'));

  it.each([...changedBundles, ...otherCheckpoints, otherCircuit, ...offline])(
    '$name is stopped by $expected',
    async ({ attack, expected }) => {
      expect(await attack(scene)).toMatchObject({ reason: expected });
    },
  );
});
