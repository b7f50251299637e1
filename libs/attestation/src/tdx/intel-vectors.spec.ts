/** Every Intel case of the manifest: evidence of real platforms with real collateral, judged at its own time. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { equalBytes, fromHex, fromUtf8, isJsonObject, type Json, type JsonObject } from '#canonical';
import { failures } from '../machine.fixture.js';
import { vendorTrustRoots } from '../policy/trust-roots.js';
import { intelVerdict } from './intel-verdict.js';
import { sgxClaims, verifySgxQuote } from './verify-sgx-quote.js';
import { tdxClaims, verifyTdxQuote } from './verify-tdx-quote.js';

const vectorsPath = resolve(import.meta.dirname, '../../../../../shared/vectors');
const present = existsSync(join(vectorsPath, 'manifest.json'));
if (!present) console.log('vectors absent: tdx and sgx skipped');

const NO_COLLATERAL = ['REVOCATION_UNKNOWN'];
/** True as well, and not named in the manifest. */
const ALSO: Readonly<Record<string, readonly string[]>> = { 'tdx-v4-debug': ['TCB_OUT_OF_DATE'] };
const roots = { hardware: vendorTrustRoots.intel, simulated: [] };

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  readonly at: string;
  readonly expect: {
    readonly verdict: string;
    readonly status?: string;
    readonly reasons: readonly string[];
    readonly scope?: string;
    readonly claims: JsonObject;
  };
}

const cases = present
  ? (JSON.parse(readFileSync(join(vectorsPath, 'manifest.json'), 'utf8')) as { cases: Case[] }).cases
  : [];

describe.skipIf(!present)('Intel cases of the manifest', () => {
  it('are all here', () => {
    expect(cases.filter(({ kind }) => kind === 'tdx' || kind === 'sgx')).toHaveLength(9);
  });

  it.each(cases.filter(({ kind }) => kind === 'tdx'))('$id', (vector) => {
    const verification = verifyTdxQuote({
      quote: read(vector.files['quote']) ?? new Uint8Array(0),
      collateral: read(vector.files['collateral']),
      eventLog: read(vector.files['eventLog']),
      roots,
      atMs: Date.parse(vector.at),
    });
    expectCase(vector, failures(verification.checks), tdxClaims(verification));
    expect(intelVerdict(verification)).toBe(vector.expect.verdict);
    expect(verification.root).toBe('hardware');
    const nonce = read(vector.files['nonce']);
    if (nonce !== null) {
      const { reportData } = verification.quote?.body ?? { reportData: new Uint8Array(0) };
      expect(equalBytes(reportData, nonce)).toBe(vector.expect.claims['nonceIsReportData']);
    }
  });

  it.each(cases.filter(({ kind }) => kind === 'sgx'))('$id', (vector) => {
    const verification = verifySgxQuote({
      quote: read(vector.files['quote']) ?? new Uint8Array(0),
      collateral: read(vector.files['collateral']),
      roots,
      atMs: Date.parse(vector.at),
    });
    expectCase(vector, failures(verification.checks), sgxClaims(verification));
    expect(intelVerdict(verification)).toBe(vector.expect.verdict);
  });
});

/** The reasons are exactly those of the manifest, beside the missing collateral where a case has none. */
function expectCase(vector: Case, reasons: readonly (string | null)[], claims: JsonObject | null): void {
  const missing = vector.expect.scope === 'no-collateral' || vector.files['collateral'] === undefined;
  const also = [...(ALSO[vector.id] ?? []), ...(missing ? NO_COLLATERAL : [])];
  expect([...reasons].sort()).toEqual([...vector.expect.reasons, ...also].sort());
  const tcb = claims?.['tcb'];
  const found: JsonObject = isJsonObject(tcb) ? tcb : {};
  if (vector.expect.status !== undefined) expect(found['status']).toBe(vector.expect.status);
  for (const [name, value] of Object.entries(vector.expect.claims)) {
    if (name === 'nonceIsReportData') continue;
    const actual: Json | undefined = claims?.[name] ?? found[name];
    expect(actual, name).toEqual(value);
  }
}

function read(path: string | undefined): Uint8Array | null {
  if (path === undefined) return null;
  const bytes = new Uint8Array(readFileSync(join(vectorsPath, path)));
  return path.endsWith('.hex') ? fromHex(fromUtf8(bytes).trim().replace(/^0x/, '').toLowerCase()) : bytes;
}
