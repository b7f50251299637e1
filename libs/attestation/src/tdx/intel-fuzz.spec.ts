/**
 * Changed quotes and collateral: none is accepted, none throws, none hangs. The ordinary run takes 10,000 random
 * mutations and one bit of every third signed byte; SEALFLOW_FUZZ_MUTATIONS=100000 and SEALFLOW_FUZZ_STRIDE=1
 * ask for all of it.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '#canonical';
import { failures, seededRandom } from '../machine.fixture.js';
import { parseCertificateChain } from '../x509/pem.js';
import { encodeIntelCollateral, type IntelCollateral, parseIntelCollateral } from './collateral.js';
import { collateralFor, JUDGED_MS, pinned, sgxQuote, tdxQuote } from './intel.fixture.js';
import { parseTdxQuote } from './quote.js';
import { parseSgxQuote } from './sgx-quote.js';
import { verifySgxQuote } from './verify-sgx-quote.js';
import { verifyTdxQuote } from './verify-tdx-quote.js';

const MUTATIONS = Number(process.env['SEALFLOW_FUZZ_MUTATIONS'] ?? 10_000);
const STRIDE = Number(process.env['SEALFLOW_FUZZ_STRIDE'] ?? 3);
const TIMEOUT_MS = 1_200_000;
const HANG_MS = 1000;
const RSS_GROWTH_BYTES_MAX = 50 * 1024 * 1024;

const tdx = { quote: tdxQuote(), quote15: tdxQuote({ td15: {} }), collateral: collateralFor() };
const sgx = { quote: sgxQuote(), collateral: collateralFor({ tee: 'SGX' }) };

/** After a collection: what the process holds, not what the engine has not looked at yet. */
function settledRss(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage.rss();
}

function judgeTdx(quote: Uint8Array, collateral: IntelCollateral | Uint8Array): (string | null)[] {
  return failures(verifyTdxQuote({ quote, collateral, roots: pinned, atMs: JUDGED_MS }).checks);
}

function judgeSgx(quote: Uint8Array, collateral: IntelCollateral | Uint8Array): (string | null)[] {
  return failures(verifySgxQuote({ quote, collateral, roots: pinned, atMs: JUDGED_MS }).checks);
}

function withBit(bytes: Uint8Array, offset: number, bit = offset % 8): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[offset] = (copy[offset] ?? 0) ^ (1 << bit);
  return copy;
}

describe(
  'one changed bit in a signed range',
  () => {
    const quotes: readonly [string, Uint8Array, typeof judgeTdx, IntelCollateral, number, number][] = [
      ['TDX v4 header and body', tdx.quote, judgeTdx, tdx.collateral, 0, 632],
      ['TDX v4 signature and key', tdx.quote, judgeTdx, tdx.collateral, 632, 764],
      ['TDX v4 quoting enclave', tdx.quote, judgeTdx, tdx.collateral, 764, 1258],
      ['TDX v5 header and body', tdx.quote15, judgeTdx, tdx.collateral, 0, 702],
      ['SGX v3 header and body', sgx.quote, judgeSgx, sgx.collateral, 0, 432],
      ['SGX v3 signature, key and quoting enclave', sgx.quote, judgeSgx, sgx.collateral, 432, 1052],
    ];

    it.each(quotes)('is refused: %s', (_name, quote, judge, collateral, from, to) => {
      expect(judge(quote, collateral)).toEqual([]);
      for (let offset = from; offset < to; offset += STRIDE) {
        expect(judge(withBit(quote, offset), collateral), `byte ${offset}`).not.toEqual([]);
      }
    });

    const parts = [
      'tcbInfo',
      'tcbInfoSignature',
      'qeIdentity',
      'qeIdentitySignature',
      'rootCaCrl',
      'pckCrl',
      'tcbInfoIssuerChain',
    ] as const;

    it.each(parts)('is refused: collateral %s', (part) => {
      const bytes = tdx.collateral[part];
      for (let offset = 0; offset < bytes.length; offset += STRIDE) {
        const collateral = { ...tdx.collateral, [part]: withBit(bytes, offset) };
        const reasons = judgeTdx(tdx.quote, collateral);
        expect(reasons, `byte ${offset}`).not.toEqual([]);
      }
    });
  },
  TIMEOUT_MS,
);

