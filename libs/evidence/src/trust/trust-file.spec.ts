import { describe, expect, it } from 'vitest';
import { canonicalBytes, type Json, type JsonObject, parseJsonStrict, toJson, utf8 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { encodeTrustFile, parseTrustFile, trustFileDigest } from './trust-file.js';

const { trust } = demoRun({ witnesses: 2 });

function parse(change: Record<string, Json>): string {
  try {
    parseTrustFile(canonicalBytes({ ...(toJson(trust) as JsonObject), ...change }));
    return 'NONE';
  } catch (error) {
    return error instanceof EvidenceError ? error.code : 'UNTYPED';
  }
}

describe('a trust file', () => {
  it('survives being written and read, and has one digest', () => {
    const read = parseTrustFile(encodeTrustFile(trust));
    expect(read).toEqual(trust);
    expect(trustFileDigest(read)).toBe(trustFileDigest(trust));
    expect(parseJsonStrict(encodeTrustFile(trust))).toEqual(toJson(trust));
  });

  it.each<[string, Record<string, Json>]>([
    ['a misspelt member', { aprovers: [] }],
    ['another version', { v: 'sealflow/trust/v2' }],
    ['a misspelt rule inside', { circuits: { manifests: [], allowDevs: true } }],
    [
      'a revoked circuit that is no digest',
      { circuits: { manifests: [], revoked: ['sha256:00'], allowDev: true } },
    ],
    ['roots of another form', { roots: { intel: ['00'] } }],
    ['a policy without its version', { policy: {} }],
    ['an approver key that is no key', { approvers: ['AAAA'] }],
    ['a log key of another name', { log: { origin: 'other.example', vkey: trust.log.vkey } }],
    [
      'a log key with a wrong hash',
      { log: { ...trust.log, vkey: trust.log.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+') } },
    ],
    ['a witness key that is a log key', { witnesses: [trust.log.vkey] }],
    ['a witness named twice', { witnesses: [trust.witnesses[0] ?? '', trust.witnesses[0] ?? ''] }],
    ['a quorum that can never be met', { witnessQuorum: 3 }],
    ['a negative quorum', { witnessQuorum: -1 }],
  ])('with %s is malformed', (_, change) => {
    expect(parse(change)).toBe('TRUST_FILE_MALFORMED');
  });

  it('that is not strict JSON is malformed', () => {
    for (const text of ['', '{', '{"v":1,"v":2}', '[]']) {
      expect(() => parseTrustFile(utf8(text))).toThrow(EvidenceError);
    }
  });
});
