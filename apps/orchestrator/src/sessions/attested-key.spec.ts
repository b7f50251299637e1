import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createSimulationAuthority,
  encodeEvidencePackage,
  parseEvidencePackage,
  type SimulationAuthority,
  simulatedRoots,
  vendorTrustRoots,
} from '#attestation';
import { digestOf, utf8 } from '#canonical';
import { createBootIdentity, EvidenceSource, SimulatedProvider, simulatedMrtd } from '#worker';
import { isKeyAttested } from './attested-key.js';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const nowMs = Date.now();
const imageDigest = digestOf(utf8('image'));
const policy = digestOf(utf8('policy'));
const nonce = random(32);
const site = createSimulationAuthority(random, nowMs);

function boot(authority: SimulationAuthority): EvidenceSource {
  const mrtd = simulatedMrtd(imageDigest);
  return new EvidenceSource({
    identity: createBootIdentity('tee-worker-0', random),
    provider: new SimulatedProvider({ authority, mrtd, gpus: 1, random, machineSecret: random(32) }),
    imageDigest,
    bindingLifetimeMs: 3_600_000,
    now: () => nowMs,
  });
}

const roots = { ...vendorTrustRoots, ...simulatedRoots(site) };
const attested = (evidence: Uint8Array, atMs = nowMs, asked = nonce) =>
  isKeyAttested(evidence, asked, { roots, atMs });

describe('the key of a worker is attested', () => {
  it('by a quote over its binding, whatever the measurement and the policy of a client', async () => {
    expect(attested(await boot(site).answer(nonce, policy))).toBe(true);
  });

  it('by no quote of a root that the site does not have', async () => {
    const stranger = createSimulationAuthority(random, nowMs);
    expect(attested(await boot(stranger).answer(nonce, policy))).toBe(false);
  });

  it('by no quote over another binding', async () => {
    const own = parseEvidencePackage(await boot(site).answer(nonce, policy));
    const other = parseEvidencePackage(await boot(site).answer(nonce, policy));
    expect(attested(encodeEvidencePackage({ ...own, cpu: other.cpu }))).toBe(false);
  });

  it('by no answer to another challenge, and by none that ran out', async () => {
    const evidence = await boot(site).answer(nonce, policy);
    expect(attested(evidence, nowMs, random(32))).toBe(false);
    expect(attested(evidence, nowMs + 2 * 3_600_000)).toBe(false);
  });

  it('by no quote in which a byte was changed', async () => {
    const own = parseEvidencePackage(await boot(site).answer(nonce, policy));
    const quote = Uint8Array.from(own.cpu.quote);
    quote[200] = (quote[200] ?? 0) ^ 1;
    expect(attested(encodeEvidencePackage({ ...own, cpu: { ...own.cpu, quote } }))).toBe(false);
  });
});
