import { describe, expect, it } from 'vitest';
import {
  canonicalBytes,
  formatTime,
  leafHash,
  merkleRoot,
  parseTime,
  toBase64,
  toJson,
  utf8,
} from '#canonical';
import { demoRun, logName, logSeed, witnessName, witnessSeed } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { at, tampered } from '../testing/tamper.fixture.js';
import { type SignerOptions, TestAuthority, type TokenOptions } from '../testing/tsa.fixture.js';
import { type BundleTimestamp, timestampToJson } from '../time/members.js';
import { verifyTimestamp } from '../time/verify-timestamp.js';
import { formatCheckpoint } from '../tlog/checkpoint.js';
import { parseLogProof } from '../tlog/log-proof.js';
import { cosignNote, formatNote, signNote } from '../tlog/note.js';
import { parseTrustFile, type TrustFile, timestampAuthoritiesOf } from '../trust/trust-file.js';

const demo = demoRun({ witnesses: 2 });
let checkpoint = '';
tampered(demo.bytes, (bundle) => {
  checkpoint = parseLogProof(at(bundle.log, 0).proof).note.text;
});
const plain = await judge(demo.bytes, demo.trust);
const witnessedMs = parseTime(plain.verdict.asOf?.time ?? '');
const stampedMs = witnessedMs - 1000;
const authority = new TestAuthority('tsa.example', witnessedMs);
const other = new TestAuthority('other-tsa.example', witnessedMs);

function stamp(
  from: TestAuthority,
  options: Partial<TokenOptions> = {},
  beside: Partial<BundleTimestamp> = {},
): BundleTimestamp {
  const data = utf8(checkpoint);
  const token = from.token({ data, genTimeMs: stampedMs, ...options });
  return { kind: 'rfc3161', over: 'checkpoint', digestAlg: 'sha256', token, chain: [], crls: [], ...beside };
}

function trusting(quorum: number, ...authorities: readonly TestAuthority[]): TrustFile {
  return {
    ...demo.trust,
    timestampAuthorities: authorities.map(({ trusted }) => trusted),
    tsaQuorum: quorum,
  };
}

function stamped(...timestamps: readonly BundleTimestamp[]): Uint8Array {
  return tampered(demo.bytes, (bundle) => {
    bundle.timestamps = timestamps.map(timestampToJson);
  });
}

const failuresOf = async (bytes: Uint8Array, trust: TrustFile) => {
  const { exitCode, failed } = await judge(bytes, trust);
  return { exitCode, failed };
};

