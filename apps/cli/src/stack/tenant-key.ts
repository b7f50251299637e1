import {
  ApiError,
  type Bearer,
  type CreateApiKeyResponse__Output,
  type CreateTenantResponse__Output,
  unary,
} from '#contracts';
import type { TlsFiles } from '#tls';
import { dial } from './dial.js';

const DEADLINE = { deadlineMs: 10_000 };
const LIFETIME_S = 24 * 3_600;

/** A key of a tenant, which is made if it is not there; for a day unless said. */
export async function tenantKey(
  target: string,
  operator: Bearer | undefined,
  tenant: string,
  roles: readonly string[],
  tls: TlsFiles | null = null,
  lifetimeS = LIFETIME_S,
): Promise<string> {
  const services = dial(target, { bearer: operator, tls });
  const parent = `tenants/${tenant}`;
  try {
    await unary<CreateTenantResponse__Output>(
      (options, callback) => services.tenant.createTenant({ name: parent }, options, callback),
      DEADLINE,
    ).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.reason !== 'TENANT_EXISTS') throw error;
    });
    const expireTime = { seconds: String(Math.floor(Date.now() / 1000) + lifetimeS), nanos: 0 };
    const { secret } = await unary<CreateApiKeyResponse__Output>(
      (options, callback) =>
        services.tenant.createApiKey(
          { parent, subject: 'development', roles: [...roles], expireTime },
          options,
          callback,
        ),
      DEADLINE,
    );
    return secret;
  } finally {
    services.close();
  }
}

/** Everything that people and programs of a tenant may do. */
export const everyTenantRole = ['submitter', 'approver', 'model-owner', 'compliance', 'auditor'] as const;
