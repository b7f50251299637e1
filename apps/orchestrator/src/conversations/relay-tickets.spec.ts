import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigningKey } from '../evidence/signing-key.js';
import { RelayTickets } from './relay-tickets.js';

const call = { bootId: 'boot', lease: 'lease', fence: '1', frame: Uint8Array.of(1, 2) };

describe('a ticket of a call that is passed on', () => {
  let folder: string;
  let key: SigningKey;
  let tickets: RelayTickets;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-tickets-'));
    key = SigningKey.load(join(folder, 'one'));
    tickets = new RelayTickets(key);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['boot', { bootId: 'boo' }],
    ['lease', { lease: 'tlease' }],
    ['fence', { fence: '2' }],
    ['frame', { frame: Uint8Array.of(1) }],
  ])('is none for another %s', (_what, other) => {
    expect(tickets.accepts({ ...call, ...other }, tickets.issue(call))).toBe(false);
  });

  it('is none when it was made with another key, is cut, or is longer', () => {
    const ticket = tickets.issue(call);
    const foreign = new RelayTickets(SigningKey.load(join(folder, 'other'))).issue(call);
    const wrong = [foreign, ticket.subarray(1), Buffer.concat([ticket, ticket]), new Uint8Array()];
    expect(wrong.map((each) => tickets.accepts(call, each))).toEqual([false, false, false, false]);
  });

  it('counts at every replica that has the key', () => {
    expect(new RelayTickets(SigningKey.load(join(folder, 'one'))).accepts(call, tickets.issue(call))).toBe(
      true,
    );
  });
});
