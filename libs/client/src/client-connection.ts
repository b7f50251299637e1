import type { Commitment, Digest } from '#canonical';
import type { Bearer, ServiceClients } from '#contracts';
import type { TrustFile } from '#evidence';
import type { TlsFiles } from '#tls';
import type { RandomSource } from './client-identity.js';

export interface ClientOptions {
  /** host:port of an orchestrator. */
  readonly target: string;
  readonly tenant: string;
  /** `sfk_...`; or `token`. Without either, the orchestrator answers UNAUTHENTICATED. */
  readonly apiKey?: string | undefined;
  /** Asked for each call: gives a token of an OpenID Connect issuer, e.g. one that is renewed in time. */
  readonly token?: (() => string | Promise<string>) | undefined;
  /** Files for TLS: roots of the orchestrator's certificate, and one's own where it asks for one. In the clear without. */
  readonly tls?: TlsFiles | undefined;
  /** What this client believes: roots, policy, log and orchestrator keys. */
  readonly trust: TrustFile;
  readonly random: RandomSource;
  /** Set at an owner of data that runs a prover of its own (`sealflow prove`); see `DataOwner`. */
  readonly owner?: DataOwner | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The side of a data owner that lets nobody else prove: values of steps that run at the owner are kept here, and only a
 * reference to each is sealed.
 */
export interface DataOwner {
  /** Raw Ed25519 key of the owner's prover; null while none runs. */
  proverKey(): Uint8Array | null;
  /** Puts the payload that opens a commitment where the prover finds it, and nobody else. */
  keep(commitment: Commitment, payload: Uint8Array): Promise<void>;
  read(commitment: Commitment): Promise<Uint8Array | null>;
}

/** What the parts of the client share. */
export interface ClientConnection {
  readonly options: ClientOptions;
  readonly services: ServiceClients;
  /** Digest of the appraisal policy that every run pins. */
  readonly policyDigest: Digest;
  /** Ends every call that is made over this connection, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How long the calls of one piece of work may take together. */
export interface Until {
  /** Ends what runs, with its reason; nothing is taken back that was done. */
  readonly signal?: AbortSignal | undefined;
  /** From now; then everything ends with a `TimeoutError`. */
  readonly timeoutMs?: number | undefined;
}

/** A signal for all of that; undefined where nothing is asked for. */
export function signalOf({ signal, timeoutMs }: Until, also?: AbortSignal): AbortSignal | undefined {
  return anySignal(also, signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs));
}

export function anySignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}

const inspected = Symbol.for('nodejs.util.inspect.custom');

/** The same options; printed or turned into JSON they show no credential. A copy has to be concealed again. */
export function concealed(options: ClientOptions): ClientOptions {
  const shown = (): object => ({ target: options.target, tenant: options.tenant });
  const hidden = { value: shown, enumerable: false };
  return Object.defineProperties({ ...options }, { toJSON: hidden, [inspected]: hidden });
}

/** @throws RangeError for two credentials: which of them counts would be a guess */
export function bearerOf({ apiKey, token }: Pick<ClientOptions, 'apiKey' | 'token'>): Bearer | undefined {
  if (apiKey !== undefined && token !== undefined) throw new RangeError('expected apiKey or token, got both');
  return apiKey ?? token;
}
