import { type CreateApiKeyResponse__Output, connectServices, unary } from '#contracts';
import type { TestStack } from './test-stack.js';

/** An API key with one role, of a tenant or of the platform. */
export async function roleKey(
  stack: TestStack,
  tenant: string | null,
  role: string,
  subject = `${role}-of-the-test`,
): Promise<string> {
  const services = connectServices(stack.address.grpc, {
    bearer: stack.installation.keys.read('operator') ?? undefined,
  });
  const request = {
    parent: tenant === null ? '' : `tenants/${tenant}`,
    subject,
    roles: [role],
    expireTime: { seconds: String(Math.floor(Date.now() / 1000) + 3_600), nanos: 0 },
  };
  try {
    const { secret } = await unary<CreateApiKeyResponse__Output>(
      (options, callback) => services.tenant.createApiKey(request, options, callback),
      { deadlineMs: 5_000 },
    );
    return secret;
  } finally {
    services.close();
  }
}
