import { encodeOcspRequest } from '#attestation';
import { sha256 as sha256Of, toHex } from '#canonical';
import type { CollateralConfig } from './collateral-config.js';
import { type CollateralDocument, derOrHex, issuerChainOf, malformed } from './collateral-document.js';
import type { CollateralRequest } from './collateral-request.js';
import type { FetchAnswer } from './http-fetch.js';

/** How one piece is asked for at its vendor, and how the answer is taken apart. */
export interface VendorRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly intervalMs: number;
  read(answer: FetchAnswer): CollateralDocument;
}

const NO_CHAIN = new Uint8Array(0);
const TCB_CHAIN = ['tcb-info-issuer-chain', 'sgx-tcb-info-issuer-chain'];
const QE_CHAIN = ['sgx-enclave-identity-issuer-chain'];
const CRL_CHAIN = ['sgx-pck-crl-issuer-chain'];

/** Null when the vendor's address is not configured. */
export function vendorRequest(request: CollateralRequest, config: CollateralConfig): VendorRequest | null {
  switch (request.kind) {
    case 'tcb-info':
      return intel(
        config,
        `/${request.tee.toLowerCase()}/certification/v4/tcb?fmspc=${request.fmspc}`,
        TCB_CHAIN,
      );
    case 'qe-identity':
      return intel(config, `/${request.tee.toLowerCase()}/certification/v4/qe/identity`, QE_CHAIN);
    case 'pck-crl':
      return intel(config, `/sgx/certification/v4/pckcrl?ca=${request.ca}&encoding=der`, CRL_CHAIN, derOrHex);
    case 'intel-root-crl':
      return plain(config.intelRootCrlUrl, config.hostIntervalMs, derOrHex);
    case 'amd-chain':
      return amd(config, `/${request.signer.toLowerCase()}/v1/${request.product}/cert_chain`);
    case 'amd-crl':
      return amd(config, `/${request.signer.toLowerCase()}/v1/${request.product}/crl`);
    case 'vcek': {
      const { fmc, bootloader = 0, tee = 0, snp = 0, microcode = 0 } = request.tcb;
      const turin = fmc === undefined ? '' : `fmcSPL=${fmc}&`;
      const query = `${turin}blSPL=${bootloader}&teeSPL=${tee}&snpSPL=${snp}&ucodeSPL=${microcode}`;
      return amd(config, `/vcek/v1/${request.product}/${request.chipId}?${query}`);
    }
    case 'rim':
      return config.rimUrl === null
        ? null
        : {
            url: `${config.rimUrl}/v1/rim/${request.id}`,
            method: 'GET',
            intervalMs: config.hostIntervalMs,
            read: ({ body }) => ({ body: readRim(body, request.id), chain: NO_CHAIN }),
          };
    case 'ocsp':
      return config.ocspUrl === null
        ? null
        : {
            url: config.ocspUrl,
            method: 'POST',
            headers: { 'content-type': 'application/ocsp-request' },
            body: encodeOcspRequest(request.certificate, request.issuer),
            intervalMs: config.hostIntervalMs,
            read: ({ body }) => ({ body, chain: NO_CHAIN }),
          };
  }
}

function intel(
  { pcsUrl, hostIntervalMs: intervalMs }: CollateralConfig,
  path: string,
  chainHeaders: readonly string[],
  readBody: (body: Uint8Array) => Uint8Array = (body) => body,
): VendorRequest | null {
  if (pcsUrl === null) return null;
  return {
    url: `${pcsUrl}${path}`,
    method: 'GET',
    intervalMs,
    read: ({ headers, body }) => ({ body: readBody(body), chain: issuerChainOf(headers, chainHeaders) }),
  };
}

function amd({ kdsUrl, kdsIntervalMs }: CollateralConfig, path: string): VendorRequest | null {
  return plain(kdsUrl === null ? null : `${kdsUrl}${path}`, kdsIntervalMs, (body) => body);
}

function plain(
  url: string | null,
  intervalMs: number,
  readBody: (body: Uint8Array) => Uint8Array,
): VendorRequest | null {
  if (url === null) return null;
  return { url, method: 'GET', intervalMs, read: ({ body }) => ({ body: readBody(body), chain: NO_CHAIN }) };
}

/** The RIM service wraps the manifest: `{ id, rim: base64, sha256, ... }`. */
function readRim(body: Uint8Array, id: string): Uint8Array {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return malformed(`rim ${id}: expected JSON`);
  }
  const {
    id: found,
    rim,
    sha256,
  } = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  if (found !== id) return malformed(`rim ${id}: the answer is about another manifest`);
  if (typeof rim !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(rim))
    return malformed(`rim ${id}: rim is not base64`);
  const document = new Uint8Array(Buffer.from(rim, 'base64'));
  if (typeof sha256 === 'string' && sha256.toLowerCase() !== toHex(sha256Of(document))) {
    return malformed(`rim ${id}: sha256 does not fit`);
  }
  return document;
}
