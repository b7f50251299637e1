import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createSimulationAuthority,
  encodeEvidencePackage,
  encodeIntelCollateral,
  parseEvidencePackage,
  type SimulatedCollateralOptions,
  simulatedRoots,
  simulateIntelCollateral,
  type TrustRoots,
  vendorTrustRoots,
} from '#attestation';
import { digestOf, type JsonObject, utf8 } from '#canonical';
import { createBootIdentity, EvidenceSource, SimulatedProvider, simulatedMrtd } from '#worker';
import { machineFacts } from './machine-facts.js';

const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
const atMs = Date.UTC(2026, 10, 20);
const issuedMs = atMs - 86_400_000;
const authority = createSimulationAuthority(random, atMs);
const simulated = { ...vendorTrustRoots, ...simulatedRoots(authority) };
/** As if the simulated roots were Intel's. */
const genuine: TrustRoots = { ...simulated, intel: simulated.simulatedCpu, simulatedCpu: [] };

function evidence(gpus: number): Promise<Uint8Array> {
  const imageDigest = digestOf(utf8('image'));
  const mrtd = simulatedMrtd(imageDigest);
  return new EvidenceSource({
    identity: createBootIdentity('tee-worker-0', random),
    provider: new SimulatedProvider({ authority, mrtd, gpus, random, machineSecret: random(32) }),
    imageDigest,
    bindingLifetimeMs: 3_600_000,
    now: () => atMs,
  }).answer(random(32), digestOf(utf8('policy')));
}

function published(options: Partial<SimulatedCollateralOptions> = {}) {
  const data = simulateIntelCollateral(authority, { tee: 'TDX', issuedMs, ...options }, random);
  return [
    { kind: 'intel-dcap' as const, data: encodeIntelCollateral(data), fetchedAtMs: null, source: null },
  ];
}

const withStatus =
  (tcbStatus: string) =>
  (tcbInfo: JsonObject): JsonObject => ({
    ...tcbInfo,
    tcbLevels: (tcbInfo['tcbLevels'] as JsonObject[]).map((level) => ({ ...level, tcbStatus })),
  });

describe('what is said of a machine', () => {
  it('is nothing about levels of firmware where no vendor said any, and names what was missed', async () => {
    const facts = machineFacts(await evidence(0), [], { roots: genuine, atMs });
    expect(facts).toMatchObject({
      ...{ level: 'NONE', platform: 'intel-tdx', tcbStatus: null, tcbMs: null, collateralMs: null },
    });
    expect(facts.reasons).toContain('REVOCATION_UNKNOWN');
  });

  it('is not proved where a byte of the quote was changed', async () => {
    const own = parseEvidencePackage(await evidence(0));
    const quote = Uint8Array.from(own.cpu.quote);
    quote[200] = (quote[200] ?? 0) ^ 1;
    const changed = encodeEvidencePackage({ ...own, cpu: { ...own.cpu, quote } });
    const facts = machineFacts(changed, published(), { roots: genuine, atMs });
    expect(facts.level).toBe('NONE');
    expect(facts.reasons).toContain('QUOTE_SIGNATURE_INVALID');
  });

  it('is not proved by firmware that its vendor calls out of date, which is said all the same', async () => {
    const collateral = published({ editTcbInfo: withStatus('OutOfDate') });
    const facts = machineFacts(await evidence(0), collateral, { roots: genuine, atMs });
    expect(facts).toMatchObject({ level: 'NONE', tcbStatus: 'OutOfDate', collateralMs: issuedMs });
    expect(facts.reasons).toContain('TCB_OUT_OF_DATE');
  });

  it('is that it is simulated, whatever it says of its firmware', async () => {
    const facts = machineFacts(await evidence(1), [], { roots: simulated, atMs });
    expect(facts).toMatchObject({ level: 'SIMULATED', tcbMs: null, reasons: [], evidenceMs: atMs });
    expect(facts.firmware).toContainEqual({ device: 'gpu 0', part: 'driver', version: 'SIMULATED' });
  });

  it('is the date of its levels, and when its vendor said so', async () => {
    const facts = machineFacts(await evidence(0), published(), { roots: genuine, atMs });
    expect(facts).toMatchObject({ level: 'ATTESTED', tcbStatus: 'UpToDate', collateralMs: issuedMs });
    expect(facts.tcbMs).toBeLessThan(atMs);
    expect(facts.firmware.map(({ part }) => part)).toContain('TEE_TCB_SVN');
    expect(structuredClone(facts)).toEqual(JSON.parse(JSON.stringify(facts)));
  });
});
