import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatApiKey } from '#contracts';
import type { Config } from '../config/config.js';
import type { Database } from '../database/database.js';
import { Authenticator } from './authenticator.js';

const nothing = { from: () => ({ where: async () => [] }) };
const database = { queries: { select: () => nothing } } as unknown as Database;
const authenticator = new Authenticator(database, { oidc: [] } as unknown as Config, () => 0);
const key = formatApiKey(randomBytes(8), randomBytes(32));

describe('a credential', () => {
  it('that is not there is missing, and the error says what to do', async () => {
    await expect(authenticator.authenticate([])).rejects.toMatchObject({
      reason: 'CREDENTIAL_MISSING',
      message: expect.stringContaining('SEALFLOW_API_KEY'),
    });
  });

  it.each<[readonly unknown[]]>([
    [['']],
    [['Bearer']],
    [['Bearer ']],
    [[`Basic ${key}`]],
    [[`Bearer  ${key}`]],
    [[`Bearer ${key} x`]],
    [[`Bearer ${key}\n`]],
    [[`Bearer ${'x'.repeat(8_193)}`]],
    [[key]],
    [[`Bearer ${key}`, `Bearer ${key}`]],
    [[Buffer.from([0xff])]],
  ])('of another form is malformed, also two good ones at once: %#', async (headers) => {
    await expect(authenticator.authenticate(headers)).rejects.toMatchObject({
      reason: 'CREDENTIAL_MALFORMED',
      message: expect.not.stringContaining(key.slice(21)),
    });
  });

  it('is an API key by its first letters, and a token otherwise', async () => {
    await expect(authenticator.authenticate([`Bearer ${key}`])).rejects.toMatchObject({
      reason: 'KEY_UNKNOWN',
    });
    await expect(authenticator.authenticate(['bearer a.b.c'])).rejects.toMatchObject({
      reason: 'CREDENTIAL_MALFORMED',
    });
  });
});
