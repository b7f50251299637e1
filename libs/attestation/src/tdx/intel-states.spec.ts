/** States of a platform that no real evidence at hand shows, and what a policy may accept of them. */
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '#canonical';
import { AT_MS, failures } from '../machine.fixture.js';
import { encodeIntelCollateral } from './collateral.js';
import {
  collateralFor,
  DAY_MS,
  JUDGED_MS,
  judgeSgx,
  judgeTdx,
  type LevelSpec,
  pinned,
  tdxComponents,
  tdxQuote,
  withLevels,
  withMembers,
} from './intel.fixture.js';
import { intelVerdict } from './intel-verdict.js';
import { tdxClaims, verifyTdxQuote } from './verify-tdx-quote.js';

function tcbOf(verification: Parameters<typeof tdxClaims>[0]): JsonObject {
  const tcb: Json | undefined = tdxClaims(verification)?.['tcb'];
  return isJsonObject(tcb) ? tcb : {};
}

describe('a status', () => {
  const statuses: readonly [string, string, string][] = [
    ['SWHardeningNeeded', 'TCB_SW_HARDENING_NEEDED', 'warning'],
    ['ConfigurationNeeded', 'TCB_CONFIGURATION_NEEDED', 'warning'],
    ['ConfigurationAndSWHardeningNeeded', 'TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED', 'warning'],
    ['OutOfDate', 'TCB_OUT_OF_DATE', 'warning'],
    ['OutOfDateConfigurationNeeded', 'TCB_OUT_OF_DATE_CONFIGURATION_NEEDED', 'warning'],
    ['Revoked', 'TCB_REVOKED', 'contraindicated'],
  ];

  it.each(statuses)('%s is refused unless the policy names it', (status, reason, verdict) => {
    const scene = { collateral: { editTcbInfo: withLevels({ status, advisories: ['INTEL-SA-00001'] }) } };
    const refused = judgeTdx(scene);
    expect(failures(refused.checks)).toEqual([reason]);
    expect(intelVerdict(refused)).toBe(verdict);
    expect(tcbOf(refused)).toMatchObject({ status, advisories: ['INTEL-SA-00001'] });

    const tcbStatuses = [status] as never[];
    const accepted = judgeTdx({ ...scene, requirements: { tcbStatuses } });
    expect(failures(accepted.checks)).toEqual(status === 'Revoked' ? [reason] : []);
    expect(intelVerdict(accepted)).toBe(verdict);
  });

  it('that Intel does not define is malformed collateral', () => {
    const { checks } = judgeTdx({ collateral: { editTcbInfo: withLevels({ status: 'Fine' }) } });
    expect(failures(checks)).toEqual(['COLLATERAL_MALFORMED']);
  });
});

describe('an out-of-date platform', () => {
  const editTcbInfo = withLevels(
    { sgx: 5, tdx: tdxComponents(1, 1, 4), status: 'UpToDate' },
    { status: 'OutOfDate', date: '2026-11-13T00:00:00Z' },
  );

  it('is accepted during the days of grace after the date of its level, as a warning', () => {
    const judge = (graceDays: number, atMs = JUDGED_MS) =>
      judgeTdx({ collateral: { editTcbInfo }, requirements: { graceDays }, atMs });
    expect(intelVerdict(judge(9))).toBe('warning');
    expect(failures(judge(9).checks)).toEqual([]);
    expect(failures(judge(8).checks)).toEqual(['TCB_OUT_OF_DATE']);
    expect(failures(judge(9, JUDGED_MS + DAY_MS).checks)).toEqual(['TCB_OUT_OF_DATE']);
  });

  it('is told which component is behind, and by how much', () => {
    const verification = judgeTdx({ collateral: { editTcbInfo } });
    const behind = tcbOf(verification)['behind'];
    expect(behind).toContainEqual({ part: 'sgx', index: 0, have: 1, need: 5 });
    expect(behind).toContainEqual({ part: 'tdx', index: 2, have: 1, need: 4 });
    const check = verification.checks.find(({ reason }) => reason === 'TCB_OUT_OF_DATE');
    expect(check?.actual).toContain('sgx[0] has 1, needs 5');
  });

  it('does not count components 0 and 1, which the identity of its module judges', () => {
    const levels = withLevels({ tdx: tdxComponents(9, 9), status: 'UpToDate' });
    expect(failures(judgeTdx({ collateral: { editTcbInfo: levels } }).checks)).toEqual([]);
    // Module version 0 has no identity of its own: there they count.
    const old = judgeTdx({
      collateral: { editTcbInfo: levels },
      td: { teeTcbSvn: `0900${'01'.repeat(14)}` },
    });
    expect(failures(old.checks)).toEqual(['TCB_NOT_SUPPORTED']);
  });

  it('is refused for an advisory that the policy forbids, whatever its status', () => {
    const levels = withLevels({ status: 'UpToDate', advisories: ['INTEL-SA-00001', 'INTEL-SA-00002'] });
    const forbiddenAdvisories = ['INTEL-SA-00002'];
    const { checks } = judgeTdx({
      collateral: { editTcbInfo: levels },
      requirements: { forbiddenAdvisories },
    });
    expect(failures(checks)).toEqual(['ADVISORY_FORBIDDEN']);
  });
});

