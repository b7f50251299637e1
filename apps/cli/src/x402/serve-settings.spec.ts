import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, toBase64, utf8 } from '#canonical';
import { UsageError } from '../output/failure.js';
import { ServeError, type ServeFlags, serveSettings } from './serve-settings.js';

const ledgerKey = toBase64(new Uint8Array(32).fill(7));
const flags: ServeFlags = { ledger: 'eur', ledgerKey, payTo: 'seller', cap: '40000', listen: '127.0.0.1:0' };

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sealflow-serve-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function refusalOf(changes: Partial<ServeFlags>): string {
  try {
    serveSettings({ ...flags, ...changes }, home);
    return 'none';
  } catch (error) {
    return error instanceof ServeError ? error.reason : String(error);
  }
}

describe('a front is not started', () => {
  it.each<[string, Partial<ServeFlags>]>([
    ['LISTEN_INVALID', { listen: '4402' }],
    ['LISTEN_INVALID', { listen: '127.0.0.1:65536' }],
    ['LISTEN_INVALID', { listen: '::1:4402' }],
    ['LISTEN_NOT_LOOPBACK', { listen: '0.0.0.0:4402' }],
    ['LISTEN_NOT_LOOPBACK', { listen: '[::]:4402' }],
    ['LISTEN_NOT_LOOPBACK', { listen: 'localhost.example:4402' }],
    ['CAP_INVALID', { cap: '0' }],
    ['CAP_INVALID', { cap: '1.5' }],
    ['CAP_INVALID', { cap: '9'.repeat(19) }],
    ['PAYEE_INVALID', { payTo: 'Seller' }],
    ['WEIGHTS_INVALID', { weights: 'licence-talk' }],
    ['LEDGER_KEY_INVALID', { ledgerKey: 'no key' }],
    ['LEDGER_KEY_INVALID', { ledgerKey: toBase64(new Uint8Array(31)) }],
    ['RESOURCE_INVALID', { resource: 'file:///etc/passwd' }],
    ['RESOURCE_INVALID', { resource: '/v1/chat/completions' }],
    ['WORKFLOW_UNREADABLE', { workflow: '/none/such.yaml' }],
  ])('%s: %o', (reason, changes) => {
    expect(refusalOf(changes)).toBe(reason);
  });

  it('without a key of its ledger, given or in a wallet here', () => {
    const { ledgerKey: _, ...without } = flags;
    expect(() => serveSettings(without, home)).toThrow(UsageError);
  });
});

describe('a front is started', () => {
  it('on this machine, with the small model and the example, and a book of its ledger in the installation', () => {
    const settings = serveSettings(flags, home);
    expect(settings).toMatchObject({
      ...{ pin: { ledger: 'eur', ledgerKey }, payTo: 'seller', cap: 40_000n, resource: null },
      ...{ listen: { host: '127.0.0.1', port: 0 }, book: join(home, 'x402', 'eur') },
    });
    expect(settings.definition).toContain('model.converse');
  });

  it('elsewhere where something that ends TLS stands before it', () => {
    const { listen } = serveSettings({ ...flags, listen: '[::]:4402', behindTls: true }, home);
    expect(listen).toEqual({ host: '::', port: 4402 });
  });

  it('for another model, by its weights', () => {
    const weights = digestOf(utf8('others'));
    expect(serveSettings({ ...flags, weights }, home).weights).toBe(weights);
  });
});
