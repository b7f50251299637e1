/** The numbered negative tests of the attestation reference that concern Intel quotes, 15 to 30. */
import { describe, expect, it } from 'vitest';
import { canonicalBytes, concatBytes, fromBase64, parseJsonStrict, toBase64, u32be } from '#canonical';
import { AT_MS, authority, failures, flip, random } from '../machine.fixture.js';
import { ecdsaSign, ecKeyPair, ecKeyPairOf } from '../primitives.js';
import type { SimulatedIdentity } from '../simulated/authority.js';
import { createSimulationAuthority, simulatedRoots } from '../simulated/authority.js';
import { writeCertificate } from '../simulated/certificate-writer.js';
import { ecdsaCrlSigner, writeCrl } from '../simulated/crl-writer.js';
import { simulateIntelCollateral } from '../simulated/intel-collateral.js';
import { parseCertificate } from '../x509/certificate.js';
import type { IntelCollateral } from './collateral.js';
import {
  DAY_MS,
  JUDGED_MS,
  judgeSgx,
  judgeTdx,
  pinned,
  type Scene,
  tdxQuote,
  withLevels,
  withMembers,
} from './intel.fixture.js';
import { verifyTdxQuote } from './verify-tdx-quote.js';

/** What is wrong with a scene, less the conclusion that other checks lead to. */
function reasons(scene: Scene): (string | null)[] {
  return failures(judgeTdx(scene).checks).filter((reason) => reason !== 'REVOCATION_UNKNOWN');
}

const [pck, ca, root] = authority.cpu;
if (pck === undefined || ca === undefined || root === undefined) throw new Error('fixture chain is short');

function crlBy({ cert, key }: SimulatedIdentity, from = AT_MS, to = AT_MS + 30 * DAY_MS): Uint8Array {
  return writeCrl({
    issuer: parseCertificate(fromBase64(cert)).subject,
    thisUpdateMs: from,
    nextUpdateMs: to,
    signer: ecdsaCrlSigner(ecKeyPairOf('P-256', fromBase64(key))),
  });
}

function edit(change: (collateral: IntelCollateral) => Partial<IntelCollateral>): Scene {
  return { editCollateral: (collateral) => ({ ...collateral, ...change(collateral) }) };
}

/** A leaf for TCB data that the holder of a genuine PCK issued. */
function forgedSigner(): readonly SimulatedIdentity[] {
  const key = ecKeyPair('P-256', random);
  const certificate = writeCertificate({
    subject: { commonName: 'SIMULATED SGX TCB Signing' },
    issuer: { commonName: parseCertificate(fromBase64(pck?.cert ?? '')).commonName ?? '' },
    serial: random(16),
    notBeforeMs: AT_MS,
    notAfterMs: AT_MS + 365 * DAY_MS,
    key,
    issuerKey: ecKeyPairOf('P-256', fromBase64(pck?.key ?? '')),
    ca: null,
  });
  return [{ cert: toBase64(certificate), key: toBase64(key.secret) }, ...authority.cpu];
}

/** Another attestation key that signs the body, as whoever has only a quoting enclave's report would. */
function swapKey(quote: Uint8Array): Uint8Array {
  const key = ecKeyPair('P-256', random);
  const copy = Uint8Array.from(quote);
  copy.set(ecdsaSign(key, quote.subarray(0, 632), 'raw'), 636);
  copy.set(key.point, 700);
  return copy;
}

