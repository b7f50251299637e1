import type { KeyVersion as KeyVersionMessage, TenantKey as TenantKeyMessage } from '#contracts';
import type { keyDestructions } from '../database/schema.js';
import { invalidField } from '../request-fields.js';
import { etagOf } from '../requests/etag.js';
import { timestamp } from '../runs/timestamp.js';
import type { KeyVersion, TenantKey } from './tenant-key-store.js';

const namePattern = /^tenants\/([a-z0-9][a-z0-9.-]{0,62})\/key$/;

export function parseKeyName(name: string): string {
  const tenant = namePattern.exec(name)?.[1];
  if (tenant === undefined) throw invalidField('name', 'tenants/{tenant}/key');
  return tenant;
}

export function keyEtag({ owner, state, revision }: TenantKey): string {
  return etagOf({ owner, state, revision });
}

/** Everything about a key but the key. */
export function keyMessage(
  key: TenantKey,
  destruction: typeof keyDestructions.$inferSelect | null,
): TenantKeyMessage {
  return {
    name: `tenants/${key.owner}/key`,
    state: `KEY_STATE_${key.state}`,
    changeTime: timestamp(new Date(key.changedMs)),
    versions: key.versions.map(versionMessage),
    destroyTime: timestamp(destruction?.begunAt ?? null),
    destroyedTime: timestamp(destruction?.finishedAt ?? null),
    etag: keyEtag(key),
  };
}

function versionMessage({ version, state, createdMs, retiredMs }: KeyVersion): KeyVersionMessage {
  return {
    version,
    state: `KEY_STATE_${state}`,
    createTime: timestamp(new Date(createdMs)),
    retireTime: retiredMs === null ? null : timestamp(new Date(retiredMs)),
  };
}
