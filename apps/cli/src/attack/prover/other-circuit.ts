import { readFileSync } from 'node:fs';
import { digestOf, utf8 } from '#canonical';
import { verifyBundle } from '#evidence';
import { type AttackCase, paidRun } from '../attack-case.js';

/** A prover with a circuit of its own: what the reader has released is another one. */
export const otherCircuit: AttackCase = {
  name: 'circuit-not-released',
  actor: 'prover',
  tries: 'prove the decision by other rules than those that the reader has released',
  expected: 'MANIFEST_NOT_PINNED',
  noticedBy: 'verifier',
  needs: 'target',
  leaves: '',
  attack: async (scene) => {
    const bundle = readFileSync((await paidRun(scene)).bundlePath);
    const { trust } = scene.client.options;
    // The rules of the paid run are such rules to a reader whose trust file names others and not these.
    const circuits = { ...trust.circuits, manifests: [digestOf(utf8('the rules that were agreed on'))] };
    const { outcome, reason, exitCode } = await verifyBundle(bundle, { ...trust, circuits }, { at: null });
    const detail = `verdict ${outcome}, exit code ${exitCode}`;
    return { reason: outcome === 'verified' ? null : reason, detail };
  },
};
