/** Negative tests 31 to 38 of the attestation reference by number, on simulated hardware. */

import { describe, expect, it } from 'vitest';
import { fromBase64, fromHex, toBase64, toBase64Url, toHex, utf8 } from '#canonical';
import { failures, flip, random } from '../machine.fixture.js';
import type { SimulatedIdentity } from '../simulated/authority.js';
import { createSimulationAuthority } from '../simulated/authority.js';
import { writeNrasToken } from '../simulated/nras-writer.js';
import {
  certificateOf,
  createNvidiaAuthority,
  createResponder,
  createSimulatedDevice,
  issueIdentity,
} from '../simulated/nvidia-authority.js';
import { editRim, rimBody, signRim, signRimBody } from '../simulated/rim-writer.js';
import { oid } from '../x509/oids.js';
import { ueidOf } from './device-kind.js';
import { verifyGpuSet } from './device-set.js';
import { verifyNrasToken } from './nras-token.js';
import {
  answer,
  device,
  driverRim,
  golden,
  goodOcsp,
  goodRims,
  HOUR_MS,
  judgeGpu,
  NONCE,
  NOW,
  nvidia,
  report,
  responses,
  rimRoots,
  vbiosRim,
} from './nvidia.fixture.js';
import { opaqueType } from './opaque-data.js';
import { type GpuVerification, gpuClaims } from './verify-gpu-report.js';
import { verifyRim } from './verify-rim.js';

const OPAQUE = 37 + 8 + 64 * 55 + 32 + 2;
const [driverXml = new Uint8Array(), vbiosXml = new Uint8Array()] = goodRims;

function reasons({ checks }: GpuVerification): readonly (string | null)[] {
  return failures(checks);
}

function withDriver(rim: Uint8Array): readonly (string | null)[] {
  return reasons(judgeGpu({}, { rims: [rim, vbiosXml] }));
}

it('a simulated GPU with manifests and responses passes every check', () => {
  const verification = judgeGpu();
  expect(reasons(verification)).toEqual([]);
  expect(verification.checks.every(({ result }) => result === 'pass')).toBe(true);
  expect(gpuClaims(verification)).toMatchObject({
    measres: 'success',
    golden: { driverMatched: 3, driverSkipped: [35], vbiosMatched: 3 },
  });
});

describe('31: a measurement or an opaque byte is changed', () => {
  it.each([45 + 7, OPAQUE + 4])('byte %i: GPU_SIGNATURE_INVALID', (offset) => {
    const { report: bytes, chain } = report();
    const changed = { report: flip(bytes, offset), chain };
    expect(reasons(judgeGpu({ evidence: changed }))).toContain('GPU_SIGNATURE_INVALID');
  });
});

it('32: the nonce of another challenge: GPU_NONCE_MISMATCH', () => {
  expect(reasons(judgeGpu({ evidence: report({ nonce: random(32) }) }))).toEqual(['GPU_NONCE_MISMATCH']);
});

describe('33: firmware digest', () => {
  it('differs: GPU_FWID_MISMATCH', () => {
    const evidence = report({ opaque: new Map([[opaqueType.fwid, random(48)]]) });
    expect(reasons(judgeGpu({ evidence }))).toEqual(['GPU_FWID_MISMATCH']);
  });

  it('absent: GPU_FWID_ABSENT, as a warning or as a failure by policy', () => {
    const evidence = report({ opaque: new Map([[opaqueType.fwid, null]]) });
    const warned = judgeGpu({ evidence });
    expect(reasons(warned)).toEqual([]);
    expect(warned.checks.find(({ result }) => result === 'warn')?.reason).toBe('GPU_FWID_ABSENT');
    expect(reasons(judgeGpu({ evidence, fwidAbsent: 'refuse' }))).toEqual(['GPU_FWID_ABSENT']);
  });
});

