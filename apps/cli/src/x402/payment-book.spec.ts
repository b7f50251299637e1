import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { drawPayment, PaymentBook, PaymentBookError } from './payment-book.js';

describe('the book of payments', () => {
  let folder: string;
  const id = 'pay_7d5d747be160e280';
  const subject = { tenant: 'demo', network: 'sealflow:0123' };
  const first = { payload: digestOf(utf8('one')), ...drawPayment() };
  const book = (): PaymentBook => PaymentBook.open(folder, subject);
  const codeOf = (act: () => unknown): string => {
    try {
      act();
      return 'none';
    } catch (error) {
      return error instanceof PaymentBookError ? error.code : String(error);
    }
  };
  const pages = (): string[] => readdirSync(folder).filter((name) => name !== 'book.json');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-payments-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is refused where it is of another tenant or ledger, whose orchestrator would know none of its runs', () => {
    book();
    for (const other of [
      { ...subject, tenant: 'another' },
      { ...subject, network: 'sealflow:4567' },
    ])
      expect(codeOf(() => PaymentBook.open(folder, other))).toBe('BOOK_OF_ANOTHER');
    expect(codeOf(book)).toBe('none');
  });

  it('does not read what it has not written', () => {
    book().take(id, first);
    const [page = ''] = pages();
    for (const changed of [{}, { v: 'sealflow/payment/v1', ...first, runId: null }]) {
      writeFileSync(join(folder, page), JSON.stringify(changed));
      expect(codeOf(() => book().find(id))).toBe('BOOK_MALFORMED');
    }
  });

  it('gives a name to the first that takes it, also after a restart, and tells the second what is there', () => {
    expect(book().find(id)).toBeNull();
    expect(book().take(id, first)).toBeNull();
    const other = { payload: digestOf(utf8('two')), ...drawPayment() };
    expect(book().take(id, other)).toEqual(first);
    expect(book().find(id)).toEqual(first);
  });

  it('never changes a page: the one run of a payment stands there before anything of it is made', () => {
    book().take(id, first);
    const [page = ''] = pages();
    const before = readFileSync(join(folder, page));
    book().take(id, { ...first, ...drawPayment() });
    expect(readFileSync(join(folder, page))).toEqual(before);
  });

  it('is not disturbed by the draft of a process that was ended while it wrote', () => {
    book().take(id, first);
    const [page = ''] = pages();
    writeFileSync(join(folder, `${page}.4b2f6a0e.new`), '{"v":');
    expect(book().find(id)).toEqual(first);
  });

  it('has names that are no paths, and leaves no drafts', () => {
    book().take('../../etc/passwd', first);
    expect(pages()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.json$/)]);
  });
});