describe('a timestamp that proves nothing', () => {
  const cases: readonly [string, Partial<TokenOptions>, string][] = [
    ['over another checkpoint', { data: utf8('another\n') }, 'TIMESTAMP_OVER_OTHER_CHECKPOINT'],
    ['signed with another key', { wrongKey: true }, 'TIMESTAMP_SIGNATURE_INVALID'],
    ['that names another certificate', { wrongCertificateId: true }, 'TIMESTAMP_CERTIFICATE_MISMATCH'],
    ['without the certificate of its signer', { withoutCertificates: true }, 'TIMESTAMP_CERTIFICATE_MISSING'],
    ['of a day that does not exist', { genTime: '20260231000000Z' }, 'TIMESTAMP_MALFORMED'],
    ['with trailing zeros in its time', { genTime: '20261120210000.10Z' }, 'TIMESTAMP_MALFORMED'],
    ['with a hash that it does not name', { hash: 'sha512' }, 'TIMESTAMP_MALFORMED'],
  ];
  it.each(cases)('%s', async (_name, options, reason) => {
    const { failed } = await failuresOf(stamped(stamp(authority, options)), trusting(0, authority));
    expect(failed).toEqual([reason]);
  });

  const signers: readonly [string, SignerOptions, string][] = [
    ['without extended key usage', { purposes: null }, 'TIMESTAMP_CERTIFICATE_PURPOSE'],
    ['with extended key usage that is not critical', { critical: false }, 'TIMESTAMP_CERTIFICATE_PURPOSE'],
    [
      'with a second purpose',
      { purposes: ['1.3.6.1.5.5.7.3.8', '1.3.6.1.5.5.7.3.1'] },
      'TIMESTAMP_CERTIFICATE_PURPOSE',
    ],
    [
      'that had run out before the stamped time',
      { notAfterMs: stampedMs - 1000 },
      'TIMESTAMP_CERTIFICATE_EXPIRED',
    ],
    [
      'that was not valid yet at the stamped time',
      { notBeforeMs: stampedMs + 1000 },
      'TIMESTAMP_CERTIFICATE_EXPIRED',
    ],
  ];
  it.each(signers)('by a certificate %s', async (_name, options, reason) => {
    const bad = new TestAuthority('tsa.example', witnessedMs, options);
    expect((await failuresOf(stamped(stamp(bad)), trusting(0, bad))).failed).toEqual([reason]);
  });

  it('by an impostor under the name of a trusted root', async () => {
    const impostor = new TestAuthority('tsa.example', witnessedMs, { seed: 'impostor' });
    expect(await failuresOf(stamped(stamp(impostor)), trusting(1, authority))).toEqual({
      exitCode: 5,
      failed: ['TIMESTAMP_AUTHORITY_UNKNOWN'],
    });
  });

  it('cut off at every length, or with one byte changed anywhere', () => {
    const { token } = stamp(authority);
    const authorities = timestampAuthoritiesOf(trusting(1, authority));
    const judged = (bytes: Uint8Array) =>
      verifyTimestamp({ token: bytes, data: utf8(checkpoint), chain: [], crls: [], authorities });
    expect(judged(token).reason).toBe(null);
    for (let length = 0; length < token.length; length += 1) {
      expect(judged(token.subarray(0, length)).reason).toBe('TIMESTAMP_MALFORMED');
    }
    const survivors: number[] = [];
    for (let index = 0; index < token.length; index += 1) {
      const changed = Uint8Array.from(token);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      if (judged(changed).reason === null) survivors.push(index);
    }
    expect(survivors).toEqual([]);
  });

  it('by a signer that was revoked before, or whose key was lost at any time', async () => {
    const trust = trusting(1, authority);
    const day = 86_400_000;
    const withCrl = (crl: Parameters<TestAuthority['crl']>[0]) =>
      failuresOf(stamped(stamp(authority, {}, { crls: [authority.crl(crl)] })), trust);
    const later = { thisUpdateMs: stampedMs + 9 * day, revokedAtMs: stampedMs + day };
    expect((await withCrl({ ...later, revokedAtMs: stampedMs - day, reason: 4 })).failed[0]).toBe(
      'TIMESTAMP_CERTIFICATE_REVOKED',
    );
    expect((await withCrl({ ...later, reason: 1 })).failed[0]).toBe('TIMESTAMP_CERTIFICATE_REVOKED');
    expect((await withCrl(later)).failed[0]).toBe('TIMESTAMP_CERTIFICATE_REVOKED');
    expect((await withCrl({ ...later, reason: 4 })).exitCode).toBe(0);
    expect((await withCrl({ ...later, revokedAtMs: null })).exitCode).toBe(0);
  });

  it.each<[what: string, list: () => Uint8Array]>([
    ['that is none', () => utf8('no list')],
    [
      'from which somebody took an entry',
      () =>
        authority
          .crl({ thisUpdateMs: stampedMs, revokedAtMs: null })
          .map((byte, at) => byte ^ Number(at === 150)),
    ],
    ['of an issuer who is not here', () => other.crl({ thisUpdateMs: stampedMs, revokedAtMs: null })],
  ])('beside a revocation list %s', async (_what, list) => {
    const bytes = stamped(stamp(authority, {}, { crls: [list()] }));
    expect(await failuresOf(bytes, trusting(1, authority))).toMatchObject({
      exitCode: 1,
      failed: expect.arrayContaining(['TIMESTAMP_REVOCATION_INVALID']),
    });
  });

  it('of a time in which the authority is not believed', async () => {
    const trust: TrustFile = {
      ...demo.trust,
      timestampAuthorities: [{ ...authority.trusted, to: formatTime(stampedMs - 1) }],
    };
    const bytes = stamped(stamp(authority));
    expect(await failuresOf(bytes, { ...trust, tsaQuorum: 1 })).toEqual({
      exitCode: 5,
      failed: ['TIMESTAMP_AUTHORITY_WITHDRAWN'],
    });
    // Where none is asked for it says as little as that of a stranger.
    const { exitCode, verdict } = await judge(bytes, trust);
    expect({ exitCode, source: verdict.asOf?.source }).toEqual({ exitCode: 0, source: 'witness' });
  });
});