describe('34: a reference manifest', () => {
  it('edited after signing: RIM_DIGEST_MISMATCH', () => {
    const hash = toHex(driverRim.values.get(21)?.[0] ?? new Uint8Array());
    expect(withDriver(editRim(driverXml, hash, '00'.repeat(48)))).toContain('RIM_DIGEST_MISMATCH');
    expect(withDriver(editRim(driverXml, 'revision="r1"', 'revision="r2"'))).toContain('RIM_DIGEST_MISMATCH');
  });

  it('with a changed signature: RIM_SIGNATURE_INVALID', () => {
    const other = signRim({ ...driverRim, version: '1' }, nvidia.rim);
    const value = /<ds:SignatureValue>([^<]+)/.exec(new TextDecoder().decode(other))?.[1] ?? '';
    const swapped = editRim(driverXml, /<ds:SignatureValue>[^<]+/, `<ds:SignatureValue>${value}`);
    expect(withDriver(swapped)).toContain('RIM_SIGNATURE_INVALID');
  });

  it('whose digest is replaced along with its content: RIM_SIGNATURE_INVALID', () => {
    const changed = signRim({ ...driverRim, values: golden(7) }, nvidia.rim);
    const value = /<ds:SignatureValue>([^<]+)/.exec(new TextDecoder().decode(driverXml))?.[1] ?? '';
    const forged = editRim(changed, /<ds:SignatureValue>[^<]+/, `<ds:SignatureValue>${value}`);
    expect(withDriver(forged)).toContain('RIM_SIGNATURE_INVALID');
  });

  it('signed by a bare key, or with a second signature: RIM_SIGNATURE_AMBIGUOUS', () => {
    const stranger = issueIdentity(
      { commonName: 'SIMULATED RIM L4 Signer', issuer: signerAt(1), notBeforeMs: NOW, notAfterMs: NOW },
      random,
    );
    const byStranger = signRim(driverRim, [stranger]);
    const keyValue = '<ds:KeyValue><ds:ECKeyValue/></ds:KeyValue>';
    const genuine = nvidia.rim.map(({ cert }) => `<ds:X509Certificate>${cert}</ds:X509Certificate>`).join('');
    const bare = editRim(
      byStranger,
      /<ds:X509Data>.*<\/ds:X509Data>/s,
      `${keyValue}<ds:X509Data>${genuine}</ds:X509Data>`,
    );
    expect(withDriver(bare)).toContain('RIM_SIGNATURE_AMBIGUOUS');

    const second = /<ds:Signature .*<\/ds:Signature>/s.exec(new TextDecoder().decode(driverXml))?.[0] ?? '';
    const twice = editRim(driverXml, '</SoftwareIdentity>', `${second}</SoftwareIdentity>`);
    const hidden = editRim(driverXml, '<ns0:Entity', `<ns0:Evidence><Signature/></ns0:Evidence><ns0:Entity`);
    expect(withDriver(twice)).toContain('RIM_SIGNATURE_AMBIGUOUS');
    expect(withDriver(hidden)).toContain('RIM_SIGNATURE_AMBIGUOUS');
  });

  it('that offers a bare key beside a good signature: the key is ignored', () => {
    const beside = editRim(
      driverXml,
      '<ds:X509Data>',
      '<ds:KeyValue><ds:ECKeyValue/></ds:KeyValue><ds:X509Data>',
    );
    expect(withDriver(beside)).toEqual([]);
  });

  it('under a root that is not pinned: RIM_CHAIN_UNTRUSTED', () => {
    const other = createNvidiaAuthority(createSimulationAuthority(random, NOW - HOUR_MS), random);
    expect(withDriver(signRim(driverRim, other.rim))).toContain('RIM_CHAIN_UNTRUSTED');
  });

  it('of genuine hardware for a simulated GPU: RIM_CHAIN_UNTRUSTED', () => {
    const swapped = { hardware: rimRoots.simulated, simulated: [] };
    expect(reasons(judgeGpu({}, { rimRoots: swapped }))).toEqual(['RIM_CHAIN_UNTRUSTED']);
  });

  it('by a signer whose certificate is over: RIM_CERT_EXPIRED', () => {
    const old = signer('SIMULATED RIM L4 Signer', NOW - 2 * HOUR_MS, NOW - HOUR_MS);
    expect(withDriver(signRim(driverRim, [old, ...nvidia.rim.slice(1)]))).toContain('RIM_CERT_EXPIRED');
  });

  it('by a genuine certificate of another role: SIGNER_ROLE', () => {
    const other = signer('SIMULATED OCSP Responder', NOW - HOUR_MS, NOW + HOUR_MS);
    expect(withDriver(signRim(driverRim, [other, ...nvidia.rim.slice(1)]))).toContain('SIGNER_ROLE');
    expect(withDriver(signRim(driverRim, device))).toContain('SIGNER_ROLE');
  });

  it('by a leaf that plays CA: CA_CONSTRAINT', () => {
    const forged = issueIdentity(
      {
        commonName: 'SIMULATED RIM L4 Signer',
        issuer: nvidia.rim[0] ?? signerAt(0),
        notBeforeMs: NOW - HOUR_MS,
        notAfterMs: NOW + HOUR_MS,
      },
      random,
    );
    expect(withDriver(signRim(driverRim, [forged, ...nvidia.rim]))).toContain('CA_CONSTRAINT');
  });
});