describe('negative tests', () => {
  it('the scene that they change is good', () => {
    const { checks, root: kind } = judgeTdx();
    expect(failures(checks)).toEqual([]);
    expect(checks.filter(({ result }) => result !== 'pass').map(({ id }) => id)).toEqual(['TEE-TDX-044']);
    expect(kind).toBe('simulated');
  });

  const cases: readonly [string, Scene, string][] = [
    ['15 flipped body', { editQuote: (quote) => flip(quote, 200) }, 'QUOTE_SIGNATURE_INVALID'],
    ['16 swapped attestation key', { editQuote: swapKey }, 'QE_BINDING_MISMATCH'],
    [
      '17 SGX QE identity with a TDX quote',
      { collateral: { editQeIdentity: withMembers({ id: 'QE' }) } },
      'QE_IDENTITY_MISMATCH',
    ],
    [
      '18 TCB info of another FMSPC',
      { collateral: { editTcbInfo: withMembers({ fmspc: '00806F050000' }) } },
      'FMSPC_MISMATCH',
    ],
    [
      '18 TCB info of another PCE',
      { collateral: { editTcbInfo: withMembers({ pceId: '0001' }) } },
      'PCEID_MISMATCH',
    ],
    [
      '19 re-serialised TCB info',
      edit(({ tcbInfo }) => ({ tcbInfo: canonicalBytes(parseJsonStrict(tcbInfo)) })),
      'TCBINFO_SIGNATURE_INVALID',
    ],
    [
      '19 re-serialised QE identity',
      edit(({ qeIdentity }) => ({ qeIdentity: canonicalBytes(parseJsonStrict(qeIdentity)) })),
      'QE_IDENTITY_SIGNATURE_INVALID',
    ],
    [
      '20 expired TCB info',
      { collateral: { editTcbInfo: withMembers({ nextUpdate: '2026-11-21T20:59:59Z' }) } },
      'COLLATERAL_EXPIRED',
    ],
    [
      '20 TCB info from the future',
      { collateral: { editTcbInfo: withMembers({ issueDate: '2026-11-21T21:00:01Z' }) } },
      'COLLATERAL_NOT_YET_VALID',
    ],
    [
      '20 expired QE identity',
      { collateral: { editQeIdentity: withMembers({ nextUpdate: '2026-11-21T20:59:59Z' }) } },
      'COLLATERAL_EXPIRED',
    ],
    ['21 empty CRL of the PCK CA', edit(() => ({ pckCrl: new Uint8Array(0) })), 'CRL_MISSING'],
    ['21 empty CRL of the root', edit(() => ({ rootCaCrl: new Uint8Array(0) })), 'CRL_MISSING'],
    ['21 garbage CRL', edit(() => ({ pckCrl: random(300) })), 'CRL_MALFORMED'],
    [
      '21 bit-flipped CRL',
      edit(({ pckCrl }) => ({ pckCrl: flip(pckCrl, pckCrl.length - 1) })),
      'CRL_SIGNATURE_INVALID',
    ],
    ['21 CRL of the wrong issuer', edit(({ rootCaCrl }) => ({ pckCrl: rootCaCrl })), 'CRL_ISSUER_MISMATCH'],
    [
      '21 CRL by a PCK in the name of its CA',
      edit(() => ({ pckCrl: crlBy({ cert: ca.cert, key: pck.key }) })),
      'CRL_SIGNATURE_INVALID',
    ],
    [
      '21 CRL with the chain of another CA',
      edit(({ tcbInfoIssuerChain }) => ({ pckCrlIssuerChain: tcbInfoIssuerChain })),
      'CRL_ISSUER_MISMATCH',
    ],
    ['21 expired CRL', edit(() => ({ rootCaCrl: crlBy(root, AT_MS, AT_MS + 1000) })), 'CRL_EXPIRED'],
    [
      '21 CRL from the future',
      edit(() => ({ pckCrl: crlBy(ca, JUDGED_MS + 1000, JUDGED_MS + DAY_MS) })),
      'CRL_NOT_YET_VALID',
    ],
    ['22 PCK leaf used as a CA', { collateral: { signer: forgedSigner() } }, 'CA_CONSTRAINT'],
    ['23 PCK signs TCB info', { collateral: { signer: authority.cpu } }, 'SIGNER_ROLE'],
    ['24 module id absent', { td: { teeTcbSvn: `0107${'01'.repeat(14)}` } }, 'TDX_MODULE_MISMATCH'],
    ['24 MRSIGNERSEAM non-zero', { td: { mrSignerSeam: '11'.repeat(48) } }, 'TDX_MODULE_MISMATCH'],
    ['25 module ISVSVN low', { td: { teeTcbSvn: `0001${'01'.repeat(14)}` } }, 'TDX_MODULE_OUT_OF_DATE'],
    [
      '26 no matching level, SGX half',
      { collateral: { editTcbInfo: withLevels({ sgx: 2, status: 'UpToDate' }) } },
      'TCB_NOT_SUPPORTED',
    ],
    [
      '26 no matching level, PCE',
      { collateral: { editTcbInfo: withLevels({ pce: 2, status: 'UpToDate' }) } },
      'TCB_NOT_SUPPORTED',
    ],
    [
      '26 no matching level, TDX half',
      { collateral: { editTcbInfo: withLevels({ tdx: Array(16).fill(2), status: 'UpToDate' }) } },
      'TCB_NOT_SUPPORTED',
    ],
    ['27 TD debug bit', { td: { debug: true } }, 'DEBUG_ENABLED'],
    ['27 SEPT_VE_DISABLE off', { td: { septVeDisable: false } }, 'SEPT_VE_DISABLE_NOT_SET'],
    [
      '28 MRSERVICETD non-zero',
      { td: { td15: { mrServiceTd: `${'00'.repeat(47)}01` } } },
      'SERVICE_TD_PRESENT',
    ],
    [
      '29 non-zero trailing bytes',
      { editQuote: (quote) => concatBytes(quote, new Uint8Array(70), Uint8Array.of(1)) },
      'QUOTE_MALFORMED',
    ],
    [
      '29 signature length overflow',
      {
        editQuote: (quote) => {
          quote.set(u32be(0xffffffff), 632);
          return quote;
        },
      },
      'QUOTE_MALFORMED',
    ],
    [
      '30 lower tcbEvaluationDataNumber than seen',
      { collateral: { evaluationDataNumber: 16 }, requirements: { evaluationDataNumberMin: 17 } },
      'COLLATERAL_ROLLBACK',
    ],
  ];

  it.each(cases)('%s', (_name, scene, reason) => {
    expect(reasons(scene)).toContain(reason);
  });

  it('fail for their own reason and no other, where one thing was changed', () => {
    // Statuses follow from a module that is behind; a signer in the wrong role signs two documents.
    const also: Readonly<Record<string, readonly string[]>> = {
      '22': ['SIGNER_ROLE'],
      '25': ['TCB_OUT_OF_DATE'],
    };
    for (const [name, scene, reason] of cases) {
      const number = name.slice(0, 2);
      expect(new Set(reasons(scene)), name).toEqual(new Set([reason, ...(also[number] ?? [])]));
    }
  });

  it('hold for SGX quotes as well', () => {
    expect(failures(judgeSgx().checks)).toEqual([]);
    const sgx: readonly [Parameters<typeof judgeSgx>[0], string][] = [
      [{ editQuote: (quote) => flip(quote, 200) }, 'QUOTE_SIGNATURE_INVALID'],
      [{ collateral: { editQeIdentity: withMembers({ id: 'TD_QE' }) } }, 'QE_IDENTITY_MISMATCH'],
      [{ collateral: { editTcbInfo: withMembers({ fmspc: '00806F050000' }) } }, 'FMSPC_MISMATCH'],
      [{ collateral: { tee: 'TDX' } }, 'COLLATERAL_MALFORMED'],
      [{ collateral: { editTcbInfo: withLevels({ sgx: 2, status: 'UpToDate' }) } }, 'TCB_NOT_SUPPORTED'],
      [{ enclave: { debug: true } }, 'DEBUG_ENABLED'],
      [{ editQuote: (quote) => concatBytes(quote, Uint8Array.of(1)) }, 'QUOTE_MALFORMED'],
      [{ requirements: { evaluationDataNumberMin: 2 } }, 'COLLATERAL_ROLLBACK'],
      [{ collateral: { signer: authority.cpu } }, 'SIGNER_ROLE'],
    ];
    for (const [scene, reason] of sgx) expect(failures(judgeSgx(scene).checks)).toContain(reason);
  });

  it('a quote of one kind is malformed as the other', () => {
    expect(failures(judgeTdx({ editQuote: () => sgxBytes() }).checks)).toContain('QUOTE_MALFORMED');
  });

  function sgxBytes(): Uint8Array {
    const bytes = judgeSgx().quote?.signedBytes ?? new Uint8Array(0);
    return Uint8Array.from(bytes);
  }
});

describe('collateral of another authority', () => {
  const other = createSimulationAuthority(random, AT_MS);
  const foreign = simulateIntelCollateral(other, { tee: 'TDX', issuedMs: AT_MS }, random);
  const otherRoot = simulatedRoots(other).simulatedCpu;

  it('is not of a pinned root', () => {
    expect(failures(judgeTdx({ editCollateral: () => foreign }).checks)).toContain('UNKNOWN_ISSUER');
  });

  it('does not vouch for genuine hardware when it is simulated, nor the other way round', () => {
    const judge = (hardware: readonly string[], simulated: readonly string[]) =>
      failures(
        verifyTdxQuote({
          quote: tdxQuote(),
          collateral: foreign,
          roots: { hardware, simulated },
          atMs: JUDGED_MS,
        }).checks,
      );
    expect(judge(pinned.simulated, otherRoot)).toContain('UNKNOWN_ISSUER');
    expect(judge(otherRoot, pinned.simulated)).toContain('UNKNOWN_ISSUER');
  });
});
