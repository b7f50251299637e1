import { ApiError } from '#contracts';
import type { Access } from './access-table.js';
import type { Principal } from './principal.js';

/** The form that handlers take; a name of another form is refused by them as what it is. */
const tenantOf = /^tenants\/([a-z0-9][a-z0-9.-]{0,62})(?:\/|$)/;

/**
 * The tenant that a request names, or null where it names none: the handler then refuses the name for its form.
 *
 * @param message a decoded request
 */
export function namedTenant(access: Access, message: unknown): string | null {
  if (access.kind !== 'tenant') return null;
  const name = (message as Readonly<Record<string, unknown>> | null)?.[access.field];
  return typeof name === 'string' ? (tenantOf.exec(name)?.[1] ?? null) : null;
}

/**
 * Decides about one call. Another tenant's resources do not exist for the caller, whatever its roles are: a refusal
 * for a role would say that they do.
 *
 * @param what the method or path, for the text
 * @throws ApiError TENANT_MISMATCH, then ROLE_MISSING
 */
export function authorize(what: string, access: Access, principal: Principal, tenant: string | null): void {
  if (access.kind === 'open') return;
  if (access.kind === 'tenant' && principal.tenant === null) {
    throw new ApiError(
      'TENANT_MISMATCH',
      `${what}: no such resource for ${principal.subject}, which is of no tenant`,
    );
  }
  if (tenant !== null && tenant !== principal.tenant) {
    throw new ApiError('TENANT_MISMATCH', `no such resource of tenant ${tenant} for this credential`);
  }
  if (!access.roles.some((role) => principal.roles.includes(role))) {
    throw new ApiError(
      'ROLE_MISSING',
      `${what}: expected the role ${access.roles.join(' or ')}, got ${principal.roles.join(', ')}: use another credential`,
      { facts: { expected: access.roles.join(' '), actual: principal.roles.join(' ') } },
    );
  }
}