describe('35: golden values', () => {
  it('of another version: RIM_VERSION_MISMATCH', () => {
    expect(withDriver(signRim({ ...driverRim, version: '535.86.09' }, nvidia.rim))).toContain(
      'RIM_VERSION_MISMATCH',
    );
    const otherVbios = signRim({ ...vbiosRim, version: '96.00.9F.00.02' }, nvidia.rim);
    expect(reasons(judgeGpu({}, { rims: [driverXml, otherVbios] }))).toContain('RIM_VERSION_MISMATCH');
  });

  it('of another chip: RIM_VERSION_MISMATCH', () => {
    expect(withDriver(signRim({ ...driverRim, product: 'GB100' }, nvidia.rim))).toContain(
      'RIM_VERSION_MISMATCH',
    );
  });

  it('that differ: GPU_MEASUREMENT_MISMATCH, with the index', () => {
    const evidence = report({ measurements: new Map([[23, random(48)]]) });
    const verification = judgeGpu({ evidence });
    expect(reasons(verification)).toEqual(['GPU_MEASUREMENT_MISMATCH']);
    expect(verification.endorsed?.golden?.mismatches).toEqual([22]);
    expect(gpuClaims(verification)).toMatchObject({ measres: 'fail' });
  });

  it('at an index that the device does not measure: GPU_MEASUREMENT_MISMATCH', () => {
    const rim = signRim({ ...driverRim, values: golden(7, 100) }, nvidia.rim);
    expect(withDriver(rim)).toEqual(['GPU_MEASUREMENT_MISMATCH']);
  });

  it('at one index in both manifests: RIM_INDEX_CONFLICT', () => {
    const rim = signRim({ ...vbiosRim, values: golden(0, 7) }, nvidia.rim);
    expect(reasons(judgeGpu({}, { rims: [driverXml, rim] }))).toEqual(['RIM_INDEX_CONFLICT']);
  });

  it('with several alternatives: any one of them is good', () => {
    const [own] = golden(7).get(7) ?? [];
    const values = new Map([[7, [random(48), own ?? random(48)]]]);
    expect(withDriver(signRim({ ...driverRim, values }, nvidia.rim))).toEqual([]);
  });

  it('at index 35 are compared unless NVDEC0 is off', () => {
    const measurements = new Map([[36, random(48)]]);
    expect(reasons(judgeGpu({ evidence: report({ measurements }) }))).toEqual([]);
    const on = report({ measurements, opaque: new Map([[opaqueType.nvdec0Status, Uint8Array.of(0xaa)]]) });
    expect(reasons(judgeGpu({ evidence: on }))).toEqual(['GPU_MEASUREMENT_MISMATCH']);
    const silent = report({ measurements, opaque: new Map([[opaqueType.nvdec0Status, null]]) });
    expect(reasons(judgeGpu({ evidence: silent }))).toEqual(['GPU_MEASUREMENT_MISMATCH']);
  });

  it('of one manifest only: RIM_MISSING', () => {
    expect(reasons(judgeGpu({}, { rims: [driverXml] }))).toEqual(['RIM_MISSING']);
    expect(reasons(judgeGpu({}, { rims: [vbiosXml] }))).toEqual(['RIM_MISSING']);
  });

  it('of which none is active: RIM_MISSING', () => {
    const body = rimBody(driverRim).replaceAll('active="True"', 'active="False"');
    expect(withDriver(signRimBody(body, nvidia.rim))).toEqual(['RIM_MISSING']);
  });

  it('are found among manifests of other devices', () => {
    const others = ['535.86.09', '570.1', '96.00.5E.00.01'].map((version) =>
      signRim({ ...driverRim, version }, nvidia.rim),
    );
    const otherBoard = signRim({ ...vbiosRim, values: new Map([[0, [random(48)]]]) }, nvidia.rim);
    expect(reasons(judgeGpu({}, { rims: [...others, otherBoard, ...goodRims] }))).toEqual([]);
  });
});

