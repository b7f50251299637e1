import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError } from '#contracts';
import type { Database, Transaction } from '../database/database.js';
import { requests, tenants } from '../database/schema.js';
import { type LogBed, openLogBed } from '../log/log.fixture.js';
import { type Change, Changes, REQUEST_KEPT_MS } from './changes.js';

let bed: LogBed;
let database: Database;
let changes: Changes;
/** The same ids, on another replica. */
let other: Changes;
let nowMs = Date.UTC(2026, 10, 21);
let made = 0;

beforeAll(async () => {
  bed = await openLogBed();
  database = await bed.database();
  changes = new Changes(database, () => nowMs);
  other = new Changes(await bed.database(), () => nowMs);
});
afterAll(() => bed.stop());

/** Makes a tenant, as a stand-in for any row. */
function apply(change: Partial<Change> = {}, on = changes, after?: () => Promise<void>): Promise<string> {
  const tenant = `made-${++made}`;
  return on.apply<string>(
    {
      tenant: 'bank',
      method: 'Make',
      requestId: randomUUID(),
      validateOnly: false,
      content: { x: 1 },
      ...change,
    },
    {
      make: async (transaction: Transaction) => {
        await transaction.insert(tenants).values({ tenant });
        await after?.();
        return { resource: tenant, answer: tenant };
      },
      again: (resource) => Promise.resolve(`again ${resource}`),
    },
  );
}

async function isThere(tenant: string): Promise<boolean> {
  return (await database.queries.select().from(tenants).where(eq(tenants.tenant, tenant))).length === 1;
}

async function idIsKnown(requestId: string): Promise<boolean> {
  return (await database.queries.select().from(requests).where(eq(requests.requestId, requestId))).length > 0;
}

describe('a change', () => {
  it.each(['x', '5F0F9F3E-52A5-4B0A-9D7E-0D6F7A3C1B11', '5'.repeat(100_000)])(
    'with the request id %j is refused before it is made',
    async (requestId) => {
      const before = made;
      await expect(apply({ requestId })).rejects.toMatchObject({
        reason: 'INVALID_REQUEST',
        violations: [{ field: 'request_id' }],
      });
      expect(await isThere(`made-${before + 1}`)).toBe(false);
    },
  );

  it('that comes again is answered with what the first one made, on whatever replica', async () => {
    const requestId = randomUUID();
    const first = await apply({ requestId });
    expect(await apply({ requestId }, other)).toBe(`again ${first}`);
    expect(await isThere(`made-${made}`)).toBe(false);
  });

  it('that comes twice at one time is made once: the second waits for the first', async () => {
    const requestId = randomUUID();
    let second: Promise<string> | undefined;
    const first = await apply({ requestId }, changes, async () => {
      second = apply({ requestId }, other);
      // The other is at the row of the id, or comes to it; either way it has to find this one's end.
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(await second).toBe(`again ${first}`);
  });

  it.each<[string, Partial<Change>]>([
    ['content', { content: { x: 2 } }],
    ['method', { method: 'Break' }],
  ])('with an id that came with another %s is refused', async (_what, change) => {
    const requestId = randomUUID();
    await apply({ requestId });
    await expect(apply({ requestId, ...change }, other)).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
      facts: { resource: requestId, resourceType: 'request' },
    });
    await expect(apply({ requestId, ...change, validateOnly: true }, other)).rejects.toMatchObject({
      reason: 'REQUEST_ID_REUSED',
    });
    expect(await isThere(`made-${made}`)).toBe(false);
  });

  it('of one tenant has nothing to do with the same id of another, or of the platform', async () => {
    const requestId = randomUUID();
    for (const tenant of ['bank', 'globex', null])
      expect(await apply({ requestId, tenant })).toMatch(/^made-/);
  });

  it('without an id is made each time', async () => {
    for (const _turn of [1, 2]) expect(await isThere(await apply({ requestId: '' }))).toBe(true);
  });

  it('that fails leaves nothing, and its id may be used again', async () => {
    const requestId = randomUUID();
    const failing = apply({ requestId }, changes, () => Promise.reject(new ApiError('UNAVAILABLE', 'away')));
    await expect(failing).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    expect(await isThere(`made-${made}`)).toBe(false);
    expect(await idIsKnown(requestId)).toBe(false);
    expect(await apply({ requestId, content: 'other' })).toBe(`made-${made}`);
  });

  it('that is only checked answers as if it had been made, and leaves nothing', async () => {
    const requestId = randomUUID();
    const answer = await apply({ requestId, validateOnly: true });
    expect(await isThere(answer)).toBe(false);
    expect(await idIsKnown(requestId)).toBe(false);
    expect(await isThere(await apply({ requestId }))).toBe(true);
  });

  it('is known for two days and no longer', async () => {
    const requestId = randomUUID();
    const first = await apply({ requestId });
    nowMs += REQUEST_KEPT_MS;
    expect(await apply({ requestId }, other)).toBe(`again ${first}`);
    nowMs += 1;
    expect(await apply({ requestId }, other)).toBe(`made-${made}`);
  });

  it('takes away ids of its tenant that are past their time', async () => {
    const requestId = randomUUID();
    await apply({ requestId });
    nowMs += REQUEST_KEPT_MS + 1;
    await apply();
    expect(await idIsKnown(requestId)).toBe(false);
  });
});
