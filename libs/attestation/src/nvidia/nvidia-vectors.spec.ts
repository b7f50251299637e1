/** Every NVIDIA case of the vector manifest: its verdict, its reasons and its claims. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Check,
  fromBase64,
  fromHex,
  fromUtf8,
  isJsonObject,
  type Json,
  parseJsonStrict,
} from '#canonical';
import type { GpuEvidence } from '../binding.js';
import { failures } from '../machine.fixture.js';
import { vendorRootKeys } from '../policy/trust-roots.js';
import { StrictObject } from '../strict-object.js';
import { verifyNrasToken } from './nras-token.js';
import {
  type GpuVerificationInput,
  gpuClaims,
  verifyGpuReport,
  verifySwitchReport,
} from './verify-gpu-report.js';
import { verifyRim } from './verify-rim.js';

interface VectorCase {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly nonce: Uint8Array | null;
  readonly ocspAt: { readonly deviceMs: number; readonly rimMs: number } | null;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly claims: Json;
}

const vectors = resolve(import.meta.dirname, '../../../../../shared/vectors');
const present = existsSync(vectors);
if (!present) console.log('vectors absent: attestation/nvidia skipped');
const cases = present ? readCases() : [];

const roots = { hardware: [vendorRootKeys.nvidiaDeviceIdentityCa], simulated: [] };
const rimRoots = { hardware: [vendorRootKeys.nvidiaCorimSigningRootCa], simulated: [] };

/** Reasons that say "could not be checked": they fail closed, and nothing false was found. */
const UNCHECKED = ['RIM_MISSING', 'REVOCATION_UNKNOWN', 'JWKS_KEY_NOT_FOUND'];
const MALFORMED = ['RIM_MALFORMED', 'GPU_REPORT_MALFORMED', 'EAT_MALFORMED', 'OCSP_MALFORMED'];

describe.skipIf(!present)('NVIDIA vectors', () => {
  it('are the twelve cases that this file knows', () => {
    expect(cases.map(({ id }) => id)).toEqual([
      'gpu-hopper-full',
      'gpu-hopper-535-vbios',
      'gpu-vbios-rim-mismatch',
      'gpu-rim-bad-signature',
      'gpu-rim-digest-mismatch',
      'gpu-rim-expired',
      'gpu-hopper-bad-signature',
      'gpu-hopper-590',
      'gpu-blackwell-575',
      'nras-eat-v3',
      'rim-malformed-1',
      'nvswitch-ls10',
    ]);
  });

  it.each(cases)('$id has its verdict, reasons and claims', (vector) => {
    for (const { checks, claims } of judge(vector)) {
      const reasons = checks.filter(({ result }) => result !== 'pass').map(({ reason }) => reason);
      expect(verdictOf(checks), JSON.stringify(reasons)).toBe(vector.verdict);
      expect(reasons).toEqual(expect.arrayContaining([...vector.reasons]));
      expect(claims).toMatchObject(asObject(vector.claims));
    }
  });

  it('gpu-hopper-full fails nothing at all, and is stale when one time judges all responses', () => {
    const golden = cases.find(({ id }) => id === 'gpu-hopper-full');
    if (golden === undefined) throw new Error('the golden case is missing');
    const [whole] = judge(golden);
    expect(failures(whole?.checks ?? [])).toEqual([]);
    const [single] = judge({ ...golden, ocspAt: null });
    expect(failures(single?.checks ?? [])).toEqual(['OCSP_STALE']);
  });
});

function judge(vector: VectorCase): readonly { readonly checks: readonly Check[]; readonly claims: Json }[] {
  const { files, atMs } = vector;
  if (files['token'] !== undefined) {
    const token = read(files['token']);
    const { checks, claims } = verifyNrasToken({ token, keys: null, roots, expectedNonce: null, atMs });
    return [{ checks, claims: { submodDigestMatches: claims?.['digestsMatch'] ?? null } }];
  }
  const { rim, folder } = files;
  const documents =
    folder === undefined ? [rim] : readdirSync(join(vectors, folder)).map((name) => `${folder}/${name}`);
  if (files['report'] === undefined && files['evidence'] === undefined) {
    return documents.map((path) => ({
      checks: verifyRim({ bytes: read(path ?? ''), roots: rimRoots, atMs }).checks,
      claims: {},
    }));
  }
  return [judgeDevice(vector)];
}