describe('36: several GPUs', () => {
  const second = createSimulatedDevice(nvidia, random);
  const gpus = [device, second].map((chain, index) => judgeGpu({ index, evidence: report({}, chain) }));
  const [first, other] = gpus;

  it('that are distinct and as many as expected pass', () => {
    expect(failures(verifyGpuSet({ gpus, gpuCount: 2 }))).toEqual([]);
  });

  it('shown twice: GPU_DUPLICATE', () => {
    const twice = [first, first].filter((gpu) => gpu !== undefined);
    expect(failures(verifyGpuSet({ gpus: twice, gpuCount: 2 }))).toEqual(['GPU_DUPLICATE']);
  });

  it('of one boot ROM under two leaves: GPU_DUPLICATE', () => {
    if (first === undefined || other === undefined) throw new Error('two GPUs are needed');
    const renewed = { ...other, deviceSerial: first.deviceSerial };
    expect(failures(verifyGpuSet({ gpus: [first, renewed], gpuCount: 2 }))).toEqual(['GPU_DUPLICATE']);
  });

  it('too few, or too many: GPU_COUNT', () => {
    expect(failures(verifyGpuSet({ gpus: gpus.slice(1), gpuCount: 2 }))).toEqual(['GPU_COUNT']);
    expect(failures(verifyGpuSet({ gpus, gpuCount: 1 }))).toEqual(['GPU_COUNT']);
  });
});

describe('37: OCSP', () => {
  const brom = 1;
  const withBrom = (response: Uint8Array): readonly (string | null)[] =>
    reasons(judgeGpu({}, { ocsp: [...goodOcsp.slice(1), response] }));

  it('revoked: GPU_CERT_REVOKED, also beside a good answer', () => {
    const revoked = answer(device, brom, { status: { revokedMs: NOW - 2 * HOUR_MS, reason: 1 } });
    expect(withBrom(revoked)).toEqual(['GPU_CERT_REVOKED']);
    expect(reasons(judgeGpu({}, { ocsp: [...goodOcsp, revoked] }))).toEqual(['GPU_CERT_REVOKED']);
  });

  it('revoked in an old answer stays revoked', () => {
    const status = { revokedMs: NOW - 90 * HOUR_MS, reason: null };
    const old = answer(device, brom, {
      status,
      thisUpdateMs: NOW - 80 * HOUR_MS,
      nextUpdateMs: NOW - 60 * HOUR_MS,
    });
    expect(reasons(judgeGpu({}, { ocsp: [...goodOcsp, old] }))).toEqual(['GPU_CERT_REVOKED']);
  });

  it('on hold: GPU_CERT_HOLD', () => {
    const status = { revokedMs: NOW - 2 * HOUR_MS, reason: 6 };
    expect(withBrom(answer(device, brom, { status }))).toEqual(['GPU_CERT_HOLD']);
  });

  it('stale, not yet valid or without an end: OCSP_STALE', () => {
    const stale = { thisUpdateMs: NOW - 48 * HOUR_MS, nextUpdateMs: NOW - HOUR_MS };
    const early = { thisUpdateMs: NOW + HOUR_MS, nextUpdateMs: NOW + 2 * HOUR_MS };
    expect(withBrom(answer(device, brom, stale))).toEqual(['OCSP_STALE']);
    expect(withBrom(answer(device, brom, early))).toEqual(['OCSP_STALE']);
    expect(withBrom(answer(device, brom, { nextUpdateMs: null }))).toEqual(['OCSP_STALE']);
  });

  it('for another certificate: OCSP_MISMATCH; none at all: REVOCATION_UNKNOWN', () => {
    const other = createSimulatedDevice(nvidia, random);
    expect(withBrom(answer(other, brom))).toEqual(['OCSP_MISMATCH']);
    expect(reasons(judgeGpu({}, { ocsp: goodOcsp.slice(1) }))).toEqual(['REVOCATION_UNKNOWN']);
    expect(withBrom(answer(device, brom, { status: 'unknown' }))).toEqual(['REVOCATION_UNKNOWN']);
  });

  it('for a manifest signer counts as much', () => {
    const revoked = answer(nvidia.rim, 0, { status: { revokedMs: NOW - HOUR_MS, reason: 1 } });
    expect(
      reasons(judgeGpu({}, { ocsp: [...responses(device, 1), ...responses(nvidia.rim, 1), revoked] })),
    ).toEqual(['GPU_CERT_REVOKED']);
  });

  it('by a responder of another issuer, or by one that may not answer, is not believed', () => {
    const { notBeforeMs, notAfterMs } = certificateOf(device[2] ?? signerAt(0));
    const foreign = createResponder(signerAt(1), random, { notBeforeMs, notAfterMs });
    expect(withBrom(answer(device, brom, { responder: foreign }))).toEqual(['OCSP_SIGNATURE_INVALID']);
    const issuer = device[2] ?? signerAt(0);
    for (const usage of [null, oid.ocspNoCheck]) {
      const plain = createResponder(issuer, random, { notBeforeMs, notAfterMs }, usage);
      expect(withBrom(answer(device, brom, { responder: plain }))).toEqual(['SIGNER_ROLE']);
    }
    const old = createResponder(issuer, random, { notBeforeMs, notAfterMs: NOW - HOUR_MS });
    expect(withBrom(answer(device, brom, { responder: old }))).toEqual(['CERT_EXPIRED']);
  });

  it('by the issuer itself, or named by its name, is good', () => {
    expect(withBrom(answer(device, brom, { responder: device[2] ?? signerAt(0) }))).toEqual([]);
    expect(withBrom(answer(device, brom, { by: 'name' }))).toEqual([]);
  });

  it('is refused wherever a byte of it is changed', () => {
    const good = answer(device, brom);
    for (let offset = 0; offset < good.length; offset += 13) {
      expect(withBrom(flip(good, offset)), `byte ${offset}`).not.toEqual([]);
    }
  });

  it('is judged at its own time, within the age that the policy allows', () => {
    const atMs = NOW + 10 * 24 * HOUR_MS;
    const ocspAt = { deviceMs: NOW, rimMs: NOW };
    expect(reasons(judgeGpu({ atMs }))).toEqual(['OCSP_STALE']);
    expect(reasons(judgeGpu({ atMs }, { ocspAt }))).toEqual([]);
    expect(reasons(judgeGpu({ atMs }, { ocspAt, ocspAgeMsMax: 24 * HOUR_MS }))).toEqual(['OCSP_STALE']);
    const later = { deviceMs: NOW + HOUR_MS, rimMs: NOW + HOUR_MS };
    expect(reasons(judgeGpu({}, { ocspAt: later }))).toEqual(['OCSP_STALE']);
  });
});

