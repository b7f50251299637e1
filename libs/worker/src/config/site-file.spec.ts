import { describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, type Json, toJson, utf8 } from '#canonical';
import { roots } from '../task/worker.fixture.js';
import { encodeSiteFile, parseSiteFile, type SiteFile, siteDigest } from './site-file.js';

const site: SiteFile = {
  v: 'sealflow/site/v1',
  roots,
  circuits: { manifests: [digestOf(utf8('manifest'))], allowDev: true },
};
const json = toJson(site) as Record<string, Json>;

describe('a site file', () => {
  it('is read as it was written', () => {
    expect(parseSiteFile(encodeSiteFile(site))).toEqual(site);
  });

  it('has one digest for one content', () => {
    expect(siteDigest(site)).toBe(
      digestOf(encodeSiteFile(parseSiteFile(utf8(JSON.stringify(site, null, 2))))),
    );
  });

  it.each<[string, Json]>([
    ['of another version', { ...json, v: 'sealflow/site/v2' }],
    ['without circuits', { v: json['v'] ?? null, roots: json['roots'] ?? null }],
    ['without roots', { v: json['v'] ?? null, circuits: json['circuits'] ?? null }],
    ['whose circuits are a list', { ...json, circuits: [] }],
    ['whose manifests are one text', { ...json, circuits: { manifests: 'sha256:00', allowDev: true } }],
    [
      'with a manifest that is no digest',
      { ...json, circuits: { manifests: ['sha256:00'], allowDev: true } },
    ],
    ['with a manifest that is a number', { ...json, circuits: { manifests: [1], allowDev: true } }],
    [
      'whose revoked circuits are one text',
      { ...json, circuits: { manifests: [], revoked: 'x', allowDev: true } },
    ],
    ['whose allowDev is a text', { ...json, circuits: { manifests: [], allowDev: 'false' } }],
    ['with a member that nobody reads', { ...json, circuit: {} }],
    [
      'with a rule that nobody reads',
      { ...json, circuits: { manifests: [], allowDev: false, allowdev: true } },
    ],
    ['with a root that nobody reads', { ...json, roots: { ...(json['roots'] as object), acme: [] } }],
    ['that is a list', [json]],
  ])('%s is refused', (_what, value) => {
    expect(() => parseSiteFile(canonicalBytes(value))).toThrow();
  });

  it.each([
    ['a name given twice', `{"v":"sealflow/site/v1","v":"sealflow/site/v1"}`],
    ['more bytes than any site needs', JSON.stringify({ v: 'x'.repeat(300_000) })],
    ['half of its bytes', JSON.stringify(site).slice(0, 100)],
  ])('with %s is refused', (_what, text) => {
    expect(() => parseSiteFile(utf8(text))).toThrow();
  });
});
