import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject, utf8 } from '#canonical';
import { ApiError } from '#contracts';
import type { Config } from '../config/config.js';
import { limits } from '../config/limits.js';
import { SigningKey } from '../evidence/signing-key.js';
import { CLOCK, type Clock, CONFIG } from '../tokens.js';
import { Authenticator } from './authenticator.js';
import { cookieOf, setCookie } from './cookies.js';
import type { Principal } from './principal.js';
import { SealedTexts } from './sealed-text.js';

/** Cookies that browsers hold are cut at 4,096 bytes. */
const COOKIE_CHARS_MAX = 3_800;
const CSRF_BYTES = 24;

/** Who an issuer of OpenID Connect says that somebody is. */
export interface LoginClaims {
  readonly issuer: string;
  /** `sub`, and the claims of tenant and roles. */
  readonly claims: JsonObject;
}

export interface Session {
  readonly principal: Principal;
  /** What a call that changes something says beside the cookie. */
  readonly csrfToken: string;
  readonly untilMs: number;
}

/** A session that begins, and the cookie that is it. */
export interface NewSession extends Session {
  readonly cookie: string;
}

/**
 * Sessions of browsers (ADR 016). A session is its cookie: the credential that it began with, sealed under a key of this
 * installation, so that every replica takes it and none keeps it. The credential is judged anew with each call, so a key
 * that is revoked ends its sessions; a login ends by its time.
 */
@Injectable()
export class Sessions {
  readonly #texts: SealedTexts;

  constructor(
    key: SigningKey,
    private readonly authenticator: Authenticator,
    @Inject(CONFIG) private readonly config: Pick<Config, 'tls' | 'oidc'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#texts = new SealedTexts(key.seed, clock, COOKIE_CHARS_MAX);
  }

  /** Of an API key, as its owner sends it. A token of an issuer has a login of its own. */
  async ofKey(credential: string): Promise<NewSession> {
    const principal = await this.authenticator.authenticate([`Bearer ${credential}`]);
    if (principal.kind !== 'key') {
      throw new ApiError(
        'CREDENTIAL_MALFORMED',
        'authorization: expected an API key to begin a session with, got a token: log in at its issuer',
      );
    }
    return this.#begin(principal, { key: credential });
  }

  async ofLogin({ issuer, claims }: LoginClaims): Promise<NewSession> {
    const principal = await this.authenticator.ofLogin({ issuer, claims }, this.#untilMs());
    return this.#begin(principal, { issuer, claims });
  }

  /** @returns null for a request that has no such cookie */
  async find(cookies: readonly string[]): Promise<Session | null> {
    const text = cookieOf(cookies, this.#name);
    if (text === null) return null;
    const opened = this.#texts.open('session', text);
    if (opened === null) {
      throw new ApiError(
        'SESSION_INVALID',
        'cookie: expected a session that lasts, got one that is over or none: log in again',
      );
    }
    const { content, untilMs } = opened;
    const { csrf, key, issuer, claims } = content;
    const principal =
      typeof key === 'string'
        ? await this.authenticator.authenticate([`Bearer ${key}`])
        : await this.authenticator.ofLogin(
            { issuer: String(issuer), claims: isJsonObject(claims) ? claims : {} },
            untilMs,
          );
    return { principal, csrfToken: String(csrf), untilMs };
  }

  /** Whoever changes something over a cookie shows that it can read this origin: another site cannot. */
  requireOwn(session: Session, headers: readonly string[]): void {
    const [given = ''] = headers;
    const [one, other] = [utf8(session.csrfToken), utf8(given)];
    if (headers.length === 1 && one.length === other.length && timingSafeEqual(one, other)) return;
    throw new ApiError(
      'CSRF_TOKEN_MISMATCH',
      'sealflow-csrf: expected the csrfToken of GET /v1/session, got another or none: read it and call again',
    );
  }

  /** The cookie that takes a session away. */
  over(): string {
    return setCookie(this.#name, '', { maxAgeS: 0, sameSite: 'Strict', secure: this.secure });
  }

  /** Whether browsers reach this installation by TLS: by its own, or by that of a proxy before it. */
  get secure(): boolean {
    return (
      this.config.tls !== undefined ||
      this.config.oidc.some(({ login }) => login?.publicUrl.startsWith('https:') === true)
    );
  }

  /** The prefix binds it to this host (RFC 6265bis, 4.1.3.2); it takes TLS. */
  get #name(): string {
    return this.secure ? '__Host-sealflow-session' : 'sealflow-session';
  }

  /** Whole seconds, which claims and cookies count in. */
  #untilMs(): number {
    return Math.ceil((this.clock() + limits.consoleSessionMs) / 1_000) * 1_000;
  }

  #begin(principal: Principal, credential: JsonObject): NewSession {
    const untilMs = Math.min(this.#untilMs(), principal.expiresMs);
    const csrfToken = randomBytes(CSRF_BYTES).toString('base64url');
    const value = this.#texts.seal('session', { ...credential, csrf: csrfToken }, untilMs);
    if (value === null) {
      throw new ApiError(
        'CREDENTIAL_MALFORMED',
        'session: expected a credential that a cookie holds, got a longer one: have the issuer send fewer roles',
      );
    }
    const maxAgeS = Math.max(0, Math.floor((untilMs - this.clock()) / 1_000));
    const cookie = setCookie(this.#name, value, { maxAgeS, sameSite: 'Strict', secure: this.secure });
    return { principal, csrfToken, untilMs, cookie };
  }
}
