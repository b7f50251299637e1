/** One honest proof under a trapdoor key, and ways to spoil it; shared by the verifier's specs. */
import {
  type Check,
  canonicalBytes,
  commitPoseidon,
  digestOf,
  failedChecks,
  type Json,
  type JsonObject,
  parseJsonStrict,
} from '#canonical';
import type { CircuitPolicy } from './key-checks.js';
import { type CircuitManifest, encodeManifest } from './manifest.js';
import { sampleManifest } from './sample-manifest.js';
import type { SignalExpectation } from './signal-bindings.js';
import { proveByTrapdoor, trapdoorKey } from './trapdoor.js';
import { type Groth16Evidence, verifyGroth16 } from './verify-groth16.js';

export const key = trapdoorKey(5n, 5);
export const other = trapdoorKey(6n, 5);
export const features = commitPoseidon([1n, 2n], 3n);
export const limit = commitPoseidon([4n, 5n], 6n);
export const model = commitPoseidon([7n], 8n);
export const signals = [fieldOf(features), fieldOf(model), 2n, fieldOf(limit), 99n];

export const honest = {
  manifest: sampleManifest(key.vkey, {}),
  vkey: key.vkey,
  proof: proveByTrapdoor(key, signals) as Json,
  publicSignals: signals.map(String) as Json,
  expectation: expectationFor('approve', 99n),
};

export type Change = Partial<
  Omit<typeof honest, 'manifest'> & { manifest: CircuitManifest; policy: Partial<CircuitPolicy> }
>;

export function verify(change: Change = {}): readonly Check[] {
  const all = { ...honest, ...change };
  const manifest = encodeManifest(all.manifest);
  const evidence: Groth16Evidence = { ...all, manifest };
  return verifyGroth16(evidence, all.expectation, {
    manifests: [digestOf(manifest)],
    allowDev: true,
    ...change.policy,
  });
}

/** Reasons of the failed checks, without repetition. */
export function reasons(change: Change = {}): readonly (string | null)[] {
  return [...new Set(failedChecks(verify(change)).map((check) => check.reason))];
}

export function result(checks: readonly Check[], id: string): string | undefined {
  return checks.find((check) => check.id === id)?.result;
}

function fieldOf(commitment: string): bigint {
  return BigInt(`0x${commitment.slice(-64)}`);
}

export function expectationFor(decision: string, context: bigint): SignalExpectation {
  return {
    context,
    inputs: { features },
    outputs: { decision: digestOf(canonicalBytes(decision)), limit },
    public: { decision, modelCommitment: model },
  };
}

export function proofWith(members: JsonObject): Json {
  return { ...(honest.proof as JsonObject), ...members };
}

export function vkeyWith(members: JsonObject): { vkey: Uint8Array; manifest: CircuitManifest } {
  const vkey = canonicalBytes({ ...(parseJsonStrict(key.vkey) as JsonObject), ...members });
  return { vkey, manifest: sampleManifest(vkey, {}) };
}

export function signalsWith(index: number, text: string): Json {
  return signals.map((signal, at) => (at === index ? text : `${signal}`));
}

/** A's coordinates, respelt. */
export function piA(respell: (x: bigint) => string): Json {
  const [x, y, z] = (honest.proof as { pi_a: string[] }).pi_a;
  return proofWith({ pi_a: [respell(BigInt(`${x}`)), `${y}`, `${z}`] });
}