describe('the quorum of timestamp authorities', () => {
  it('pending is said: skipped when none is asked for, incomplete when one is', async () => {
    expect((await failuresOf(demo.bytes, demo.trust)).exitCode).toBe(0);
    expect(await failuresOf(demo.bytes, trusting(1, authority))).toEqual({
      exitCode: 3,
      failed: ['TIMESTAMP_PENDING'],
    });
  });

  it('counts an authority once', async () => {
    const bytes = stamped(stamp(authority), stamp(authority, { nonce: Uint8Array.of(1) }));
    expect(await failuresOf(bytes, trusting(2, authority, other))).toEqual({
      exitCode: 4,
      failed: ['TIMESTAMP_QUORUM_NOT_MET'],
    });
  });

  it('is met by two, and the verdict names them and takes the earliest time', async () => {
    const bytes = stamped(stamp(authority), stamp(other, { genTimeMs: stampedMs + 500 }));
    const { exitCode, verdict } = await judge(bytes, trusting(2, authority, other));
    expect(exitCode).toBe(0);
    expect(verdict.asOf).toEqual({
      time: formatTime(Math.floor(stampedMs / 1000) * 1000),
      source: 'timestamp',
      authorities: ['tsa.example', 'other-tsa.example'],
      witnessesKnown: 2,
    });
  });

  it('ignores authorities that nobody asked for', async () => {
    expect((await failuresOf(stamped(stamp(other)), trusting(0, authority))).exitCode).toBe(0);
  });

  it('refuses anchors that are days apart', async () => {
    const bytes = stamped(stamp(authority, { genTimeMs: stampedMs + 2 * 86_400_000 }));
    expect(await failuresOf(bytes, trusting(1, authority))).toEqual({
      exitCode: 4,
      failed: ['TIME_ANCHORS_DISAGREE'],
    });
  });
});

describe('a renewal', () => {
  const strangers = [utf8('x')].map(leafHash);
  const noteOf = (text: string) =>
    formatNote({ text, signatures: [signNote({ text, name: logName, seed: logSeed })] });
  const renewed = (note: string, text: string) =>
    tampered(demo.bytes, (bundle) => {
      const timestamp = stamp(authority, { data: utf8(text), genTimeMs: stampedMs + 300 * 86_400_000 });
      const renewal = { checkpoint: note, consistency: [], timestamp: timestampToJson(timestamp) };
      Object.assign(bundle, { renewals: [toJson(renewal)] });
    });

  it('over a tree that does not hold the old one is refused', async () => {
    const text = formatCheckpoint({ origin: logName, size: 9, root: merkleRoot(strangers) });
    const { exitCode, failed } = await failuresOf(renewed(noteOf(text), text), trusting(0, authority));
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['RENEWAL_INVALID'] });
  });

  it('that the log did not sign is refused', async () => {
    const note = formatNote({
      text: checkpoint,
      signatures: [signNote({ text: checkpoint, name: logName, seed: new Uint8Array(32) })],
    });
    expect((await failuresOf(renewed(note, checkpoint), trusting(0, authority))).failed).toEqual([
      'RENEWAL_INVALID',
    ]);
  });

  it('with a cosignature that its witness did not make is refused', async () => {
    const signatures = [
      signNote({ text: checkpoint, name: logName, seed: logSeed }),
      cosignNote({ text: `${checkpoint}x\n`, name: witnessName(0), seed: witnessSeed(0), timeS: 1 }),
    ];
    const note = formatNote({ text: checkpoint, signatures });
    expect((await failuresOf(renewed(note, checkpoint), trusting(0, authority))).failed).toEqual([
      'RENEWAL_INVALID',
    ]);
  });

  it('stands in for tokens that were never there', async () => {
    const bytes = renewed(noteOf(checkpoint), checkpoint);
    expect((await failuresOf(bytes, trusting(1, authority))).exitCode).toBe(0);
  });
});

it('a chain that comes beside the token is used, and hostile bytes in it are malformed', async () => {
  const lonely = stamp(authority, { withoutCertificates: true }, { chain: [authority.signer] });
  expect((await failuresOf(stamped(lonely), trusting(1, authority))).exitCode).toBe(0);
  const hostile = stamp(authority, {}, { chain: [utf8('no certificate')] });
  expect((await failuresOf(stamped(hostile), trusting(1, authority))).failed[0]).toBe('TIMESTAMP_MALFORMED');
  expect(toBase64(authority.signer)).not.toBe(toBase64(other.signer));
});

it('says which revocation was not checked, and refuses a trust file that can never be met', async () => {
  const skipped = async (timestamp: BundleTimestamp) => {
    const { verdict } = await judge(stamped(timestamp), trusting(1, authority));
    return verdict.stages
      .flatMap(({ checks }) => checks)
      .flatMap(({ id, reason }) => (id === 'BND-TIME-008' ? reason : []));
  };
  const crls = [authority.crl({ thisUpdateMs: stampedMs, revokedAtMs: null })];
  expect(await skipped(stamp(authority))).toEqual(['TIMESTAMP_REVOCATION_UNKNOWN']);
  expect(await skipped(stamp(authority, {}, { crls }))).toEqual([]);
  const read = (trust: TrustFile) => () => parseTrustFile(canonicalBytes(toJson(trust)));
  expect(read(trusting(1, authority))).not.toThrow();
  expect(read(trusting(2, authority, authority))).toThrow(/can never be met/);
  const broken = { ...demo.trust, timestampAuthorities: [{ name: 'x', certificate: 'AAAA' }] };
  expect(read(broken)).toThrow(/timestampAuthorities\[0\]|certificate data/);
});
