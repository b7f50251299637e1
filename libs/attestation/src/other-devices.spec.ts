/** SGX enclaves and NVSwitches in an evidence package: they have a place, and none by default. */
import { describe, expect, it } from 'vitest';
import { canonicalBytes, isJsonObject, type JsonObject, parseJsonStrict, toJson } from '#canonical';
import type { Appraisal } from './appraisal.js';
import { appraiseDevices } from './appraise.js';
import { gpuEvidenceDigest } from './binding.js';
import { encodeEvidencePackage, parseEvidencePackage } from './evidence-package.js';
import { failures, IMAGE, random } from './machine.fixture.js';
import {
  type AppraisalPolicy,
  appraisalPolicyDigest,
  parseAppraisalPolicy,
} from './policy/appraisal-policy.js';
import {
  gpuChains,
  gpuEvidenceOf,
  ppcie,
  ppcieOcsp,
  switchChains,
  switchEvidenceOf,
  switchRim,
} from './ppcie.fixture.js';
import {
  genuineRoots,
  judgeWhole,
  MRENCLAVE,
  NOW,
  nvidiaPieces,
  packWhole,
  piece,
  standardPolicy,
  type WholeMachine,
} from './whole-machine.fixture.js';

const enclave = {
  name: 'enclave',
  platform: 'intel-sgx',
  mrtd: MRENCLAVE,
  imageDigest: IMAGE,
  operations: ['document.extract'],
} as const;
const sgxPolicy: AppraisalPolicy = {
  ...standardPolicy,
  platforms: ['intel-sgx'],
  measurements: [enclave],
};
const more = [piece('nvidia-rim', switchRim), ...ppcieOcsp.map((response) => piece('nvidia-ocsp', response))];
const whole: WholeMachine = { devices: ppcie, more };

function submods({ ear }: Appraisal): JsonObject {
  const value = isJsonObject(ear) ? ear['submods'] : null;
  return isJsonObject(value) ? value : {};
}

function rewritten(bytes: Uint8Array, edit: (json: JsonObject) => JsonObject): Uint8Array {
  return canonicalBytes(edit(parseJsonStrict(bytes) as JsonObject));
}

describe('an SGX enclave in a package', () => {
  it('is refused by a policy that names no platform: enclaves are no confidential VMs', () => {
    const appraisal = judgeWhole(
      { format: 'sgx-quote-v3' },
      { ...standardPolicy, measurements: [...standardPolicy.measurements, enclave] },
    );
    expect(failures(appraisal.checks)).toEqual(['PLATFORM_NOT_ALLOWED']);
    expect(appraisal).toMatchObject({ accepted: false, level: 'NONE' });
  });

  it('is refused where only confidential VMs are named, and a TD where only enclaves are', () => {
    const vms: AppraisalPolicy = { ...sgxPolicy, platforms: ['intel-tdx', 'amd-sev-snp'] };
    expect(failures(judgeWhole({ format: 'sgx-quote-v3' }, vms).checks)).toEqual(['PLATFORM_NOT_ALLOWED']);
    const enclaves: AppraisalPolicy = { ...standardPolicy, platforms: ['intel-sgx'] };
    expect(failures(judgeWhole({}, enclaves).checks)).toEqual(['PLATFORM_NOT_ALLOWED']);
  });

  it('is accepted where the policy names platform and measurement', () => {
    const appraisal = judgeWhole({ format: 'sgx-quote-v3' }, sgxPolicy);
    expect(failures(appraisal.checks)).toEqual([]);
    expect(appraisal).toMatchObject({ accepted: true, level: 'ATTESTED', measurement: enclave });
    expect(appraisal.claims).toMatchObject({ tdx: null, snp: null, sgx: { mrEnclave: MRENCLAVE } });
    expect(submods(appraisal)['cpu0']).toMatchObject({ ear_status: 'affirming' });
  });

  it('with another measurement, in debug mode, without collateral, or bound to other keys is refused', () => {
    const reasons = (machine: WholeMachine) =>
      failures(judgeWhole({ format: 'sgx-quote-v3', ...machine }, sgxPolicy).checks);
    expect(reasons({ sgx: { mrEnclave: 'e2'.repeat(32) } })).toEqual(['MEASUREMENT_UNKNOWN']);
    expect(reasons({ sgx: { debug: true } })).toContain('DEBUG_ENABLED');
    expect(reasons({ without: ['intel-dcap'] })).toContain('REVOCATION_UNKNOWN');
    expect(reasons({ sgx: { reportData: random(64) } })).toContain('BINDING_MISMATCH');
  });

  it('with collateral that speaks of TDX is refused', () => {
    const appraisal = judgeWhole({ format: 'sgx-quote-v3', intel: { tee: 'TDX' } }, sgxPolicy);
    expect(failures(appraisal.checks)).toContain('COLLATERAL_MALFORMED');
  });

  it('is judged by the age of the revocation lists', () => {
    const strict: AppraisalPolicy = { ...sgxPolicy, revocation: { mode: 'required', crlAgeMsMax: 1 } };
    expect(failures(judgeWhole({ format: 'sgx-quote-v3' }, strict).checks)).toEqual(['REVOCATION_STALE']);
  });

  it('labelled as a TD, or a TD labelled as an enclave, is malformed', () => {
    const relabel = (bytes: Uint8Array, format: string) =>
      rewritten(bytes, (json) => ({ ...json, cpu: { ...(json['cpu'] as JsonObject), format } }));
    const asTd = relabel(packWhole({ format: 'sgx-quote-v3' }, sgxPolicy), 'tdx-quote-v4');
    expect(failures(judgeWhole({}, sgxPolicy, { evidence: asTd }).checks)).toContain('QUOTE_MALFORMED');
    const asEnclave = relabel(packWhole({}, sgxPolicy), 'sgx-quote-v3');
    expect(failures(judgeWhole({}, sgxPolicy, { evidence: asEnclave }).checks)).toContain('QUOTE_MALFORMED');
  });

  it('never vouches for a GPU: its host speaks with the device', () => {
    expect(judgeWhole({ format: 'sgx-quote-v3', gpus: 1 }, sgxPolicy).gpuBinding).toBe('nonce-only');
  });
});

