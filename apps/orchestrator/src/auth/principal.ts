/** Roles that a tenant gives to its people and programs. */
export const tenantRoles = ['submitter', 'approver', 'model-owner', 'compliance', 'auditor'] as const;

/** Roles of whoever runs the platform; none of them belongs to a tenant. */
export const platformRoles = ['operator', 'service', 'worker'] as const;

export const roles = [...tenantRoles, ...platformRoles] as const;

export type Role = (typeof roles)[number];

/** Whoever makes a call, as the credential says. Nothing in a request changes it. */
export interface Principal {
  /** `key:<id>`, or `oidc:<issuer>:<sub>`: one name for one caller, for logs and records. */
  readonly subject: string;
  /** Null for the platform. */
  readonly tenant: string | null;
  readonly roles: readonly Role[];
  readonly kind: 'key' | 'token';
  /** Whose key it is; for a worker `workers/{worker}` or `workers/*`, below `tenants/{tenant}/` where it is a tenant's own. */
  readonly holder: string;
  /** Milliseconds since the epoch. */
  readonly expiresMs: number;
  /** The worker that the certificate of the connection names; absent for others, and where TLS is off. */
  readonly worker?: string;
}

/** The roles of a text list, or null when one of them is none, or is of the other side of the platform. */
export function rolesOf(names: readonly unknown[], tenant: string | null): Role[] | null {
  const allowed: readonly string[] = tenant === null ? platformRoles : tenantRoles;
  const known = names.filter((name): name is Role => typeof name === 'string' && allowed.includes(name));
  return known.length === names.length && known.length > 0 ? [...new Set(known)] : null;
}

/** Whose workers a key is for, where they are a tenant's own: `tenants/{tenant}/workers/{worker}`. */
export interface WorkerHolder {
  /** Null: workers of the platform, which serve every tenant. */
  readonly tenant: string | null;
  /** Null: any worker of that holder. */
  readonly worker: string | null;
}

const HOLDER = /^(?:tenants\/([a-z0-9][a-z0-9.-]{0,62})\/)?workers\/([^/]+)$/;

/** Where a worker sends and takes bytes. */
const BLOBS = '/sealflow.blob.v1.BlobService/';

/**
 * A tenant's own worker is of the platform, which gives it its leases; among blobs it sees those of its tenant alone.
 *
 * @param method path of the call
 */
export function amongBlobs(principal: Principal, method: string): Principal {
  if (principal.tenant !== null || !principal.roles.includes('worker') || !method.startsWith(BLOBS))
    return principal;
  const { tenant } = workerHolder(principal.holder);
  return tenant === null ? principal : { ...principal, tenant };
}

/** Which workers a key of a worker is for. A name of another form says nothing of either. */
export function workerHolder(holder: string): WorkerHolder {
  const [, tenant = null, worker = '*'] = HOLDER.exec(holder) ?? [];
  return { tenant, worker: worker.includes('*') ? null : worker };
}
