import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { ApiError } from '#contracts';
import type { OidcIssuer } from './oidc-config.js';

/** Keys are looked for again when a token names one that is not there: not more often than this. */
const COOLDOWN_MS = 10_000;
/** A key that the issuer took away is believed no longer than this. */
const MAX_AGE_MS = 300_000;
const TIMEOUT_MS = 3_000;
const BYTES_MAX = 64 * 1024;
const KEYS_MAX = 32;

interface Held {
  readonly kids: ReadonlySet<string>;
  readonly keyOf: JWTVerifyGetKey;
  readonly atMs: number;
}

/** The keys of one issuer, fetched in bounds: a slow, endless or redirecting issuer costs a bounded time and memory. */
export class JwksSource {
  #held: Held | null = null;
  #fetching: Promise<void> | null = null;
  #triedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly issuer: OidcIssuer,
    private readonly clock: () => number,
  ) {}

  /**
   * What finds the key of a token.
   *
   * @throws ApiError TOKEN_KEY_UNKNOWN, ISSUER_UNAVAILABLE
   */
  async keyFor(kid: string): Promise<JWTVerifyGetKey> {
    const held = this.#fresh();
    if (held?.kids.has(kid) === true) return held.keyOf;
    await this.#refresh();
    const now = this.#fresh();
    if (now === null) {
      throw new ApiError(
        'ISSUER_UNAVAILABLE',
        `no keys of the issuer ${this.issuer.issuer} now: repeat the call`,
      );
    }
    if (now.kids.has(kid)) return now.keyOf;
    throw new ApiError(
      'TOKEN_KEY_UNKNOWN',
      `authorization: expected a token under a key of ${this.issuer.issuer}, got one under a key that it does not publish: sign in again`,
    );
  }

  #fresh(): Held | null {
    return this.#held !== null && this.#held.atMs + MAX_AGE_MS > this.clock() ? this.#held : null;
  }

  /** One request at a time, whoever waits; none within the cooldown. */
  async #refresh(): Promise<void> {
    if (this.#fetching === null) {
      if (this.#triedMs + COOLDOWN_MS > this.clock()) return;
      this.#triedMs = this.clock();
      this.#fetching = this.#fetch().finally(() => {
        this.#fetching = null;
      });
    }
    await this.#fetching;
  }

  /** Keeps what it had when the issuer is away. */
  async #fetch(): Promise<void> {
    try {
      const response = await fetch(this.issuer.jwksUri, {
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { accept: 'application/json' },
      });
      const bytes = await bounded(response);
      if (response.status !== 200 || bytes === null) return;
      const set = keySet(bytes);
      if (set === null) return;
      const kids = new Set(set.keys.flatMap(({ kid }) => (typeof kid === 'string' ? [kid] : [])));
      this.#held = { kids, keyOf: createLocalJWKSet(set), atMs: this.clock() };
    } catch {
      // Away, slow or no JSON: all are "not now" for whoever asks.
    }
  }
}

async function bounded(response: Response): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Only public keys for signatures: a symmetric key in the set would let anybody who read it sign. */
function keySet(bytes: Buffer): JSONWebKeySet | null {
  const json = JSON.parse(bytes.toString('utf8')) as { keys?: unknown };
  if (!Array.isArray(json.keys)) return null;
  const keys = json.keys.slice(0, KEYS_MAX).filter((key) => {
    const { kty, use, kid, d } = (key ?? {}) as Record<string, unknown>;
    const signs = use === undefined || use === 'sig';
    return typeof kid === 'string' && signs && d === undefined && ['RSA', 'EC', 'OKP'].includes(String(kty));
  });
  return { keys };
}