describe('NVSwitches in a package', () => {
  it('of a whole machine in protected PCIe mode are accepted, each with a submodule', () => {
    const appraisal = judgeWhole(whole);
    expect(failures(appraisal.checks)).toEqual([]);
    expect(appraisal.claims.switches.map((claims) => claims?.['measres'])).toEqual(['success', 'success']);
    expect(Object.keys(submods(appraisal))).toEqual(['cpu0', 'gpu0', 'gpu1', 'nvswitch0', 'nvswitch1']);
    expect(submods(appraisal)['nvswitch1']).toMatchObject({ ear_status: 'affirming' });
    expect(appraisal.gpuBinding).toBe('software-asserted');
  });

  it('that are missing behind GPUs in that mode: PPCIE_TOPOLOGY_MISMATCH, for every device', () => {
    const appraisal = judgeWhole({ ...whole, devices: { ...ppcie, switches: () => [] } });
    expect(failures(appraisal.checks)).toEqual(['PPCIE_TOPOLOGY_MISMATCH']);
    expect(submods(appraisal)['gpu1']).toMatchObject({ ear_status: 'contraindicated' });
    expect(submods(appraisal)['cpu0']).toMatchObject({ ear_status: 'affirming' });
  });

  it('beside GPUs that are not in that mode, or beside none: PPCIE_NOT_ENABLED', () => {
    const off = (nonce: Uint8Array) =>
      gpuChains.map((chain) => gpuEvidenceOf(chain, nonce, switchChains, 0x55));
    expect(failures(judgeWhole({ ...whole, devices: { ...ppcie, gpus: off } }).checks)).toEqual([
      'PPCIE_NOT_ENABLED',
    ]);
    expect(failures(judgeWhole({ ...whole, devices: { ...ppcie, gpus: () => [] } }).checks)).toContain(
      'PPCIE_NOT_ENABLED',
    );
  });

  it('that answer another nonce, or are GPUs, are refused', () => {
    const stale = () => switchChains.map((chain) => switchEvidenceOf(chain, random(32)));
    expect(failures(judgeWhole({ ...whole, devices: { ...ppcie, switches: stale } }).checks)).toEqual([
      'GPU_NONCE_MISMATCH',
    ]);
    expect(failures(judgeWhole({ ...whole, devices: { ...ppcie, switches: ppcie.gpus } }).checks)).toContain(
      'SIGNER_ROLE',
    );
  });

  it('are bound: added, left out or called GPUs after the quote, they are a BINDING_MISMATCH', () => {
    const evidence = packWhole(whole);
    const { switches } = parseEvidencePackage(evidence);
    const dropped = rewritten(evidence, ({ switches: _, ...json }) => json);
    expect(failures(judgeWhole({}, standardPolicy, { evidence: dropped }).checks)).toContain(
      'BINDING_MISMATCH',
    );
    const added = encodeEvidencePackage({ ...parseEvidencePackage(packWhole()), switches });
    expect(failures(judgeWhole({}, standardPolicy, { evidence: added }).checks)).toContain(
      'BINDING_MISMATCH',
    );
    const [first, ...rest] = switches;
    if (first === undefined) throw new Error('a switch is needed');
    expect(gpuEvidenceDigest([first], rest)).not.toBe(gpuEvidenceDigest([first, ...rest]));
  });

  it('are counted by the policy', () => {
    const count = (switchCount: number): AppraisalPolicy => ({
      ...standardPolicy,
      gpu: { required: true, switchCount },
    });
    expect(failures(judgeWhole(whole, count(2)).checks)).toEqual([]);
    expect(failures(judgeWhole(whole, count(4)).checks)).toEqual(['GPU_COUNT']);
    expect(failures(judgeWhole({ gpus: 1 }, count(4)).checks)).toContain('GPU_COUNT');
  });

  it('that are simulated make the machine simulated', () => {
    const simulated = { ...genuineRoots, nvidia: [], simulatedGpu: genuineRoots.nvidia };
    expect(failures(judgeWhole(whole, standardPolicy, { roots: simulated }).checks)).toContain(
      'SIMULATED_HARDWARE',
    );
  });

  it('are appraised without a package too', () => {
    const nonce = random(32);
    const appraisal = appraiseDevices({
      roots: genuineRoots,
      policy: standardPolicy,
      policyDigest: appraisalPolicyDigest(standardPolicy),
      at: NOW,
      cpu: null,
      gpus: ppcie.gpus(nonce),
      switches: ppcie.switches(nonce),
      gpuNonce: nonce,
      collateral: [...nvidiaPieces(), ...more],
    });
    expect(failures(appraisal.checks)).toEqual([]);
    expect(appraisal.claims.switches).toHaveLength(2);
  });
});

