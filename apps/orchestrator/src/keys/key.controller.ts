import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { eq, inArray } from 'drizzle-orm';
import {
  ApiError,
  type DestroyKeyRequest__Output,
  type DestroyKeyResponse,
  type GetKeyStateRequest__Output,
  type GetKeyStateResponse,
  type ListKeysRequest__Output,
  type ListKeysResponse,
  type ResumeKeyRequest__Output,
  type ResumeKeyResponse,
  type RotateKeyRequest__Output,
  type RotateKeyResponse,
  type SuspendKeyRequest__Output,
  type SuspendKeyResponse,
  type TenantKey as TenantKeyMessage,
} from '#contracts';
import { Database } from '../database/database.js';
import { keyDestructions } from '../database/schema.js';
import { pageSize } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { parseReason } from '../retention/retention-request.js';
import { type KeyChange, KeyChanges } from './key-changes.js';
import { keyMessage, parseKeyName } from './key-view.js';
import { Keyring, STAGING } from './keyring.js';

interface ChangeRequest {
  readonly name: string;
  readonly reason: string;
  readonly etag: string;
  readonly requestId: string;
}

/** Keys of tenants, for operators: what state they are in, and never what they are. */
@Controller()
export class KeyController {
  constructor(
    private readonly database: Database,
    private readonly ring: Keyring,
    private readonly changes: KeyChanges,
    private readonly tokens: PageTokens,
  ) {}

  @GrpcMethod('KeyService', 'ListKeys')
  async listKeys(request: ListKeysRequest__Output): Promise<ListKeysResponse> {
    const question = { method: 'ListKeys', scope: '' };
    const size = pageSize(request.pageSize);
    const after = String(this.tokens.open(question, request.pageToken)?.['key'] ?? '');
    const owners = (await this.ring.store.owners()).filter((owner) => owner !== STAGING && owner > after);
    const shown = owners.slice(0, size);
    const last = shown.at(-1);
    const destructions = await this.#destructions(shown);
    const keys: TenantKeyMessage[] = [];
    for (const owner of shown) {
      const key = await this.ring.store.read(owner);
      if (key !== null) keys.push(keyMessage(key, destructions.get(owner) ?? null));
    }
    const more = owners.length > size && last !== undefined;
    return { keys, nextPageToken: more ? this.tokens.seal(question, { key: last }) : '' };
  }

  @GrpcMethod('KeyService', 'GetKeyState')
  async getKeyState(request: GetKeyStateRequest__Output): Promise<GetKeyStateResponse> {
    return { key: await this.#key(parseKeyName(request.name)) };
  }

  @GrpcMethod('KeyService', 'RotateKey')
  async rotateKey(request: RotateKeyRequest__Output): Promise<RotateKeyResponse> {
    const change = changeOf(request);
    await this.changes.rotate(change, request.compromised);
    return { key: await this.#key(change.tenant) };
  }

  @GrpcMethod('KeyService', 'SuspendKey')
  async suspendKey(request: SuspendKeyRequest__Output): Promise<SuspendKeyResponse> {
    const change = changeOf(request);
    await this.changes.suspend(change);
    return { key: await this.#key(change.tenant) };
  }

  @GrpcMethod('KeyService', 'ResumeKey')
  async resumeKey(request: ResumeKeyRequest__Output): Promise<ResumeKeyResponse> {
    const change = changeOf(request);
    await this.changes.resume(change);
    return { key: await this.#key(change.tenant) };
  }

  @GrpcMethod('KeyService', 'DestroyKey')
  async destroyKey(request: DestroyKeyRequest__Output): Promise<DestroyKeyResponse> {
    const change = changeOf(request);
    await this.changes.destroy(change, request.confirm);
    return { key: await this.#key(change.tenant) };
  }

  async #key(tenant: string): Promise<TenantKeyMessage> {
    const key = await this.ring.store.read(tenant);
    if (key === null) {
      throw new ApiError('NOT_FOUND', `no key of tenant ${tenant}: it has stored nothing, or is not there`, {
        facts: { resource: `tenants/${tenant}/key`, resourceType: 'key' },
      });
    }
    return keyMessage(key, (await this.#destructions([tenant])).get(tenant) ?? null);
  }

  async #destructions(tenants: readonly string[]) {
    const rows =
      tenants.length === 0
        ? []
        : await this.database.queries
            .select()
            .from(keyDestructions)
            .where(
              tenants.length === 1
                ? eq(keyDestructions.tenant, tenants[0] ?? '')
                : inArray(keyDestructions.tenant, [...tenants]),
            );
    return new Map(rows.map((row) => [row.tenant, row]));
  }
}

function changeOf({ name, reason, etag, requestId }: ChangeRequest): KeyChange {
  return { tenant: parseKeyName(name), reason: parseReason(reason), etag, requestId };
}
