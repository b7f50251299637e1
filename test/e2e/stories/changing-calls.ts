import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CancelRunRequest,
  type CancelRunResponse__Output,
  type CreateApiKeyRequest,
  type CreateApiKeyResponse__Output,
  type CreateTenantRequest,
  type CreateTenantResponse__Output,
  connectServices,
  type RevokeApiKeyRequest,
  type RevokeApiKeyResponse__Output,
  type ServiceClients,
  type UpdateQuotaRequest,
  type UpdateQuotaResponse__Output,
  unary,
} from '#contracts';
import { contractMethods } from '../../../apps/orchestrator/src/auth/matrix.fixture.js';
import { refused } from '../refused.js';
import { runOf, settled, suite } from '../suite.js';

const DEADLINE = { deadlineMs: 10_000 };

/** Calls of operators that this suite makes on a channel of their own. */
let operator: ServiceClients;

function createTenant(request: CreateTenantRequest) {
  return unary<CreateTenantResponse__Output>(
    (options, callback) => operator.tenant.createTenant(request, options, callback),
    DEADLINE,
  );
}

function createKey(request: CreateApiKeyRequest) {
  const expireTime = { seconds: String(Math.floor(startMs / 1_000) + 86_400), nanos: 0 };
  const whole = { parent: 'tenants/demo', subject: 'changes', roles: ['auditor'], expireTime, ...request };
  return unary<CreateApiKeyResponse__Output>(
    (options, callback) => operator.tenant.createApiKey(whole, options, callback),
    DEADLINE,
  );
}

function revokeKey(request: RevokeApiKeyRequest) {
  return unary<RevokeApiKeyResponse__Output>(
    (options, callback) => operator.tenant.revokeApiKey(request, options, callback),
    DEADLINE,
  );
}

function updateQuota(request: UpdateQuotaRequest) {
  return unary<UpdateQuotaResponse__Output>(
    (options, callback) =>
      operator.tenant.updateQuota({ name: 'tenants/umbrella', ...request }, options, callback),
    DEADLINE,
  );
}

function cancel(request: CancelRunRequest) {
  const { run } = suite().client.services;
  return unary<CancelRunResponse__Output>(
    (options, callback) => run.cancelRun(request, options, callback),
    DEADLINE,
  );
}

/** One time for all keys: a request that is sent again is sent again with its time. */
const startMs = Date.now();

/** Methods that change nothing, or whose content is their name: bytes by digest, intents by what was signed, calls by a sealed id. */
const withoutRequestId =
  /\/(Get|List|Watch|Wait|Read|Stat|Query|Download|Validate|Plan|Connect|Converse|Relay|Write|Submit|Reappraise|Redact|Preview|Sample)/;

/** What holds for every call that changes something: it can be repeated, only checked, and bound to what was read. */
export function changingCalls(): void {
  beforeAll(settled);
  beforeAll(() => {
    const { stack } = suite();
    operator = connectServices(stack.address.grpc, {
      bearer: stack.installation.keys.read('operator') ?? '',
    });
    return () => operator.close();
  });

  describe('a call that changes something', () => {
    it('has a request id', () => {
      const missing = contractMethods()
        .filter(({ path }) => !withoutRequestId.test(path))
        .filter(({ fields }) => !fields.includes('requestId'))
        .map(({ path }) => path);
      expect(missing).toEqual([]);
    });

    it('makes a tenant once, and one that is there is refused to another request', async () => {
      const [name, requestId] = ['tenants/umbrella', randomUUID()];
      await createTenant({ name, requestId, validateOnly: true });
      const first = await createTenant({ name, requestId });
      expect(await createTenant({ name, requestId })).toEqual(first);
      await refused('REQUEST_ID_REUSED', () => createTenant({ name: 'tenants/corp', requestId }));
      await refused('TENANT_EXISTS', () => createTenant({ name, requestId: randomUUID() }));
      await refused('TENANT_EXISTS', () => createTenant({ name, validateOnly: true }));
    });

    it('makes a key once: its secret is in the first answer and in no other', async () => {
      const requestId = randomUUID();
      const checked = await createKey({ requestId, validateOnly: true });
      expect(checked.secret).toBe('');
      await refused('NOT_FOUND', () => revokeKey({ name: checked.key?.name ?? '' }));
      const first = await createKey({ requestId });
      const again = await createKey({ requestId });
      expect([again.key, again.secret]).toEqual([first.key, '']);
      expect(first.secret).toMatch(/^sfk_/);
      await refused('REQUEST_ID_REUSED', () => createKey({ requestId, subject: 'somebody' }));
      await refused('NOT_FOUND', () => createKey({ parent: 'tenants/nobody', requestId: randomUUID() }));
    });

    it('revokes the key that was read, once', async () => {
      const { key } = await createKey({});
      const [name, etag, requestId] = [key?.name ?? '', key?.etag ?? '', randomUUID()];
      await refused('ETAG_MISMATCH', () => revokeKey({ name, etag: '"other"' }));
      const checked = await revokeKey({ name, etag, validateOnly: true });
      expect(checked.key?.revokeTime).not.toBeNull();
      const first = await revokeKey({ name, etag, requestId });
      expect(await revokeKey({ name, etag, requestId })).toEqual(first);
      await refused('ETAG_MISMATCH', () => revokeKey({ name, etag, requestId: randomUUID() }));
    });

    it('sets the quota that was read, once', async () => {
      const { quota: before } = await updateQuota({ openRunsMax: 7 });
      const etag = before?.etag ?? '';
      const requestId = randomUUID();
      await updateQuota({ openRunsMax: 8, etag, validateOnly: true });
      await updateQuota({ openRunsMax: 9, etag, requestId });
      const { quota: again } = await updateQuota({ openRunsMax: 9, etag, requestId });
      expect(again?.openRunsMax).toBe(9);
      await refused('ETAG_MISMATCH', () => updateQuota({ openRunsMax: 1, etag }));
      await refused('REQUEST_ID_REUSED', () => updateQuota({ openRunsMax: 1, etag, requestId }));
    });

    it('that cancels a run can be only checked', async () => {
      const { name } = runOf('reviewed').handle;
      const { run } = await cancel({ name, reason: 'x', validateOnly: true, requestId: randomUUID() });
      expect(run?.state).toBe('RUN_STATE_AWAITING_APPROVAL');
      await refused('ETAG_MISMATCH', () => cancel({ name, etag: '"old"', validateOnly: true }));
    });
  });
}
