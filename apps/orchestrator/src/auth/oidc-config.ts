import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** How people log in at an issuer with a browser. */
export interface OidcLogin {
  /** In the address of the login. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly clientId: string;
  /** Absent for a public client, which PKCE alone protects. */
  readonly clientSecret?: string | undefined;
  /** Where browsers reach this orchestrator; the callback below it is registered at the issuer. */
  readonly publicUrl: string;
  readonly scope: string;
}

/**
 * An issuer of tokens (OpenID Connect) and what it may speak for. A tenant of another issuer cannot be claimed with a
 * token of this one, whatever the claim says.
 */
export interface OidcIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** Where its keys are. */
  readonly jwksUri: string;
  readonly tenants: readonly string[];
  readonly tenantClaim: string;
  readonly rolesClaim: string;
  /** Absent: its tokens are taken, and nobody logs in there with a browser. */
  readonly login?: OidcLogin | undefined;
}

const BYTES_MAX = 64 * 1024;

/** Keys that come over a network in the clear are anybody's keys; on this machine they are not. */
const address = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.hash !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname))
  );
}, 'expected an https address, or http on the loopback');

const claim = z.string().min(1).max(128);

const login = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
    name: z.string().min(1).max(64),
    clientId: z.string().min(1).max(256),
    /** The secret lies in a file of its own, which `SEALFLOW_OIDC_FILE` can then be read without. */
    clientSecretFile: z.string().min(1).max(1_024).optional(),
    publicUrl: address,
    scope: z
      .string()
      .regex(/^openid( [\x21-\x7e]+)*$/)
      .max(256)
      .default('openid'),
  })
  // The callback would be another login.
  .refine(({ id }) => id !== 'callback', 'expected another id than callback');

const schema = z
  .array(
    z.strictObject({
      issuer: address,
      audience: z.string().min(1).max(256),
      jwksUri: address,
      tenants: z
        .array(z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/))
        .min(1)
        .max(1_000),
      tenantClaim: claim.default('sealflow_tenant'),
      rolesClaim: claim.default('sealflow_roles'),
      login: login.optional(),
    }),
  )
  .max(16)
  .refine(
    (list) => new Set(list.map(({ issuer }) => issuer)).size === list.length,
    'expected every issuer once',
  )
  .refine((list) => {
    const ids = list.flatMap(({ login: own }) => own?.id ?? []);
    return new Set(ids).size === ids.length;
  }, 'expected every login id once');

/** Reads the file that `SEALFLOW_OIDC_FILE` names; without it, no token is accepted. */
export function readOidcIssuers(environment: NodeJS.ProcessEnv): readonly OidcIssuer[] {
  const file = environment['SEALFLOW_OIDC_FILE'];
  if (file === undefined || file === '') return [];
  const bytes = readFileSync(file);
  if (bytes.length > BYTES_MAX) throw wrong(`expected at most ${BYTES_MAX} bytes, got ${bytes.length}`);
  return parseOidcIssuers(bytes.toString('utf8'));
}

export function parseOidcIssuers(text: string): readonly OidcIssuer[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong('expected a JSON array of issuers');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) {
    return parsed.data.map(({ login: own, ...issuer }) =>
      own === undefined ? issuer : { ...issuer, login: withSecret(own) },
    );
  }
  throw wrong(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}

function withSecret({ clientSecretFile, ...rest }: z.infer<typeof login>): OidcLogin {
  if (clientSecretFile === undefined) return rest;
  const clientSecret = readFileSync(clientSecretFile, 'utf8').trim();
  if (clientSecret.length < 16 || clientSecret.length > 1_024)
    throw wrong(`login.clientSecretFile: expected 16 to 1024 characters, got ${clientSecret.length}`);
  return { ...rest, clientSecret };
}

function wrong(what: string): Error {
  return new Error(`configuration: SEALFLOW_OIDC_FILE: ${what}`);
}