describe('38: a service token', () => {
  const ueids = [ueidOf(certificateOf(device[0] ?? signerAt(0)))];
  const good = { nonce: NONCE, issuedMs: NOW - HOUR_MS / 2, ueids };
  const verify = (
    token: Uint8Array,
    keys: Uint8Array | null,
    pinned = rimRoots,
  ): readonly (string | null)[] =>
    failures(verifyNrasToken({ token, keys, roots: pinned, expectedNonce: NONCE, atMs: NOW, ueids }).checks);
  const made = (changes: object): readonly (string | null)[] => {
    const { token, keys } = writeNrasToken({ ...good, ...changes }, nvidia.nras);
    return verify(token, keys);
  };

  it('that is good passes', () => {
    expect(made({})).toEqual([]);
    const { token, keys } = writeNrasToken(good, nvidia.nras);
    const input = { token, roots: rimRoots, expectedNonce: NONCE, atMs: NOW };
    expect(verifyNrasToken({ ...input, keys }).corroborates).toBe(true);
    expect(verifyNrasToken({ ...input, keys: null }).corroborates).toBe(false);
  });

  it('with a swapped device token: EAT_DIGEST_MISMATCH', () => {
    const { token, keys } = writeNrasToken(good, nvidia.nras);
    const other = writeNrasToken({ ...good, issuedMs: NOW - HOUR_MS / 4 }, nvidia.nras);
    const read = (bytes: Uint8Array): [unknown, object] => JSON.parse(new TextDecoder().decode(bytes));
    const swapped = utf8(JSON.stringify([read(token)[0], read(other.token)[1]]));
    expect(verify(swapped, keys)).toEqual(['EAT_DIGEST_MISMATCH']);
    const renamed = utf8(JSON.stringify([read(token)[0], { 'GPU-1': Object.values(read(token)[1])[0] }]));
    expect(verify(renamed, keys)).toEqual(['EAT_DIGEST_MISMATCH']);
  });

  it.each(['none', 'HS256', 'ES256', 'RS256', 'es384'])('of algorithm %s: EAT_ALG', (alg) => {
    expect(made({ header: { alg } })).toContain('EAT_ALG');
  });

  it('with an empty signature: EAT_SIGNATURE_INVALID', () => {
    const { token, keys } = writeNrasToken(good, nvidia.nras);
    const [[type, overall], devices] = JSON.parse(new TextDecoder().decode(token));
    const bare = `${String(overall).split('.').slice(0, 2).join('.')}.`;
    expect(verify(utf8(JSON.stringify([[type, bare], devices])), keys)).toEqual(['EAT_SIGNATURE_INVALID']);
  });

  it('whose key was rotated away is a warning, and proves nothing', () => {
    const { token } = writeNrasToken(good, nvidia.nras);
    const { checks } = verifyNrasToken({
      token,
      keys: null,
      roots: rimRoots,
      expectedNonce: NONCE,
      atMs: NOW,
    });
    expect(failures(checks)).toEqual([]);
    expect(checks.find(({ result }) => result === 'warn')?.reason).toBe('JWKS_KEY_NOT_FOUND');
  });

  it('under a root that is not pinned: UNKNOWN_ISSUER', () => {
    const { token, keys } = writeNrasToken(good, nvidia.nras);
    expect(verify(token, keys, { hardware: [], simulated: [] })).toEqual(['UNKNOWN_ISSUER']);
  });

  it('of another challenge, another time or another device contradicts', () => {
    expect(made({ nonce: random(32) })).toEqual(['GPU_NONCE_MISMATCH']);
    expect(made({ issuedMs: NOW - 3 * HOUR_MS })).toEqual(['EAT_EXPIRED']);
    expect(made({ ueids: ['258'] })).toEqual(['EAT_CLAIM_MISMATCH']);
    expect(made({ payload: { measres: 'fail' } })).toEqual(['EAT_CLAIM_MISMATCH']);
    expect(made({ payload: { iss: 'https://example.org' } })).toEqual(['EAT_CLAIM_MISMATCH']);
  });

  it.each(['', '[]', '[["JWT"]]', '[["JWT","a.b.c"],{}]', '[["JWT","e30.e30.AA"],{"GPU-0":"x"}]', '{'])(
    'that is %j is malformed',
    (text) => {
      expect(verify(utf8(text), null)).toEqual(['EAT_MALFORMED']);
    },
  );

  it('is malformed when it names an algorithm twice', () => {
    const twice = toBase64Url(utf8('{"alg":"ES384","alg":"none"}'));
    expect(verify(utf8(`[["JWT","${twice}.e30.AA"],{"GPU-0":"e30.e30.AA"}]`), null)).toEqual([
      'EAT_MALFORMED',
    ]);
  });
});

