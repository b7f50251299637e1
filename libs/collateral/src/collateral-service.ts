import { type Collateral, encodeIntelCollateral } from '#attestation';
import { formatTime } from '#canonical';
import type { CollateralConfig } from './collateral-config.js';
import { type CollateralDocument, rootOf, splitSignedJson } from './collateral-document.js';
import { CollateralError, type CollateralErrorCode } from './collateral-error.js';
import type { CollateralInspector } from './collateral-inspector.js';
import {
  type AmdProduct,
  type AmdSigner,
  type AmdTcb,
  answerBytesMax,
  type CollateralRequest,
  collateralKey,
} from './collateral-request.js';
import type { CollateralStore, StoredCollateral } from './collateral-store.js';
import type { HostGate } from './host-gate.js';
import { type FetchAnswer, fetchBytes } from './http-fetch.js';
import type { OfflineFolder } from './offline-folder.js';
import { type VendorRequest, vendorRequest } from './vendor-requests.js';

/** A piece that was inspected a moment ago and is current. */
export interface CurrentCollateral extends StoredCollateral {
  readonly key: string;
  readonly expiresAtMs: number | null;
}

export interface CollateralServiceOptions {
  readonly config: CollateralConfig;
  readonly store: CollateralStore;
  readonly inspector: CollateralInspector;
  readonly gate: HostGate;
  readonly offline: OfflineFolder | null;
  readonly clock: () => number;
  /** Sees every piece that is current and was asked for, those that came with others included. */
  readonly onPiece?: (piece: CurrentCollateral) => void;
}

const DAY_MS = 86_400_000;
/** Asked again after this long although still valid; what never changes is kept until it expires. */
const REFRESH_MS: Readonly<Record<CollateralRequest['kind'], number | null>> = {
  'tcb-info': DAY_MS,
  'qe-identity': DAY_MS,
  'intel-root-crl': DAY_MS,
  'pck-crl': DAY_MS,
  'amd-chain': 30 * DAY_MS,
  'amd-crl': DAY_MS,
  vcek: null,
  rim: 7 * DAY_MS,
  ocsp: DAY_MS / 4,
};
/** How long a failure stands before the vendor is asked again. */
const NEGATIVE_MS: Readonly<Partial<Record<CollateralErrorCode, number>>> = {
  COLLATERAL_NOT_FOUND: 600_000,
  COLLATERAL_REFUSED: 60_000,
  COLLATERAL_ROLLBACK: 60_000,
  COLLATERAL_MALFORMED: 60_000,
};
const NEGATIVE_STANDARD_MS = 30_000;
const BACK_OFF_STANDARD_MS = 30_000;
const NO_ISSUER = new Uint8Array(0);

/**
 * Fetches and keeps what verifiers need of the vendors. It is trusted with availability alone: every piece is
 * inspected when it comes and each time it goes out, an older one never replaces a newer one, and what has expired is
 * never handed out, whatever the network does.
 */
export class CollateralService {
  readonly #running = new Map<string, Promise<CurrentCollateral>>();

  constructor(private readonly options: CollateralServiceOptions) {}

  /** All of Intel's pieces for one platform, in the file form that DCAP verifiers read. */
  async intel(platform: {
    readonly tee: 'TDX' | 'SGX';
    readonly fmspc: string;
    readonly ca: 'platform' | 'processor';
  }): Promise<Collateral> {
    const tcb = await this.get({ kind: 'tcb-info', tee: platform.tee, fmspc: platform.fmspc });
    const qe = await this.get({ kind: 'qe-identity', tee: platform.tee });
    const pck = await this.get({ kind: 'pck-crl', ca: platform.ca });
    const root = await this.get({ kind: 'intel-root-crl' });
    const tcbInfo = splitSignedJson('tcb-info', tcb.document.body);
    const qeIdentity = splitSignedJson('qe-identity', qe.document.body);
    const data = encodeIntelCollateral({
      pckCrlIssuerChain: pck.document.chain,
      rootCaCrl: root.document.body,
      pckCrl: pck.document.body,
      tcbInfoIssuerChain: tcb.document.chain,
      tcbInfo: tcbInfo.data,
      tcbInfoSignature: tcbInfo.signature,
      qeIdentityIssuerChain: qe.document.chain,
      qeIdentity: qeIdentity.data,
      qeIdentitySignature: qeIdentity.signature,
    });
    const fetchedAtMs = Math.min(...[tcb, qe, pck, root].map((piece) => piece.fetchedAtMs));
    return { kind: 'intel-dcap', data, fetchedAtMs, source: tcb.source };
  }