describe('a package without switches', () => {
  it('has the bytes that it always had', () => {
    const evidence = packWhole({ gpus: 1 });
    expect(Object.keys(parseJsonStrict(evidence) as JsonObject)).toEqual([
      'binding',
      'collateral',
      'cpu',
      'gpu',
      'v',
    ]);
    expect(encodeEvidencePackage(parseEvidencePackage(evidence))).toEqual(evidence);
    expect(encodeEvidencePackage({ ...parseEvidencePackage(evidence), switches: [] })).toEqual(evidence);
  });

  it('may not say so by an empty list: one content has one digest', () => {
    const empty = rewritten(packWhole(), (json) => ({ ...json, switches: [] }));
    expect(() => parseEvidencePackage(empty)).toThrowError(
      expect.objectContaining({ code: 'EVIDENCE_MALFORMED' }),
    );
  });

  it('names no more devices than there can be', () => {
    const [device] = ppcie.switches(random(32));
    if (device === undefined) throw new Error('a switch is needed');
    const crowd = Array.from({ length: 17 }, () => device);
    const parts = { ...parseEvidencePackage(packWhole()), switches: crowd };
    expect(() => encodeEvidencePackage(parts)).toThrowError(
      expect.objectContaining({ code: 'EVIDENCE_MALFORMED' }),
    );
  });
});

it('a measurement of an enclave has 32 bytes in a policy', () => {
  const parse = (mrtd: string) =>
    parseAppraisalPolicy(toJson({ ...sgxPolicy, measurements: [{ ...enclave, mrtd }] }));
  expect(parse(MRENCLAVE).measurements).toEqual([enclave]);
  expect(() => parse('e1'.repeat(48))).toThrowError(expect.objectContaining({ code: 'POLICY_MALFORMED' }));
});