describe('a part that is behind', () => {
  const part = (tcbStatus: string, isvsvn = 0): JsonObject => ({
    tcb: { isvsvn },
    tcbDate: '2026-11-13T00:00:00Z',
    tcbStatus,
  });

  it('makes the platform out of date, and a revoked one revokes it', () => {
    const qe = (status: string) =>
      judgeTdx({ collateral: { editQeIdentity: withMembers({ tcbLevels: [part(status)] }) } });
    expect(failures(qe('OutOfDate').checks)).toEqual(['QE_OUT_OF_DATE', 'TCB_OUT_OF_DATE']);
    expect(failures(qe('Revoked').checks)).toEqual(['QE_REVOKED', 'TCB_REVOKED']);
    expect(tcbOf(qe('OutOfDate'))).toMatchObject({ platformStatus: 'UpToDate', status: 'OutOfDate' });
  });

  it('keeps the need of configuration that the platform has', () => {
    const { checks } = judgeSgx({
      collateral: {
        editTcbInfo: withLevels({ status: 'ConfigurationAndSWHardeningNeeded' }),
        editQeIdentity: withMembers({ tcbLevels: [part('OutOfDate')] }),
      },
    });
    expect(failures(checks)).toEqual(['QE_OUT_OF_DATE', 'TCB_OUT_OF_DATE_CONFIGURATION_NEEDED']);
  });

  it('is not supported below the lowest level', () => {
    const collateral = { editQeIdentity: withMembers({ tcbLevels: [part('UpToDate', 2)] }) };
    expect(failures(judgeTdx({ collateral }).checks)).toEqual(['TCB_NOT_SUPPORTED']);
  });

  it('does not pass for the quoting enclave of Intel with another identity', () => {
    for (const qe of [{ mrSigner: '11'.repeat(32) }, { isvProdId: 2 }, { flags: 0x15 }]) {
      expect(failures(judgeTdx({ td: { qe } }).checks)).toEqual(['QE_IDENTITY_MISMATCH']);
    }
    expect(failures(judgeTdx({ td: { qe: { flags: 0x07 } } }).checks)).toEqual(['QE_IDENTITY_MISMATCH']);
  });
});

describe('a guest that only has to be launched again', () => {
  /** Launched on microcode 1 and module 01.0; the host now runs what `teeTcbSvn2` says. */
  const judge = (teeTcbSvn2: string, first: LevelSpec = current) =>
    judgeTdx({
      td: { teeTcbSvn: `0001${'01'.repeat(14)}`, td15: { teeTcbSvn2 } },
      collateral: {
        editTcbInfo: withLevels(first, { ...current, tdx: tdxComponents(), status: 'OutOfDate' }),
      },
    });
  const current = { tdx: tdxComponents(1, 1, 2), status: 'UpToDate' };

  it('is advised to, when the host is current by now', () => {
    const verification = judge(`010102${'01'.repeat(13)}`);
    expect(failures(verification.checks)).toEqual(['TDX_MODULE_OUT_OF_DATE', 'TD_RELAUNCH_ADVISED']);
    expect(tcbOf(verification)).toMatchObject({ status: 'TDRelaunchAdvised', platformStatus: 'OutOfDate' });
    expect(intelVerdict(verification)).toBe('warning');
  });

  it('is out of date, when the host is not', () => {
    for (const svn2 of [`010101${'01'.repeat(13)}`, `000102${'01'.repeat(13)}`, `010702${'01'.repeat(13)}`]) {
      expect(tcbOf(judge(svn2))).toMatchObject({ status: 'OutOfDate' });
    }
  });

  it('is accepted by a policy that names the status', () => {
    const verification = judgeTdx({
      td: { teeTcbSvn: `0001${'01'.repeat(14)}`, td15: { teeTcbSvn2: `010102${'01'.repeat(13)}` } },
      collateral: {
        editTcbInfo: withLevels(current, { ...current, tdx: tdxComponents(), status: 'OutOfDate' }),
      },
      requirements: { tcbStatuses: ['TDRelaunchAdvised'] },
    });
    expect(failures(verification.checks)).toEqual([]);
    expect(intelVerdict(verification)).toBe('warning');
  });
});