it('hardware without endorsements fails closed, and simulated hardware may go without', () => {
  const roots = { hardware: rimRoots.simulated, simulated: [] };
  expect(reasons(judgeGpu({ roots }, null))).toEqual(['RIM_MISSING', 'REVOCATION_UNKNOWN']);
  expect(reasons(judgeGpu({ roots }, { rims: [], ocsp: [] }))).toEqual(['RIM_MISSING', 'REVOCATION_UNKNOWN']);
  expect(reasons(judgeGpu({}, null))).toEqual([]);
  expect(reasons(judgeGpu({}, { rims: [], ocsp: [] }))).toEqual([]);
});

it('endorsements that are garbage are named, and nothing throws', () => {
  const garbage = [
    new Uint8Array(0),
    Uint8Array.of(0x30, 0x80),
    utf8('<a>'),
    fromHex('00'),
    fromBase64(toBase64(random(99))),
  ];
  const verification = judgeGpu({}, { rims: [...garbage, ...goodRims], ocsp: goodOcsp });
  expect(reasons(verification)).toEqual(['RIM_MALFORMED']);
  expect(reasons(judgeGpu({}, { ocsp: [...goodOcsp, ...garbage] }))).toEqual(['OCSP_MALFORMED']);
  for (const bytes of garbage) expect(verifyRim({ bytes, roots: rimRoots, atMs: NOW }).trusted).toBe(false);
});

function signerAt(index: number): SimulatedIdentity {
  const identity = nvidia.rim[index];
  if (identity === undefined) throw new RangeError('no such identity');
  return identity;
}

function signer(commonName: string, notBeforeMs: number, notAfterMs: number): SimulatedIdentity {
  return issueIdentity({ commonName, issuer: signerAt(1), notBeforeMs, notAfterMs }, random);
}
