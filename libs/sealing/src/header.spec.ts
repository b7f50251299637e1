import { describe, expect, it } from 'vitest';
import { canonicalBytes, digestOf, type Json, type JsonObject, toBase64, utf8 } from '#canonical';
import { type DraftHeader, parseHeader, wrapContext } from './header.js';

const refusal = (code: string) => expect.objectContaining({ name: 'SealingError', code });
const bytes = (length: number) => toBase64(new Uint8Array(length).fill(7));
const recipient = (role: string) => ({ role, kid: digestOf(utf8(role)), enc: bytes(32), wrapped: bytes(48) });

const valid = {
  v: 'sealflow/envelope/v1',
  suite: 2,
  tenant: 'acme',
  runId: '01JD0000000000000000000000',
  workflowDigest: digestOf(utf8('workflow')),
  edge: 'extract/features',
  attempts: { from: 1, to: 3 },
  seq: 0,
  senderKey: bytes(32),
  recipients: [recipient('worker'), recipient('client')],
  policyDigest: digestOf(utf8('policy')),
  contentType: 'application/json',
  notAfter: '2026-11-20T21:03:11.123Z',
} as const;

describe('an envelope header', () => {
  const first = valid.recipients[0];
  const without = (member: string): JsonObject =>
    Object.fromEntries(Object.entries(valid).filter(([name]) => name !== member));

  const malformedOnes: readonly (readonly [string, Json])[] = [
    ['that is an array', []],
    ['without a tenant', without('tenant')],
    ['without recipients', without('recipients')],
    ['with a further member', { ...valid, note: '' }],
    ['with an empty edge', { ...valid, edge: '' }],
    ['with a long edge', { ...valid, edge: 'e'.repeat(257) }],
    ['with a control character', { ...valid, edge: 'a\nb' }],
    ['with a number as tenant', { ...valid, tenant: 1 }],
    ['with a bad digest', { ...valid, policyDigest: 'sha256:00' }],
    ['with a bad time', { ...valid, notAfter: '2026-11-20' }],
    ['with a short sender key', { ...valid, senderKey: bytes(31) }],
    ['with a sender key that is not canonical base64', { ...valid, senderKey: `${bytes(32)} ` }],
    ['with a negative sequence', { ...valid, seq: -1 }],
    ['with a sequence as text', { ...valid, seq: '0' }],
    ['with attempts as a list', { ...valid, attempts: [1, 3] }],
    ['with attempts that end before they start', { ...valid, attempts: { from: 2, to: 1 } }],
    ['with a further attempt member', { ...valid, attempts: { from: 1, to: 1, now: 1 } }],
    ['with no recipients', { ...valid, recipients: [] }],
    ['with nine recipients', { ...valid, recipients: [...'abcdefghi'].map(recipient) }],
    ['with one recipient twice', { ...valid, recipients: [first, first] }],
    ['with a recipient that is a string', { ...valid, recipients: ['worker'] }],
    ['with a further recipient member', { ...valid, recipients: [{ ...first, x: 1 }] }],
    ['with a short enc', { ...valid, recipients: [{ ...first, enc: bytes(31) }] }],
    ['with a wrapped key of the other suite', { ...valid, recipients: [{ ...first, wrapped: bytes(104) }] }],
  ];

  it.each(malformedOnes)('%s is malformed', (_name, header) => {
    expect(() => parseHeader(canonicalBytes(header))).toThrow(refusal('ENVELOPE_MALFORMED'));
  });

  it('in any other than its canonical form is malformed', () => {
    const text = new TextDecoder().decode(canonicalBytes(valid));
    for (const other of [
      ` ${text}`,
      `${text}\n`,
      JSON.stringify(valid),
      text.replace('acme', '\\u0061cme'),
    ]) {
      expect(() => parseHeader(utf8(other))).toThrow(refusal('ENVELOPE_MALFORMED'));
    }
  });

  it('that is no JSON, or JSON with a second reading, is malformed', () => {
    for (const text of ['', '{', '{"a":1,"a":1}', '[[[[1]]]]', '1.5']) {
      expect(() => parseHeader(utf8(text))).toThrow(refusal('ENVELOPE_MALFORMED'));
    }
  });

  it('of another version or suite is not supported, whatever else it holds', () => {
    for (const change of [
      { v: 'sealflow/envelope/v2', more: 1 },
      { suite: 3 },
      { suite: '2' },
      { suite: 0 },
    ]) {
      expect(() => parseHeader(canonicalBytes({ ...valid, ...change }))).toThrow(
        refusal('SUITE_UNSUPPORTED'),
      );
    }
  });

  it('above 16 KiB is refused before it is read', () => {
    expect(() => parseHeader(new Uint8Array(16 * 1024 + 1))).toThrow(refusal('ENVELOPE_TOO_LARGE'));
  });

  it('with every member in order is read as it was written', () => {
    expect(parseHeader(canonicalBytes(valid))).toEqual(valid);
  });
});

describe('the wrap context', () => {
  const digest = (change: object) => toBase64(wrapContext({ ...valid, ...change } as DraftHeader));
  const [worker, client] = valid.recipients;

  it('changes with every member and with the list of recipients', () => {
    const contexts = [
      digest({}),
      digest({ suite: 1 }),
      digest({ tenant: 'other' }),
      digest({ runId: 'other' }),
      digest({ workflowDigest: valid.policyDigest }),
      digest({ edge: 'extract/other' }),
      digest({ attempts: { from: 1, to: 4 } }),
      digest({ seq: 1 }),
      digest({ senderKey: bytes(31) }),
      digest({ policyDigest: valid.workflowDigest }),
      digest({ contentType: 'text/plain' }),
      digest({ notAfter: '2027-11-20T21:03:11.123Z' }),
      digest({ recipients: [client, worker] }),
      digest({ recipients: [worker] }),
      digest({ recipients: [worker, client, recipient('auditor')] }),
      digest({ recipients: [worker, { ...client, role: 'auditor' }] }),
    ];
    expect(new Set(contexts).size).toBe(contexts.length);
  });

  it('does not cover what wrapping itself makes', () => {
    expect(digest({ recipients: [{ ...worker, enc: bytes(1), wrapped: bytes(2) }, client] })).toBe(
      digest({}),
    );
  });
});