describe('revocation', () => {
  it.each(['pck', 'ca', 'tcb-signer'] as const)('names a revoked %s, and one on hold', (who) => {
    for (const hold of [false, true]) {
      const verification = judgeTdx({ collateral: { revoked: [who], hold } });
      expect(failures(verification.checks)).toEqual(['CERT_REVOKED']);
      expect(intelVerdict(verification)).toBe('contraindicated');
      const check = verification.checks.find(({ reason }) => reason === 'CERT_REVOKED');
      expect(check?.actual).toContain(hold ? 'on hold' : 'revoked');
    }
  });

  it('states source and age of each list', () => {
    const claims = tdxClaims(judgeTdx());
    expect(claims?.['revocation']).toEqual(
      ['root', 'pck'].map((chain) => ({
        chain,
        source: 'crl',
        thisUpdate: '2026-11-20T21:00:00.000Z',
        nextUpdate: '2026-12-20T21:00:00.000Z',
        ageMs: DAY_MS,
      })),
    );
    expect(claims?.['evaluationDataNumbers']).toEqual({ tcbInfo: 1, qeIdentity: 1 });
  });

  it('cannot be judged without collateral: genuine roots fail closed, simulated ones say so', () => {
    const judge = (roots: typeof pinned) => verifyTdxQuote({ quote: tdxQuote(), roots, atMs: JUDGED_MS });
    expect(failures(judge(pinned).checks)).toEqual([]);
    const genuine = judge({ hardware: [], simulated: [] });
    expect(failures(genuine.checks)).toEqual(['UNKNOWN_ISSUER', 'REVOCATION_UNKNOWN']);
    const asHardware = verifyTdxQuote({
      quote: tdxQuote(),
      roots: { hardware: pinned.simulated, simulated: [] },
      atMs: JUDGED_MS,
    });
    expect(failures(asHardware.checks)).toEqual(['REVOCATION_UNKNOWN']);
    expect(intelVerdict(asHardware)).toBe('warning');
  });
});

describe('quotes of version 5', () => {
  it('hold with either body', () => {
    for (const td15 of [null, {}]) {
      const verification = judgeTdx({ td: { td15 } });
      expect(failures(verification.checks)).toEqual([]);
      expect(tdxClaims(verification)).toMatchObject({ quoteVersion: 5, bodyType: td15 === null ? 2 : 3 });
    }
  });
});

describe('the file form of collateral', () => {
  const file = encodeIntelCollateral(collateralFor());
  const judge = (collateral: Uint8Array) =>
    failures(verifyTdxQuote({ quote: tdxQuote(), collateral, roots: pinned, atMs: JUDGED_MS }).checks);

  it('is judged as the parsed one', () => {
    expect(judge(file)).toEqual([]);
  });

  it('is malformed, and no exception, when it is not what it should be', () => {
    for (const text of ['', '[]', '{', '{"tcb_info":1}', '{"pck_crl":"zz"}', '{"pck_crl":"abc"}']) {
      expect(judge(new TextEncoder().encode(text))).toEqual(['COLLATERAL_MALFORMED', 'REVOCATION_UNKNOWN']);
    }
  });

  it('names each part that is missing', () => {
    const reasons = judge(new TextEncoder().encode('{}'));
    expect(reasons).toEqual(
      expect.arrayContaining([
        'CRL_MISSING',
        'CERT_MALFORMED',
        'COLLATERAL_MALFORMED',
        'TCBINFO_SIGNATURE_INVALID',
        'QE_IDENTITY_SIGNATURE_INVALID',
      ]),
    );
  });
});

it('judges at the time it is told, before collateral and after it', () => {
  expect(failures(judgeTdx({ atMs: AT_MS - 1 }).checks)).toContain('COLLATERAL_NOT_YET_VALID');
  expect(failures(judgeTdx({ atMs: AT_MS + 31 * DAY_MS }).checks)).toEqual(
    expect.arrayContaining(['COLLATERAL_EXPIRED', 'CRL_EXPIRED', 'REVOCATION_UNKNOWN']),
  );
});
