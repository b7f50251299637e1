import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { JsonObject } from '#canonical';
import { ApiError } from '#contracts';
import { JwksSource } from './jwks-source.js';
import type { KeyStore } from './key-store.js';
import type { OidcIssuer } from './oidc-config.js';
import { type Principal, rolesOf } from './principal.js';

/** Asymmetric only: with a symmetric algorithm, the public key of the issuer would be the secret (RFC 8725, 2.1). */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const CLOCK_SKEW_S = 30;
const TENANT_CACHE_MS = 5_000;

/**
 * Tokens of OpenID Connect issuers. Believes the keys that an issuer publishes at its configured address, and the
 * configuration about which tenants it speaks for.
 */
export class OidcAuthenticator {
  readonly #issuers: ReadonlyMap<string, { readonly config: OidcIssuer; readonly keys: JwksSource }>;
  readonly #tenants = new Map<string, number>();

  constructor(
    issuers: readonly OidcIssuer[],
    private readonly store: Pick<KeyStore, 'tenant'>,
    private readonly clock: () => number,
  ) {
    this.#issuers = new Map(
      issuers.map((config) => [config.issuer, { config, keys: new JwksSource(config, clock) }]),
    );
  }

  /** @throws ApiError whose reason says which check failed; never the token */
  async authenticate(token: string): Promise<Principal> {
    const { alg, kid, issuer } = readUnverified(token);
    if (!ALGORITHMS.includes(alg)) {
      throw new ApiError(
        'TOKEN_ALGORITHM_NOT_ALLOWED',
        `authorization: expected a token signed with ${ALGORITHMS.join(', ')}, got another algorithm`,
      );
    }
    const known = this.#issuers.get(issuer);
    if (known === undefined) {
      throw new ApiError(
        'TOKEN_ISSUER_UNKNOWN',
        'authorization: expected a token of an issuer that this orchestrator is configured for, got another',
      );
    }
    const keyOf = await known.keys.keyFor(kid);
    const payload = await verified(async () => {
      const { payload: claims } = await jwtVerify(token, keyOf, {
        algorithms: ALGORITHMS,
        issuer: known.config.issuer,
        audience: known.config.audience,
        clockTolerance: CLOCK_SKEW_S,
        currentDate: new Date(this.clock()),
        requiredClaims: ['exp', 'sub'],
      });
      return claims;
    });
    return this.#principal(payload, known.config);
  }

  /** Claims of an ID token that was verified at a login; who believes them has verified that they are those. */
  ofLogin(
    { issuer, claims }: { readonly issuer: string; readonly claims: JsonObject },
    untilMs: number,
  ): Promise<Principal> {
    const known = this.#issuers.get(issuer)?.config;
    if (known?.login === undefined) {
      throw new ApiError(
        'TOKEN_ISSUER_UNKNOWN',
        'session: expected a login at an issuer that this orchestrator is configured for, got another: log in again',
      );
    }
    return this.#principal({ ...claims, exp: Math.floor(untilMs / 1_000) - CLOCK_SKEW_S }, known);
  }

  async #principal(payload: JWTPayload, config: OidcIssuer): Promise<Principal> {
    const tenant = payload[config.tenantClaim];
    const names = payload[config.rolesClaim];
    const roles =
      Array.isArray(names) && names.length <= 16 && typeof tenant === 'string'
        ? rolesOf(names, tenant)
        : null;
    const { sub, exp } = payload;
    const named = typeof sub === 'string' && /^[\x21-\x7e]{1,128}$/.test(sub);
    if (typeof tenant !== 'string' || !config.tenants.includes(tenant) || roles === null || !named) {
      throw new ApiError(
        'TOKEN_CLAIMS_INVALID',
        `authorization: expected ${config.tenantClaim} with a tenant of this issuer, ${config.rolesClaim} with roles of a tenant and a sub of visible characters, got others`,
      );
    }
    await this.#requireTenant(tenant);
    return {
      subject: `oidc:${new URL(config.issuer).host}:${sub}`,
      tenant,
      roles,
      kind: 'token',
      holder: sub,
      expiresMs: ((exp ?? 0) + CLOCK_SKEW_S) * 1_000,
    };
  }

  async #requireTenant(tenant: string): Promise<void> {
    const now = this.clock();
    if ((this.#tenants.get(tenant) ?? 0) > now) return;
    if ((await this.store.tenant(tenant)) === undefined) {
      throw new ApiError(
        'TENANT_UNKNOWN',
        `authorization: expected a tenant of this orchestrator, got ${tenant}: create it first`,
      );
    }
    this.#tenants.set(tenant, now + TENANT_CACHE_MS);
  }
}

/** What chooses the key; believed only after the signature. */
function readUnverified(token: string): { alg: string; kid: string; issuer: string } {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    const { iss } = decodeJwt(token);
    return { alg: alg ?? '', kid: kid ?? '', issuer: iss ?? '' };
  } catch {
    throw new ApiError(
      'CREDENTIAL_MALFORMED',
      'authorization: expected an API key (sfk_...) or a signed token (JWT), got neither',
    );
  }
}

async function verified(verify: () => Promise<JWTPayload>): Promise<JWTPayload> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new ApiError(
        'TOKEN_EXPIRED',
        'authorization: expected a valid token, got one that has expired: sign in again',
      );
    }
    if (error instanceof errors.JWTClaimValidationFailed) throw claimError(error.claim);
    throw new ApiError(
      'TOKEN_INVALID',
      'authorization: expected a token with a valid signature of its issuer, got another: sign in again',
    );
  }
}

function claimError(claim: string): ApiError {
  if (claim === 'aud') {
    return new ApiError(
      'TOKEN_AUDIENCE_MISMATCH',
      'authorization: expected a token for this orchestrator, got one for another audience',
    );
  }
  if (claim === 'nbf') {
    return new ApiError(
      'TOKEN_NOT_YET_VALID',
      'authorization: expected a token that is valid now, got one that begins later: compare the clocks',
    );
  }
  return new ApiError(
    'TOKEN_CLAIMS_INVALID',
    `authorization: expected a valid claim ${claim}, got none or another`,
  );
}
