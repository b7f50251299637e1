import { Inject, Injectable } from '@nestjs/common';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { type JsonObject, toJson } from '#canonical';
import { ApiError } from '#contracts';
import type { Config } from '../config/config.js';
import { limits } from '../config/limits.js';
import { SigningKey } from '../evidence/signing-key.js';
import { CLOCK, type Clock, CONFIG } from '../tokens.js';
import { cookieOf, setCookie } from './cookies.js';
import type { OidcLogin as LoginConfig, OidcIssuer } from './oidc-config.js';
import { SealedTexts } from './sealed-text.js';
import { type NewSession, Sessions } from './sessions.js';

export const CALLBACK_PATH = '/v1/login/callback';
const COOKIE = 'sealflow-login';
const COOKIE_CHARS_MAX = 2_000;
const LOGIN_MS = 10 * 60_000;

type LoginIssuer = OidcIssuer & { readonly login: LoginConfig };

export interface Redirect {
  readonly location: string;
  readonly cookie: string;
}

/**
 * Logins of people at issuers of OpenID Connect: the authorization code flow with PKCE, state and nonce (RFC 9700), the
 * code is changed for the ID token here and never in a browser. The issuer is believed about who somebody is, within the
 * tenants that the configuration gives it; the signature of the ID token is checked although it comes over TLS.
 */
@Injectable()
export class OidcLogin {
  readonly #texts: SealedTexts;
  readonly #clients = new Map<string, Promise<Configuration>>();

  constructor(
    key: SigningKey,
    private readonly sessions: Sessions,
    @Inject(CONFIG) private readonly config: Pick<Config, 'oidc'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#texts = new SealedTexts(key.seed, clock, COOKIE_CHARS_MAX);
  }

  issuers(): { readonly id: string; readonly name: string }[] {
    return this.#all().map(({ login }) => ({ id: login.id, name: login.name }));
  }

  /** Sends the browser to the issuer; the cookie says which login it comes back with. */
  async begin(id: string): Promise<Redirect> {
    const issuer = this.#issuer(id);
    const [verifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
    const url = buildAuthorizationUrl(await this.#client(issuer), {
      redirect_uri: callbackOf(issuer.login),
      scope: issuer.login.scope,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const value = this.#texts.seal('login', { id, verifier, state, nonce }, this.clock() + LOGIN_MS);
    if (value === null) throw new RangeError('login: a cookie that is too long');
    return { location: url.href, cookie: this.#cookie(value, LOGIN_MS / 1_000) };
  }

  /** The login cookie is over, however this ends. */
  over(): string {
    return this.#cookie('', 0);
  }

  /**
   * @param query of the address that the issuer sent the browser to, without `?`
   * @throws ApiError LOGIN_FAILED, ISSUER_UNAVAILABLE, or what the claims of a token are refused with
   */
  async end(query: string, cookies: readonly string[]): Promise<NewSession> {
    const text = cookieOf(cookies, COOKIE);
    const opened = text === null ? null : this.#texts.open('login', text);
    if (opened === null) throw failed('a login that began in this browser less than 10 minutes ago');
    const { id, verifier, state, nonce } = opened.content;
    const issuer = this.#issuer(String(id));
    const own = await this.#client(issuer);
    const back = new URL(callbackOf(issuer.login));
    back.search = query;
    const claims = await authorizationCodeGrant(own, back, {
      pkceCodeVerifier: String(verifier),
      expectedState: String(state),
      expectedNonce: String(nonce),
      idTokenExpected: true,
    }).then(
      (tokens) => tokens.claims(),
      () => {
        throw failed('the answer of the issuer to this login');
      },
    );
    if (claims === undefined) throw failed('an ID token');
    const { tenantClaim, rolesClaim } = issuer;
    const { sub, [tenantClaim]: tenant, [rolesClaim]: roles } = claims;
    const told = toJson({ sub, [tenantClaim]: tenant ?? null, [rolesClaim]: roles ?? null }) as JsonObject;
    return this.sessions.ofLogin({ issuer: issuer.issuer, claims: told });
  }

  #all(): LoginIssuer[] {
    return this.config.oidc.flatMap((issuer) =>
      issuer.login === undefined ? [] : [{ ...issuer, login: issuer.login }],
    );
  }

  #issuer(id: string): LoginIssuer {
    const issuer = this.#all().find(({ login }) => login.id === id);
    if (issuer === undefined) throw new ApiError('NOT_FOUND', 'no such login: GET /v1/login lists them');
    return issuer;
  }

  /** What the issuer publishes about itself is read once; after a failure again. */
  #client({ issuer, login }: LoginIssuer): Promise<Configuration> {
    const known = this.#clients.get(issuer);
    if (known !== undefined) return known;
    const url = new URL(issuer);
    const auth = login.clientSecret === undefined ? None() : ClientSecretPost(login.clientSecret);
    // The configuration takes http on the loopback alone.
    const execute = url.protocol === 'http:' ? [allowInsecureRequests] : [];
    const found = discovery(url, login.clientId, undefined, auth, {
      execute: [...execute, enableNonRepudiationChecks],
      timeout: limits.issuerMs / 1_000,
    }).catch(() => {
      this.#clients.delete(issuer);
      throw new ApiError('ISSUER_UNAVAILABLE', 'login: the issuer does not answer: try again');
    });
    this.#clients.set(issuer, found);
    return found;
  }

  /** Lax: the issuer sends the browser back from another site, and this has to come along. */
  #cookie(value: string, maxAgeS: number): string {
    return setCookie(COOKIE, value, { maxAgeS, sameSite: 'Lax', secure: this.sessions.secure });
  }
}

function callbackOf({ publicUrl }: LoginConfig): string {
  return new URL(CALLBACK_PATH, publicUrl).href;
}

/** Nothing of the issuer's answer is repeated: it may hold a code or a token. */
function failed(expected: string): ApiError {
  return new ApiError('LOGIN_FAILED', `login: expected ${expected}, got another or none: begin again`);
}
