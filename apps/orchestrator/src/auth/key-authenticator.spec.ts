import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiKeyDigest, apiKeyId, formatApiKey } from '#contracts';
import { KEY_CACHE_MS, KeyAuthenticator } from './key-authenticator.js';
import type { ApiKeyRow } from './key-store.js';

const NOW_MS = Date.parse('2026-11-21T09:00:00.000Z');
const newKey = (): string => formatApiKey(randomBytes(8), randomBytes(32));

describe('an API key', () => {
  let nowMs: number;
  let rows: Map<string, ApiKeyRow>;
  let asked: number;
  let authenticator: KeyAuthenticator;

  beforeEach(() => {
    nowMs = NOW_MS;
    rows = new Map();
    asked = 0;
    const store = {
      key: async (id: string) => {
        asked += 1;
        return rows.get(id);
      },
    };
    authenticator = new KeyAuthenticator(store, () => nowMs);
  });

  function stored(changes: Partial<ApiKeyRow> = {}): string {
    const key = newKey();
    const id = apiKeyId(key) ?? '';
    rows.set(id, {
      id,
      tenant: 'acme',
      subject: 'payments@acme.example',
      roles: ['submitter', 'auditor'],
      digest: apiKeyDigest(key),
      createdAt: new Date(NOW_MS - 1_000),
      expiresAt: new Date(NOW_MS + 60_000),
      revokedAt: null,
      ...changes,
    });
    return key;
  }

  const refusal = async (key: string) => {
    const error = await authenticator.authenticate(key).catch((failure: unknown) => failure);
    // Whoever asks again at once is told the same.
    expect(() => authenticator.recent(key)).toThrow(error as Error);
    const { reason, message } = error as { reason: string; message: string };
    // What is said of a key never holds its secret.
    expect(JSON.stringify(error) + message).not.toContain(key.slice(25));
    return reason;
  };

  it.each(['sfk_', 'sfk_0011223344556677', `${newKey()}0`, newKey().toUpperCase().replace('SFK', 'sfk')])(
    'of another form is refused: %s',
    async (key) => {
      await expect(authenticator.authenticate(key)).rejects.toMatchObject({ reason: 'CREDENTIAL_MALFORMED' });
      expect(asked).toBe(0);
    },
  );

  it('that nobody made is unknown', async () => {
    expect(await refusal(newKey())).toBe('KEY_UNKNOWN');
  });

  it('with the secret of another is unknown, in the same words', async () => {
    const key = stored();
    const other = `${key.slice(0, 21)}${newKey().slice(21)}`;
    expect(await refusal(other)).toBe('KEY_UNKNOWN');
    const blank = (error: unknown) => String((error as Error).message).replace(/sfk_[0-9a-f]{16}/, 'KEY');
    const [wrong, missing] = await Promise.all(
      [other, newKey()].map((text) => authenticator.authenticate(text).catch(blank)),
    );
    expect(wrong).toBe(missing);
  });

  it('that was revoked, or has expired, is refused by that name', async () => {
    expect(await refusal(stored({ revokedAt: new Date(NOW_MS - 1) }))).toBe('KEY_REVOKED');
    expect(await refusal(stored({ expiresAt: new Date(NOW_MS) }))).toBe('KEY_EXPIRED');
  });

  it.each<[string, Partial<ApiKeyRow>]>([
    ['a role that is none', { roles: ['admin'] }],
    ['no role', { roles: [] }],
    ['a role of the platform beside its tenant', { roles: ['operator'] }],
    ['a role of a tenant without one', { tenant: null, roles: ['submitter'] }],
  ])('that is stored with %s opens nothing', async (_what, changes) => {
    expect(await refusal(stored(changes))).toBe('INTERNAL');
  });

  it('says who calls, for which tenant, as what and until when', async () => {
    const key = stored();
    expect(await authenticator.authenticate(key)).toEqual({
      subject: `key:${apiKeyId(key)}`,
      tenant: 'acme',
      roles: ['submitter', 'auditor'],
      kind: 'key',
      holder: 'payments@acme.example',
      expiresMs: NOW_MS + 60_000,
    });
  });

  it('that nobody looked at for a while is not known at once, however it looks', async () => {
    const key = stored();
    expect(authenticator.recent(key)).toBeNull();
    expect(authenticator.recent(`${key}0`)).toBeNull();
    const principal = await authenticator.authenticate(key);
    expect(authenticator.recent(key)).toEqual(principal);
    nowMs += KEY_CACHE_MS;
    expect(authenticator.recent(key)).toBeNull();
    await authenticator.authenticate(key);
    authenticator.forget(apiKeyId(key) ?? '');
    expect(authenticator.recent(key)).toBeNull();
  });

  it('is looked up once in a while: revoked elsewhere it ends within seconds, revoked here at once', async () => {
    const key = stored();
    const id = apiKeyId(key) ?? '';
    await authenticator.authenticate(key);
    rows.set(id, { ...(rows.get(id) as ApiKeyRow), revokedAt: new Date(NOW_MS) });
    await authenticator.authenticate(key);
    expect(asked).toBe(1);
    nowMs += KEY_CACHE_MS;
    expect(await refusal(key)).toBe('KEY_REVOKED');
    const other = stored();
    await authenticator.authenticate(other);
    rows.delete(apiKeyId(other) ?? '');
    authenticator.forget(apiKeyId(other) ?? '');
    expect(await refusal(other)).toBe('KEY_UNKNOWN');
  });

  it('expires although it was looked up before', async () => {
    const key = stored({ expiresAt: new Date(NOW_MS + 1_000) });
    await authenticator.authenticate(key);
    nowMs += 1_000;
    expect(await refusal(key)).toBe('KEY_EXPIRED');
    expect(asked).toBe(1);
  });

  it('that is unknown is not asked for at every try', async () => {
    const key = newKey();
    for (let tries = 0; tries < 5; tries += 1) expect(await refusal(key)).toBe('KEY_UNKNOWN');
    expect(asked).toBe(1);
  });
});
