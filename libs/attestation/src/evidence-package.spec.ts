import { describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '#canonical';
import { collateralKinds } from './collateral.js';
import { encodeEvidencePackage, parseEvidencePackage } from './evidence-package.js';
import { AT_MS, boot, pack } from './machine.fixture.js';

const machine = boot({ gpus: 1 });
const text = fromUtf8(pack(machine));
const parts = {
  binding: machine.binding,
  cpu: { format: 'tdx-quote-v4' as const, quote: machine.quote },
  gpus: [],
};

describe('an evidence package', () => {
  it('gives back what it was made of', () => {
    const { binding, cpu, gpus } = parseEvidencePackage(pack(machine));
    expect(binding).toEqual(machine.binding);
    expect(cpu).toEqual({ format: 'tdx-quote-v4', quote: machine.quote });
    expect(gpus).toEqual(machine.gpus);
  });

  const malformed: readonly [string, string][] = [
    ['in another spelling', text.replace('"cpu":', '"cpu": ')],
    ['with an unknown member', text.replace('{', '{"a":1,')],
    ['of another version', text.replace('package/v1', 'package/v2')],
    ['of an unknown CPU format', text.replace('tdx-quote-v4', 'tdx-quote-v9')],
    ['with collateral that nobody reads', text.replace('"collateral":[]', '"collateral":[1]')],
    ['with a GPU that is no object', text.replace(/"gpu":\[.*\],"v"/, '"gpu":[null],"v"')],
    ['with a GPU list that is no list', text.replace(/"gpu":\[.*\],"v"/, '"gpu":{},"v"')],
    ['with an empty quote', text.replace(/"quote":"[^"]*"/, '"quote":""')],
  ];

  it.each(malformed)('%s is malformed', (_name, json) => {
    expect(json).not.toBe(text);
    expect(() => parseEvidencePackage(utf8(json))).toThrowError(
      expect.objectContaining({ code: 'EVIDENCE_MALFORMED' }),
    );
  });

  it('carries collateral of the kinds that verifiers read, with where and when it was fetched', () => {
    const collateral = collateralKinds.map((kind, index) => ({
      kind,
      data: new Uint8Array([index]),
      fetchedAtMs: index === 0 ? null : AT_MS,
      source: index === 0 ? null : 'https://example.org/crl',
    }));
    const bytes = encodeEvidencePackage({ ...parts, collateral });
    expect(parseEvidencePackage(bytes).collateral).toEqual(collateral);
    expect(parseEvidencePackage(pack(machine)).collateral).toEqual([]);
  });

  it('refuses collateral over its limit, of another kind, with another member, or too much of it', () => {
    const piece = {
      kind: 'amd-vek' as const,
      data: new Uint8Array(16 * 1024 + 1),
      fetchedAtMs: null,
      source: null,
    };
    const small = { ...piece, data: new Uint8Array(1) };
    const refused = expect.objectContaining({ code: 'EVIDENCE_MALFORMED' });
    expect(() => encodeEvidencePackage({ ...parts, collateral: [piece] })).toThrowError(refused);
    const many = Array.from({ length: 129 }, () => small);
    expect(() => encodeEvidencePackage({ ...parts, collateral: many })).toThrowError(refused);
    const good = fromUtf8(encodeEvidencePackage({ ...parts, collateral: [small] }));
    for (const [from, to] of [
      ['"amd-vek"', '"amd-key"'],
      ['"fetchedAt":null', '"fetchedAt":"today"'],
      ['"kind":', '"also":1,"kind":'],
      ['"source":null', '"source":""'],
    ] as const) {
      expect(() => parseEvidencePackage(utf8(good.replace(from, to))), to).toThrowError(refused);
    }
  });

  it('over a limit is neither made nor read', () => {
    const [gpu] = machine.gpus;
    const many = Array.from({ length: 17 }, () => gpu ?? { report: new Uint8Array(1), chain: 'c' });
    const build = (change: object) => () =>
      encodeEvidencePackage({
        binding: machine.binding,
        cpu: { format: 'tdx-quote-v4', quote: machine.quote },
        gpus: [],
        ...change,
      });
    const refused = expect.objectContaining({ code: 'EVIDENCE_MALFORMED' });
    expect(build({ gpus: many })).toThrowError(refused);
    expect(build({ cpu: { format: 'tdx-quote-v4', quote: new Uint8Array(64 * 1024 + 1) } })).toThrowError(
      refused,
    );
    expect(build({ binding: new Uint8Array(16 * 1024 + 1) })).toThrowError(refused);
  });
});
