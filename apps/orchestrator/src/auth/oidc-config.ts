import { readFileSync } from 'node:fs';
import { z } from 'zod';

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
    }),
  )
  .max(16)
  .refine(
    (list) => new Set(list.map(({ issuer }) => issuer)).size === list.length,
    'expected every issuer once',
  );

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
  if (parsed.success) return parsed.data;
  throw wrong(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}

function wrong(what: string): Error {
  return new Error(`configuration: SEALFLOW_OIDC_FILE: ${what}`);
}
