import { describe, expect, it } from 'vitest';
import { fromHex, fromUtf8, sha256, sha512, toHex, utf8 } from '#canonical';
import {
  type Binding,
  buildBinding,
  expectedGpuNonce,
  gpuEvidenceDigest,
  gpuNonce,
  parseBinding,
  reportData,
} from './binding.js';

const binding: Binding = {
  v: 'sealflow/binding/v1',
  nonce: new Uint8Array(32).fill(1),
  workerId: 'worker-1',
  bootId: new Uint8Array(16).fill(2),
  epoch: 17,
  sealKeys: [{ alg: 'x25519', publicKey: new Uint8Array(32).fill(3) }],
  signKey: new Uint8Array(32).fill(4),
  imageDigest: `sha256:${'05'.repeat(32)}`,
  policyDigest: `sha256:${'06'.repeat(32)}`,
  gpuEvidenceDigest: null,
  notAfterMs: Date.parse('2026-11-20T22:00:00.000Z'),
};
const bytes = buildBinding(binding);
const text = fromUtf8(bytes);

describe('a binding', () => {
  it('is canonical JSON of exactly its members and reads back the same', () => {
    expect(Object.keys(JSON.parse(text))).toEqual([
      'bootId',
      'epoch',
      'gpuEvidenceDigest',
      'imageDigest',
      'nonce',
      'notAfter',
      'policyDigest',
      'sealKeys',
      'signKey',
      'v',
      'workerId',
    ]);
    expect(parseBinding(bytes)).toEqual(binding);
  });

  it('may carry a hybrid sealing key behind the X25519 one', () => {
    const sealKeys = [...binding.sealKeys, { alg: 'x-wing' as const, publicKey: new Uint8Array(1216) }];
    expect(parseBinding(buildBinding({ ...binding, sealKeys })).sealKeys).toEqual(sealKeys);
  });

  const malformed: readonly [string, string][] = [
    ['an unknown member', text.replace('{', '{"a":1,')],
    ['a missing member', text.replace('"epoch":17,', '')],
    ['an unknown version', text.replace('binding/v1', 'binding/v2')],
    ['a short nonce', text.replace(/"nonce":"[^"]*"/, '"nonce":"AQ=="')],
    ['a nonce in another alphabet', text.replace(/"nonce":"AQ/, '"nonce":"-Q')],
    ['a negative epoch', text.replace('"epoch":17', '"epoch":-1')],
    ['a fractional epoch', text.replace('"epoch":17', '"epoch":1.5')],
    ['an upper-case digest', text.replace('0505', '05AB')],
    ['a time without milliseconds', text.replace('00.000Z', '00Z')],
    ['no sealing key', text.replace(/"sealKeys":\[[^\]]*\]/, '"sealKeys":[]')],
    ['a first sealing key that is not X25519', text.replace('"x25519"', '"x-wing"')],
    ['another signing algorithm', text.replace('"ed25519"', '"ecdsa"')],
    ['an empty worker id', text.replace('worker-1', '')],
    ['a member twice', text.replace('"epoch":17', '"epoch":17,"epoch":18')],
    [
      'a GPU digest under the rule that has none',
      text.replace('binding/v1', 'binding/v1+coco').replace('null', `"sha256:${'07'.repeat(32)}"`),
    ],
  ];

  it.each(malformed)('with %s is malformed', (_name, json) => {
    expect(json).not.toBe(text);
    expect(() => parseBinding(utf8(json))).toThrowError(
      expect.objectContaining({ code: 'BINDING_MALFORMED' }),
    );
  });

  it('in another spelling is not canonical', () => {
    for (const json of [` ${text}`, text.replace(':17', ': 17'), text.replace('worker', '\\u0077orker')]) {
      expect(() => parseBinding(utf8(json))).toThrowError(
        expect.objectContaining({ code: 'BINDING_NOT_CANONICAL' }),
      );
    }
  });

  it('is not built with a field that verifiers refuse', () => {
    const built = () => buildBinding({ ...binding, nonce: new Uint8Array(31) });
    expect(built).toThrowError(expect.objectContaining({ code: 'BINDING_MALFORMED' }));
  });
});

describe('what hardware signs', () => {
  it('is the labelled SHA-512 of the binding bytes, all 64 of them', () => {
    expect(reportData(bytes)).toEqual(sha512(utf8('sealflow/report-data/v1\0'), bytes));
  });

  it('gives the GPU a nonce of the challenge and the sealing key', () => {
    const { nonce, sealKeys } = binding;
    const key = sealKeys[0]?.publicKey ?? new Uint8Array();
    const expected = sha256(utf8('sealflow/gpu-nonce/v1\0'), nonce, key);
    expect(gpuNonce(nonce, key)).toEqual(expected);
    expect(expectedGpuNonce(binding, bytes)).toEqual(expected);
  });

  it('gives the GPU the start of REPORT_DATA under the one-value rule', () => {
    const coco = { ...binding, v: 'sealflow/binding/v1+coco' as const };
    const cocoBytes = buildBinding(coco);
    expect(expectedGpuNonce(coco, cocoBytes)).toEqual(reportData(cocoBytes).subarray(0, 32));
  });

  it('commits to every report and chain with its length', () => {
    const report = fromHex('0102');
    const expected = sha256(fromHex('00000002'), report, fromHex('00000001'), utf8('c'));
    expect(gpuEvidenceDigest([{ report, chain: 'c' }])).toBe(`sha256:${toHex(expected)}`);
    const moved = [{ report: fromHex('01'), chain: '\u0002c' }];
    expect(gpuEvidenceDigest(moved)).not.toBe(gpuEvidenceDigest([{ report, chain: 'c' }]));
  });
});
