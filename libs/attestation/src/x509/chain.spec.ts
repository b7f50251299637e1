import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { CheckList } from '../check-list.js';
import { failures, seededRandom } from '../machine.fixture.js';
import { type Curve, type EcKeyPair, ecKeyPair } from '../primitives.js';
import { type CertificateRequest, writeCertificate } from '../simulated/certificate-writer.js';
import { parseCertificate } from './certificate.js';
import { checkChain, type RootKind } from './chain.js';
import { encodeCertificateChain, parseCertificateChain } from './pem.js';

const random = seededRandom('chain');
const FROM_MS = Date.parse('2026-01-01T00:00:00.000Z');
const TO_MS = Date.parse('2051-01-01T00:00:00.000Z');

/** One link of a chain under test; what is not said is as it should be. */
interface Link extends Partial<CertificateRequest> {
  readonly name: string;
  readonly curve?: Curve;
}

/** Builds a chain from root to leaf and judges it leaf first. */
function judge(links: readonly Link[], options: { roots?: 'none'; atMs?: number; drop?: number } = {}) {
  let issuer: { name: string; key: EcKeyPair } | null = null;
  const ders: Uint8Array[] = [];
  for (const [index, link] of links.entries()) {
    const key = ecKeyPair(link.curve ?? 'P-256', random);
    ders.unshift(
      writeCertificate({
        subject: { commonName: link.name },
        issuer: { commonName: issuer?.name ?? link.name },
        serial: random(16),
        notBeforeMs: FROM_MS,
        notAfterMs: TO_MS,
        key,
        issuerKey: issuer?.key ?? key,
        ca: index === links.length - 1 ? null : { pathLength: null },
        ...link,
      }),
    );
    issuer = { name: link.name, key };
  }
  if (options.drop !== undefined) ders.splice(options.drop, 1);
  const chain = ders.map(parseCertificate);
  const pinned = options.roots === 'none' ? [] : [chain.at(-1)?.spkiSha256 ?? ''];
  const list = new CheckList();
  const rule = { id: 'X', title: 'x' };
  const kind: RootKind = checkChain(
    list,
    { signatures: rule, constraints: rule, validity: rule, root: rule },
    { chain, curve: 'P-256', roots: { hardware: pinned, simulated: [] }, atMs: options.atMs ?? FROM_MS },
  );
  return { kind, reasons: failures(list.checks), pem: encodeCertificateChain(ders) };
}

const root = { name: 'root' };
const ca = { name: 'ca' };
const leaf = { name: 'leaf' };

describe('a certificate chain', () => {
  it('of leaf, CA and pinned root holds', () => {
    expect(judge([root, ca, leaf])).toMatchObject({ kind: 'hardware', reasons: [] });
  });

  const refused: readonly [string, readonly Link[], string, Parameters<typeof judge>[1]?][] = [
    ['whose root is not pinned', [root, ca, leaf], 'UNKNOWN_ISSUER', { roots: 'none' }],
    ['in which a leaf issues', [root, ca, { ...leaf, ca: null }, { name: 'forged' }], 'CA_CONSTRAINT'],
    ['in which a CA is the leaf', [root, { ...ca, ca: { pathLength: null } }], 'CA_CONSTRAINT'],
    ['longer than a CA allows', [{ ...root, ca: { pathLength: 0 } }, ca, leaf], 'CA_CONSTRAINT'],
    ['of one self-signed certificate', [{ ...root, ca: null }], 'CA_CONSTRAINT'],
    ['with a missing link', [root, ca, leaf], 'CERT_SIGNATURE_INVALID', { drop: 1 }],
    [
      'that names another issuer',
      [root, ca, { ...leaf, issuer: { commonName: 'CA' } }],
      'CERT_SIGNATURE_INVALID',
    ],
    [
      'signed by another key',
      [root, ca, { ...leaf, issuerKey: ecKeyPair('P-256', random) }],
      'CERT_SIGNATURE_INVALID',
    ],
    ['with a key on another curve', [root, { ...ca, curve: 'P-384' }, leaf], 'CERT_SIGNATURE_INVALID'],
    ['before it is valid', [root, ca, leaf], 'CERT_NOT_YET_VALID', { atMs: FROM_MS - 1 }],
    ['after it expired', [root, ca, leaf], 'CERT_EXPIRED', { atMs: TO_MS + 1 }],
    [
      'with one expired link',
      [root, { ...ca, notAfterMs: FROM_MS + 1000 }, leaf],
      'CERT_EXPIRED',
      { atMs: FROM_MS + 2000 },
    ],
  ];

  it.each(refused)('%s is refused', (_name, links, reason, options) => {
    expect(judge(links, options)).toMatchObject({ kind: 'unknown', reasons: [reason] });
  });

  it('survives the way through PEM, with the one zero byte that C strings end with', () => {
    const { pem } = judge([root, ca, leaf]);
    expect(parseCertificateChain(utf8(pem)).map(({ commonName }) => commonName)).toEqual([
      'leaf',
      'ca',
      'root',
    ]);
    expect(parseCertificateChain(utf8(`${pem}\0`))).toHaveLength(3);
  });

  it('in PEM may hold nothing else', () => {
    const { pem } = judge([root, leaf]);
    const malformed = [
      '',
      'x',
      `${pem}\0\0`,
      `text\n${pem}`,
      pem.slice(0, -30),
      pem.replace('\n', '\n!'),
      pem.repeat(5),
    ];
    for (const text of malformed) {
      expect(() => parseCertificateChain(utf8(text))).toThrowError(
        expect.objectContaining({ code: 'CERT_MALFORMED' }),
      );
    }
  });
});
