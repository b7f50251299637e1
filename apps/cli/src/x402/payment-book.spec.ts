import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { PaymentBook } from './payment-book.js';

describe('the book of payments', () => {
  let folder: string;
  const id = 'pay_7d5d747be160e280';
  const first = {
    payload: digestOf(utf8('one')),
    requestId: '4b2f6a0e-0000-4000-8000-000000000000',
    runId: null,
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-payments-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('gives a name to the first that takes it, also after a restart, and tells the second what is there', () => {
    expect(new PaymentBook(folder).find(id)).toBeNull();
    expect(new PaymentBook(folder).take(id, first)).toBeNull();
    const other = { ...first, payload: digestOf(utf8('two')) };
    expect(new PaymentBook(folder).take(id, other)).toEqual(first);
  });

  it('keeps the run of a payment', () => {
    const book = new PaymentBook(folder);
    book.take(id, first);
    book.ran(id, { ...first, runId: '01M82WD7RJP57B53QJBH4GBQJY' });
    expect(new PaymentBook(folder).find(id)?.runId).toBe('01M82WD7RJP57B53QJBH4GBQJY');
  });

  it('has names that are no paths', () => {
    new PaymentBook(folder).take('../../etc/passwd', first);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)]);
  });
});
