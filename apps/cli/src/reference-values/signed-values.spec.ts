import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { digestOf, ed25519PublicKey, type JsonObject, toJson, utf8 } from '#canonical';
import { signStatement } from '#evidence';
import { policyMembers, type ReferenceValues } from './reference-values.js';
import { openValues, referenceValuesType, signValues } from './signed-values.js';

const seed = new Uint8Array(32).fill(7);
const key = ed25519PublicKey(seed);
const values: ReferenceValues = {
  image: digestOf(utf8('image')),
  measurements: [
    {
      name: 'tee-worker-tdx',
      platform: 'intel-tdx',
      mrtd: 'cd'.repeat(48),
      imageDigest: digestOf(utf8('code')),
      operations: ['document.extract'],
    },
  ],
  initdata: { hostData: [], mrConfigId: ['ab'.repeat(48)] },
};
const members = toJson(policyMembers(values)) as JsonObject;

describe('signed reference values are refused', () => {
  it('under another key', () => {
    const other = ed25519PublicKey(new Uint8Array(32).fill(8));
    expect(() => openValues(signValues(values, 'sealflow/tee-worker', seed), other)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });

  it('when nobody signed them', () => {
    expect(() => openValues(utf8(JSON.stringify(members)), key)).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_MALFORMED' }),
    );
  });

  it('when one was changed after the signature', () => {
    const envelope = JSON.parse(
      Buffer.from(signValues(values, 'sealflow/tee-worker', seed)).toString('utf8'),
    ) as {
      payload: string;
    };
    const changed = Buffer.from(envelope.payload, 'base64').toString('utf8').replace('cdcd', 'cdce');
    const forged = { ...envelope, payload: Buffer.from(changed).toString('base64') };
    expect(() => openValues(utf8(JSON.stringify(forged)), key)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });

  it('when the same key signed another kind of statement', () => {
    expect(() => openValues(signed(members, 'https://slsa.dev/provenance/v1'), key)).toThrow(
      expect.objectContaining({ code: 'PREDICATE_TYPE_UNEXPECTED' }),
    );
  });

  it.each<[string, JsonObject, string]>([
    [
      'loosen the policy',
      { ...members, tier: 'simulated' },
      'got tier, expected only measurements, snp, tdx',
    ],
    [
      'loosen its rules for a platform',
      { ...members, tdx: { graceDays: 366 } },
      'predicate.tdx: got graceDays',
    ],
    ['name no group as an object', { ...members, snp: 'any' }, 'predicate.snp: expected an object'],
    ['have a value of another width', { ...members, tdx: { mrConfigId: ['ab'.repeat(32)] } }, 'mrConfigId'],
    ['have no measurement', {}, 'measurements'],
  ])('when they %s', (_what, predicate, message) => {
    expect(() => openValues(signed(predicate), key)).toThrow(message);
  });
});

describe('the example that is shipped', () => {
  const folder = resolve(import.meta.dirname, '../../../../deploy/reference-values');
  const jsonOf = (name: string) => JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as JsonObject;
  const schema = z.fromJSONSchema(jsonOf('reference-values.v1.schema.json'));
  const example = jsonOf('example.json');

  it('is read by the import and by the schema beside it', () => {
    expect(openValues(signed(example), key).measurements).toHaveLength(2);
    expect(schema.safeParse(example)).toMatchObject({ success: true });
    expect(schema.safeParse(members)).toMatchObject({ success: true });
  });

  it.each<[string, JsonObject]>([
    ['a member of another group', { ...example, tier: 'simulated' }],
    ['a rule that is no value', { ...example, tdx: { graceDays: 1 } }],
    ['a value of another width', { ...example, snp: { hostData: ['e0'] } }],
  ])('would be refused by both with %s', (_what, json) => {
    expect(() => openValues(signed(json), key)).toThrow('reference values: predicate');
    expect(schema.safeParse(json)).toMatchObject({ success: false });
  });
});

describe('signed reference values', () => {
  it('come back as they were', () => {
    const { image, measurements, initdata } = values;
    expect(openValues(signValues(values, 'sealflow/tee-worker', seed), key)).toEqual({
      ...{ image, measurements, initdata },
    });
  });
});

function signed(predicate: JsonObject, predicateType = referenceValuesType): Uint8Array {
  const sha256 = values.image.slice('sha256:'.length);
  const subject = [{ name: 'sealflow/tee-worker', digest: { sha256 } }];
  return signStatement({ statement: { subject, predicateType, predicate }, seed });
}
