import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '#canonical';
import { ApiError } from '#contracts';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { CLOCK, type Clock, CONFIG } from '../tokens.js';
import { asSystem } from './call-context.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { KeyStore } from './key-store.js';
import { OidcAuthenticator } from './oidc-authenticator.js';
import type { Principal } from './principal.js';

/** RFC 6750: one space, and a credential of a bounded number of visible characters. */
const bearerPattern = /^Bearer ([\x21-\x7e]{1,8192})$/i;

/**
 * Who calls. There is no way around it and no switch: a call without a credential reaches what the table calls open.
 */
@Injectable()
export class Authenticator {
  readonly #keys: KeyAuthenticator;
  readonly #tokens: OidcAuthenticator;

  constructor(database: Database, @Inject(CONFIG) config: Config, @Inject(CLOCK) clock: Clock) {
    const store = new KeyStore(database.queries);
    this.#keys = new KeyAuthenticator(store, clock);
    this.#tokens = new OidcAuthenticator(config.oidc, store, clock);
  }

  /**
   * @param headers every `authorization` of the call; two are none, since one of them would be believed by accident
   * @throws ApiError with a reason of UNAUTHENTICATED, or ISSUER_UNAVAILABLE
   */
  authenticate(headers: readonly unknown[]): Promise<Principal> {
    return asSystem(() => this.#authenticate(headers));
  }

  /**
   * The same at once, for a key that was looked at a moment ago; null for everything else.
   *
   * @throws ApiError as `authenticate`
   */
  recent(headers: readonly unknown[]): Principal | null {
    const credential = headers.length === 1 ? bearerPattern.exec(String(headers[0]))?.[1] : undefined;
    return credential !== undefined && KeyAuthenticator.isKey(credential)
      ? this.#keys.recent(credential)
      : null;
  }

  async #authenticate(headers: readonly unknown[]): Promise<Principal> {
    const [header] = headers;
    if (header === undefined) {
      throw new ApiError(
        'CREDENTIAL_MISSING',
        'authorization: expected "Bearer" and an API key or a token, got nothing: set SEALFLOW_API_KEY, or use the home folder of the installation',
      );
    }
    const credential = headers.length === 1 ? bearerPattern.exec(String(header))?.[1] : undefined;
    if (credential === undefined) {
      throw new ApiError(
        'CREDENTIAL_MALFORMED',
        'authorization: expected one header of "Bearer", a space and an API key or a token, got another form',
      );
    }
    return KeyAuthenticator.isKey(credential)
      ? this.#keys.authenticate(credential)
      : this.#tokens.authenticate(credential);
  }

  /**
   * Who an issuer said that somebody is, when that one logged in; the configuration and the tenants of now decide.
   *
   * @throws ApiError TOKEN_ISSUER_UNKNOWN, TOKEN_CLAIMS_INVALID, TENANT_UNKNOWN
   */
  ofLogin(
    login: { readonly issuer: string; readonly claims: JsonObject },
    untilMs: number,
  ): Promise<Principal> {
    return asSystem(() => this.#tokens.ofLogin(login, untilMs));
  }

  forgetKey(id: string): void {
    this.#keys.forget(id);
  }
}
