import type { PoolClient } from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { prepareQueries } from './prepare-queries.js';

let names: (string | undefined)[];
let client: { query(statement: unknown, values?: readonly unknown[]): unknown };

beforeEach(() => {
  names = [];
  client = {
    query: (statement: unknown) => {
      names.push((statement as { name?: string }).name);
      return statement;
    },
  };
  prepareQueries(client as unknown as PoolClient);
});

describe('statements of a connection', () => {
  it('have no name the first time, and one and the same from then on', () => {
    for (let times = 0; times < 3; times += 1) client.query({ text: 'select $1' }, [times]);
    client.query({ text: 'select $1, $2' }, [1, 2]);
    expect(names).toEqual([undefined, expect.stringMatching(/^s[0-9a-f]{32}$/), names[1], undefined]);
  });

  it('keep a name that they were given, and what else they are', () => {
    const statement = { text: 'select 1', name: 'mine', rowMode: 'array' };
    for (let times = 0; times < 2; times += 1) expect(client.query(statement)).toBe(statement);
    client.query({ text: 'select 2', rowMode: 'array' });
    expect(client.query({ text: 'select 2', rowMode: 'array' })).toMatchObject({ rowMode: 'array' });
  });

  it('that are commands, cursors or long lists pass as they are', () => {
    const long = { text: `select ${'x'.repeat(8_192)}` };
    const cursor = { text: 'select 1', submit: () => undefined };
    for (const statement of ['begin', long, cursor]) {
      for (let times = 0; times < 2; times += 1) expect(client.query(statement)).toBe(statement);
    }
  });

  it('that come when there are enough of them get no name', () => {
    for (let index = 0; index < 256; index += 1) client.query({ text: `select ${index}` });
    for (let times = 0; times < 2; times += 1) client.query({ text: 'select 256' });
    client.query({ text: 'select 0' });
    expect(names.filter((name) => name !== undefined)).toHaveLength(1);
    expect(names.at(-1)).toBeDefined();
  });
});