  /** Chain and list of AMD's CAs, and the chip's certificate where one is asked for (a VLEK comes with the report). */
  async amd(chip: {
    readonly product: AmdProduct;
    readonly signer: AmdSigner;
    readonly vcek: { readonly chipId: string; readonly tcb: AmdTcb } | null;
  }): Promise<readonly Collateral[]> {
    const { product, signer, vcek } = chip;
    const pieces: Collateral[] = [];
    if (vcek !== null) {
      pieces.push(collateralOf('amd-vek', await this.get({ kind: 'vcek', product, ...vcek })));
    }
    pieces.push(collateralOf('amd-chain', await this.get({ kind: 'amd-chain', product, signer })));
    pieces.push(collateralOf('amd-crl', await this.get({ kind: 'amd-crl', product, signer })));
    return pieces;
  }

  async rim(id: string): Promise<Collateral> {
    return collateralOf('nvidia-rim', await this.get({ kind: 'rim', id }));
  }

  /** `tcbEvaluationDataNumber` below which nothing of Intel's is accepted any more; 0 when none was seen. */
  highestEvaluationDataNumber(tee: 'TDX' | 'SGX'): number {
    return this.options.store.mark(tee.toLowerCase());
  }

  /** @param certificate DER, and its issuer, which the caller has verified */
  async ocsp(certificate: Uint8Array, issuer: Uint8Array): Promise<Collateral> {
    return collateralOf('nvidia-ocsp', await this.get({ kind: 'ocsp', certificate, issuer }));
  }

  /** @throws CollateralError; never returns a piece that is expired, unsigned or older than one it had */
  get(request: CollateralRequest): Promise<CurrentCollateral> {
    const key = collateralKey(request);
    // Callers of the same moment share one answer, and one turn at the vendor.
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = this.#get(key, request)
      .then((piece) => {
        this.options.onPiece?.(piece);
        return piece;
      })
      .finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  async #get(key: string, request: CollateralRequest): Promise<CurrentCollateral> {
    const issuer = await this.#issuerOf(request);
    const stored = this.options.store.read(key);
    const kept = stored === null ? null : this.#current(key, request, stored, issuer);
    const now = this.options.clock();
    const refreshMs = REFRESH_MS[request.kind];
    if (kept?.ok === true && (refreshMs === null || now < kept.piece.fetchedAtMs + refreshMs))
      return kept.piece;
    try {
      return await this.#renew(key, request, issuer, stored);
    } catch (error) {
      if (!(error instanceof CollateralError) || error.code === 'COLLATERAL_STORE_DAMAGED') throw error;
      // Still inside its window: as good as when it came. Outside of it nothing is, whatever the reason.
      const still = stored === null ? null : this.#current(key, request, stored, issuer);
      if (still?.ok === true) return still.piece;
      if (still?.ok === false && isExpiry(still.error)) throw expired(key, still.error, error);
      throw error;
    }
  }