describe(
  `${MUTATIONS} random mutations`,
  () => {
    const file = encodeIntelCollateral(tdx.collateral);
    const random = seededRandom('intel-fuzz');
    let pool = new Uint8Array(0);
    let used = 0;

    function below(limit: number): number {
      if (used + 4 > pool.length) {
        pool = Uint8Array.from(random(4096));
        used = 0;
      }
      const view = new DataView(pool.buffer, pool.byteOffset + used, 4);
      used += 4;
      return view.getUint32(0) % limit;
    }

    /** Flips, overwrites, cuts, inserts, repeats or moves some bytes. */
    function mutate(bytes: Uint8Array): Uint8Array {
      const at = below(bytes.length);
      const size = 1 + below(32);
      const copy = Uint8Array.from(bytes);
      switch (below(6)) {
        case 0:
          return withBit(bytes, at, below(8));
        case 1:
          for (let index = at; index < Math.min(at + size, copy.length); index += 1) copy[index] = below(256);
          return copy;
        case 2:
          return copy.subarray(0, at);
        case 3:
          return concatBytes(copy.subarray(0, at), random(size), copy.subarray(at));
        case 4:
          return concatBytes(copy.subarray(0, at), copy.subarray(Math.max(0, at - size)));
        default:
          copy.copyWithin(at, below(copy.length), below(copy.length));
          return copy;
      }
    }

    it('are refused, without an exception, a hang or a leak', () => {
      let before = 0;
      let longestMs = 0;
      for (let count = 0; count < MUTATIONS; count += 1) {
        // By then the engine has compiled what runs, and its heap has the size that it keeps.
        if (count === Math.floor(MUTATIONS / 5)) before = settledRss();
        const kind = count % 4;
        const source = kind === 0 ? tdx.quote : kind === 1 ? tdx.quote15 : kind === 2 ? sgx.quote : file;
        const changed = mutate(source);
        if (Buffer.compare(changed, source) === 0) continue;
        const start = process.cpuUsage();
        const reasons =
          kind === 2
            ? judgeSgx(changed, sgx.collateral)
            : kind === 3
              ? judgeTdx(tdx.quote, changed)
              : judgeTdx(changed, tdx.collateral);
        // Work and not waiting: other processes may keep this one from running.
        longestMs = Math.max(longestMs, process.cpuUsage(start).user / 1000);
        if (reasons.length === 0) expect(neutral(changed, source), `mutation ${count}`).toBe(true);
        expect(reasons).not.toContain('VERIFIER_ERROR');
      }
      expect(longestMs).toBeLessThan(HANG_MS);
      expect(settledRss() - before).toBeLessThan(RSS_GROWTH_BYTES_MAX);
    });

    /** Apart from zero padding, and from the text around the certificates of its chain. */
    function sameQuote(changed: Uint8Array, source: Uint8Array): boolean {
      const parse = source === sgx.quote ? parseSgxQuote : parseTdxQuote;
      const parts = (bytes: Uint8Array) => {
        const { pckChain, signedBytes, signature, attestationKey, ...rest } = parse(bytes);
        const { qeReport, qeReportSignature, qeAuthData } = rest;
        const certificates = parseCertificateChain(pckChain).map(({ der }) => der);
        return [
          signedBytes,
          signature,
          attestationKey,
          qeReport,
          qeReportSignature,
          qeAuthData,
          ...certificates,
        ];
      };
      return parts(changed).map(text).join() === parts(source).map(text).join();
    }

    /** Zero padding behind a quote, and another spelling of the same collateral, change nothing that is read. */
    function neutral(changed: Uint8Array, source: Uint8Array): boolean {
      if (source !== file) return sameQuote(changed, source);
      const parsed = parseIntelCollateral(changed);
      return Object.entries(tdx.collateral).every(([name, value]: [string, Uint8Array]) => {
        // Of this chain only the keys are compared with those in the quote; nothing is verified by it.
        if (name === 'pckCrlIssuerChain') return true;
        const found = text(parsed[name as keyof IntelCollateral]);
        return found.replace(/[\r\n]/g, '') === text(value).replace(/[\r\n]/g, '');
      });
    }

    function text(bytes: Uint8Array): string {
      return Buffer.from(bytes).toString('latin1');
    }
  },
  TIMEOUT_MS,
);
