import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type AppraisalPolicy,
  appraisalPolicyDigest,
  appraise,
  buildBinding,
  encodeEvidencePackage,
  reportData,
  simulateTdxQuote,
} from '#attestation';
import { digestOf, ed25519PublicKey, failedChecks, utf8 } from '#canonical';
import { DeviceCollateral } from './device-collateral.js';
import {
  authority,
  type Bench,
  bench,
  intel,
  path,
  roots,
  START_MS,
  serveIntel,
  startVendors,
} from './vendors.fixture.js';

const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count));
const mrtd = 'a1'.repeat(48);
const imageDigest = digestOf(utf8('image'));
const policy: AppraisalPolicy = {
  v: 'sealflow/appraisal-policy/v1',
  allowSimulated: false,
  gpu: { required: false },
  measurements: [{ name: 'worker', mrtd, imageDigest, operations: ['document.extract'] }],
  bindingRules: ['sealflow/binding/v1'],
  freshness: ['nonce'],
  bindingLifetimeMsMax: 7_200_000,
};
const policyDigest = appraisalPolicyDigest(policy);
/** As if the simulated roots were Intel's. */
const genuine = { ...roots, intel: roots.simulatedCpu, simulatedCpu: [] };
const evidence = machine();

function machine(): Uint8Array {
  const binding = buildBinding({
    v: 'sealflow/binding/v1',
    nonce: random(32),
    workerId: 'worker-0',
    bootId: random(16),
    epoch: 0,
    sealKeys: [{ alg: 'x25519', publicKey: random(32) }],
    signKey: ed25519PublicKey(random(32)),
    imageDigest,
    policyDigest,
    gpuEvidenceDigest: null,
    notAfterMs: START_MS + 3_600_000,
  });
  const quote = simulateTdxQuote(authority, { reportData: reportData(binding), mrtd }, random);
  return encodeEvidencePackage({ binding, cpu: { format: 'tdx-quote-v4', quote }, gpus: [] });
}

function devicesOf({ service }: Pick<Bench, 'service'>, nowMs = () => START_MS) {
  const warnings: unknown[] = [];
  const logger = { warn: (...parts: unknown[]) => warnings.push(parts) } as never;
  return { devices: new DeviceCollateral(service, nowMs, logger), warnings };
}

async function reasonsWith(devices: DeviceCollateral): Promise<string[]> {
  const collateral = await devices.of('package', evidence);
  const { checks } = appraise({
    evidence,
    roots: genuine,
    policy: devices.raised(policy),
    expectedNonce: null,
    at: START_MS,
    policyDigest,
    collateral,
  });
  return failedChecks(checks).map(({ reason }) => reason ?? '');
}

describe('vendor data about the devices of a package', () => {
  it('is asked of the vendor once, and makes the evidence pass', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel());
    const { devices } = devicesOf(bench(vendors.url));
    expect(await reasonsWith(devices)).toEqual([]);
    expect(await reasonsWith(devices)).toEqual([]);
    expect(vendors.asked).toHaveLength(4);
  });

  it('that cannot be had is left out, said in the log, and makes the evidence fail', async () => {
    const vendors = await startVendors();
    const { devices, warnings } = devicesOf(bench(vendors.url));
    expect(await reasonsWith(devices)).toContain('REVOCATION_UNKNOWN');
    expect(JSON.stringify(warnings)).toContain('COLLATERAL');
  });

  it('is nothing where no service is configured', async () => {
    const devices = new DeviceCollateral(null, () => START_MS, { warn: () => undefined } as never);
    expect(await devices.of('package', evidence)).toEqual([]);
    expect(devices.raised(policy)).toBe(policy);
  });

  it('is nothing for bytes that are no evidence', async () => {
    const { devices } = devicesOf(bench(null));
    expect(await devices.of('noise', random(100))).toEqual([]);
  });

  it('never goes back behind the highest evaluation number that was seen', async () => {
    const vendors = await startVendors();
    serveIntel(vendors, intel({ evaluationDataNumber: 18 }));
    const seen = bench(vendors.url);
    const { devices } = devicesOf(seen);
    await devices.of('package', evidence);
    expect(devices.raised(policy).tdx?.minTcbEvaluationDataNumber).toBe(18);
    const demanding = { ...policy, tdx: { minTcbEvaluationDataNumber: 20 } };
    expect(devices.raised(demanding).tdx?.minTcbEvaluationDataNumber).toBe(20);
    const old = intel({ evaluationDataNumber: 17 });
    serveIntel(vendors, old);
    const restarted = devicesOf(bench(vendors.url, {}, { folder: seen.folder }));
    expect(await reasonsWith(restarted.devices)).toEqual([]);
    expect(vendors.asked.filter((asked) => asked === path.tcb)).toHaveLength(1);
  });
});