  async #renew(
    key: string,
    request: CollateralRequest,
    issuer: Uint8Array,
    stored: StoredCollateral | null,
  ): Promise<CurrentCollateral> {
    const { store, offline, config } = this.options;
    const vendor = vendorRequest(request, config);
    let failure: CollateralError | null = null;
    if (vendor !== null) {
      try {
        return await this.#fromVendor(key, request, issuer, stored, vendor);
      } catch (error) {
        if (!(error instanceof CollateralError) || error.code === 'COLLATERAL_STORE_DAMAGED') throw error;
        failure = error;
      }
    }
    const document = offline?.read(key, request.kind) ?? null;
    if (document !== null) {
      const complete = await this.#withChain(request, document);
      return this.#accept(key, request, issuer, stored, complete, `offline:${key}`);
    }
    if (failure !== null) throw failure;
    const where = offline === null ? 'no address' : 'no address, and the offline folder has none';
    store.clearFailure(key);
    throw new CollateralError('COLLATERAL_NOT_CONFIGURED', `${key}: ${where}; set SEALFLOW_COLLATERAL_...`);
  }

  async #fromVendor(
    key: string,
    request: CollateralRequest,
    issuer: Uint8Array,
    stored: StoredCollateral | null,
    vendor: VendorRequest,
  ): Promise<CurrentCollateral> {
    const { store, clock } = this.options;
    const negative = store.failure(key);
    if (negative !== null && clock() < negative.untilMs) {
      throw new CollateralError(
        negative.code as CollateralErrorCode,
        `${negative.message} (not asked again yet)`,
        {
          retryAtMs: negative.untilMs,
        },
      );
    }
    try {
      const document = await this.#withChain(request, vendor.read(await this.#fetch(request, vendor)));
      return this.#accept(key, request, issuer, stored, document, vendor.url);
    } catch (error) {
      if (error instanceof CollateralError) this.#noteFailure(key, error);
      throw error;
    }
  }

  async #fetch(request: CollateralRequest, vendor: VendorRequest): Promise<FetchAnswer> {
    const { gate, config } = this.options;
    const { host } = new URL(vendor.url);
    const answer = await gate.run(host, vendor.intervalMs, () =>
      fetchBytes({ ...vendor, bytesMax: answerBytesMax[request.kind], timeoutMs: config.timeoutMs }),
    );
    const { status, headers } = answer;
    if (status === 200 && answer.body.length > 0) return answer;
    if (status === 200) throw new CollateralError('COLLATERAL_TRUNCATED', `${host}: an empty answer`);
    if (status === 429 || status === 503) {
      const retryAtMs = gate.backOff(host, headers['retry-after'], BACK_OFF_STANDARD_MS);
      throw new CollateralError(
        'COLLATERAL_RATE_LIMITED',
        `${host}: HTTP ${status}, not before ${formatTime(retryAtMs)}`,
        {
          retryAtMs,
        },
      );
    }
    if (status === 404)
      throw new CollateralError('COLLATERAL_NOT_FOUND', `${host}: has no ${collateralKey(request)}`);
    throw new CollateralError('COLLATERAL_HTTP_STATUS', `${host}: HTTP ${status}, expected 200`);
  }

  /** Inspects, refuses what is older than what was seen, then keeps. */
  #accept(
    key: string,
    request: CollateralRequest,
    issuer: Uint8Array,
    stored: StoredCollateral | null,
    document: CollateralDocument,
    source: string,
  ): CurrentCollateral {
    const { inspector, store, clock } = this.options;
    const now = clock();
    const found = inspector.inspect(request, document, issuer, now);
    if (!found.ok) {
      const text = `${key} of ${source}: ${found.reason}: expected ${found.expected}, got ${found.actual}`;
      throw new CollateralError('COLLATERAL_REFUSED', text, { reason: found.reason });
    }
    if (stored !== null && found.issuedAtMs < stored.issuedAtMs) {
      throw rollback(
        key,
        source,
        `issued ${formatTime(stored.issuedAtMs)} or later`,
        formatTime(found.issuedAtMs),
      );
    }
    const mark = markOf(request);
    if (mark !== null && found.sequence !== null) {
      const highest = store.mark(mark);
      if (found.sequence < highest) {
        throw rollback(key, source, `tcbEvaluationDataNumber ${highest} or higher`, `${found.sequence}`);
      }
      store.raiseMark(mark, found.sequence);
    }
    const piece = { document, fetchedAtMs: now, issuedAtMs: found.issuedAtMs, source };
    store.write(key, piece);
    return { ...piece, key, expiresAtMs: found.expiresAtMs };
  }

  /** What lies in the store is judged like what comes from the network: files can be changed. */
  #current(
    key: string,
    request: CollateralRequest,
    stored: StoredCollateral,
    issuer: Uint8Array,
  ):
    | { readonly ok: true; readonly piece: CurrentCollateral }
    | { readonly ok: false; readonly error: string } {
    const { inspector, store, clock } = this.options;
    let found: ReturnType<CollateralInspector['inspect']>;
    try {
      found = inspector.inspect(request, stored.document, issuer, clock());
    } catch (error) {
      if (error instanceof CollateralError) return { ok: false, error: error.code };
      throw error;
    }
    if (!found.ok) return { ok: false, error: found.reason };
    const mark = markOf(request);
    if (mark !== null && found.sequence !== null && found.sequence < store.mark(mark)) {
      return { ok: false, error: 'COLLATERAL_ROLLBACK' };
    }
    return { ok: true, piece: { ...stored, key, expiresAtMs: found.expiresAtMs } };
  }

  /** AMD's pieces are judged by the CAs of their product, which are a piece of their own. */
  async #issuerOf(request: CollateralRequest): Promise<Uint8Array> {
    if (request.kind !== 'vcek' && request.kind !== 'amd-crl') return NO_ISSUER;
    const signer = request.kind === 'vcek' ? 'VCEK' : request.signer;
    return (await this.get({ kind: 'amd-chain', product: request.product, signer })).document.body;
  }

  /** The root list comes without a chain: its signer is the root above the CAs, as their own list shows it. */
  async #withChain(request: CollateralRequest, document: CollateralDocument): Promise<CollateralDocument> {
    if (request.kind !== 'intel-root-crl' || document.chain.length > 0) return document;
    const cas = await this.get({ kind: 'pck-crl', ca: 'platform' });
    return { body: document.body, chain: rootOf(cas.document.chain) };
  }

  #noteFailure(key: string, error: CollateralError): void {
    const now = this.options.clock();
    const untilMs = error.details.retryAtMs ?? now + (NEGATIVE_MS[error.code] ?? NEGATIVE_STANDARD_MS);
    this.options.store.noteFailure(key, { untilMs, code: error.code, message: error.message.slice(0, 512) });
  }
}

/** One mark for all of a TEE's data: Intel raises the number for all platforms at once. */
function markOf(request: CollateralRequest): string | null {
  return request.kind === 'tcb-info' || request.kind === 'qe-identity' ? request.tee.toLowerCase() : null;
}

function collateralOf(kind: Collateral['kind'], piece: CurrentCollateral): Collateral {
  return { kind, data: piece.document.body, fetchedAtMs: piece.fetchedAtMs, source: piece.source };
}

const EXPIRIES = ['COLLATERAL_EXPIRED', 'CRL_EXPIRED', 'CERT_EXPIRED', 'OCSP_STALE', 'RIM_CERT_EXPIRED'];

function isExpiry(reason: string): boolean {
  return EXPIRIES.includes(reason);
}

function expired(key: string, reason: string, cause: CollateralError): CollateralError {
  const text = `${key}: what is stored has expired (${reason}), and nothing newer came: ${cause.message}`;
  return new CollateralError('COLLATERAL_EXPIRED', text, { ...cause.details, reason });
}

function rollback(key: string, source: string, expected: string, got: string): CollateralError {
  return new CollateralError('COLLATERAL_ROLLBACK', `${key} of ${source}: expected ${expected}, got ${got}`);
}