function judgeDevice(vector: VectorCase): { readonly checks: readonly Check[]; readonly claims: Json } {
  const { files, atMs, nonce, ocspAt } = vector;
  const load = (pattern: RegExp): Uint8Array[] =>
    Object.entries(files).flatMap(([role, path]) => (pattern.test(role) ? [read(path)] : []));
  const input: GpuVerificationInput = {
    index: 0,
    evidence: readEvidence(files),
    roots,
    expectedNonce: nonce,
    atMs,
    endorsements: { rims: load(/Rim$/), ocsp: load(/^ocsp/), rimRoots, ...(ocspAt && { ocspAt }) },
  };
  const verification = vector.id.startsWith('nvswitch') ? verifySwitchReport(input) : verifyGpuReport(input);
  const claims = asObject(gpuClaims(verification));
  const golden = asObject(claims['golden'] ?? null);
  const [index] = verification.endorsed?.golden?.mismatches ?? [];
  return {
    checks: verification.checks,
    claims: { ...claims, ...golden, index: index ?? null, indices: claims['measurements'] ?? null },
  };
}

/** EAR words, as the manifest uses them. */
function verdictOf(checks: readonly Check[]): string {
  const reasons = failures(checks);
  if (reasons.some((reason) => MALFORMED.includes(reason ?? ''))) return 'malformed';
  if (reasons.some((reason) => !UNCHECKED.includes(reason ?? ''))) return 'contraindicated';
  return checks.every(({ result }) => result === 'pass' || result === 'skip') ? 'affirming' : 'warning';
}

function readEvidence(files: VectorCase['files']): GpuEvidence {
  if (files['evidence'] === undefined) {
    return { report: read(files['report'] ?? ''), chain: fromUtf8(read(files['chain'] ?? '')) };
  }
  const list = parseJsonStrict(read(files['evidence']));
  const first: Json | undefined = Array.isArray(list) ? list[0] : undefined;
  const members = ['arch', 'certificate', 'evidence', 'nonce'];
  const device = new StrictObject(first, members, 'EVIDENCE_MALFORMED', 'evidence');
  return {
    report: device.bytes('evidence', { max: 65536 }),
    chain: fromUtf8(fromBase64(device.text('certificate', 65536))),
  };
}

function readCases(): readonly VectorCase[] {
  const manifest: unknown = JSON.parse(readFileSync(join(vectors, 'manifest.json'), 'utf8'));
  const list = asObject(manifest as Json)['cases'];
  const all: readonly Json[] = Array.isArray(list) ? list : [];
  return all.map(asObject).flatMap((entry) => {
    if (entry['kind'] !== 'nvidia') return [];
    const expected = asObject(entry['expect'] ?? null);
    const context = asObject(entry['context'] ?? {});
    const ocspAt = context['ocspAt'] === undefined ? null : asObject(context['ocspAt']);
    const time = (value: Json | undefined): number => Date.parse(String(value));
    const reasons = expected['reasons'];
    return [
      {
        id: String(entry['id']),
        files: Object.fromEntries(
          Object.entries(asObject(entry['files'] ?? null)).map(([role, path]) => [role, String(path)]),
        ),
        atMs: time(entry['at']),
        nonce: typeof context['nonce'] === 'string' ? fromHex(context['nonce']) : null,
        ocspAt: ocspAt && { deviceMs: time(ocspAt['device']), rimMs: time(ocspAt['rim']) },
        verdict: String(expected['verdict']),
        reasons: Array.isArray(reasons) ? reasons.map(String) : [],
        claims: expected['claims'] ?? {},
      },
    ];
  });
}

function asObject(value: Json): Readonly<Record<string, Json>> {
  return isJsonObject(value) ? value : {};
}

function read(path: string): Uint8Array {
  const bytes = new Uint8Array(readFileSync(join(vectors, path)));
  if (path.endsWith('.b64')) return fromBase64(fromUtf8(bytes).trim());
  return path.endsWith('.hex') ? fromHex(fromUtf8(bytes).trim().toLowerCase()) : bytes;
}
