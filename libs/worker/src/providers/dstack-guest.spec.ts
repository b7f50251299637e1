import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DstackGuest } from './dstack-guest.js';
import { cutShort, type Handler, json, serve, text } from './guest-server.fixture.js';
import { codeOf, errorOf, random, reportData, scratch, tdxQuote, tdxQuoteV5 } from './machine.fixture.js';

let sockets = 0;

/** The guest agent's RPC: POST with JSON, errors as `{ error }`. */
function agent(quote: (data: Uint8Array) => Uint8Array = tdxQuote): Handler {
  return (request, response, body) => {
    const call = JSON.parse(body) as { report_data?: string; path?: string };
    if (request.method !== 'POST') return json(response, { error: 'method' }, 405);
    if (request.url === '/GetQuote') {
      const data = Buffer.from(call.report_data ?? '', 'hex');
      if (data.length > 64) return json(response, { error: 'Report data is too large' }, 400);
      const hex = Buffer.from(quote(data)).toString('hex');
      return json(response, {
        quote: hex,
        event_log: '[{"imr":0}]',
        report_data: call.report_data,
        vm_config: '{}',
      });
    }
    if (request.url === '/GetKey')
      return json(response, {
        key: Buffer.alloc(32, call.path?.length).toString('hex'),
        signature_chain: [],
      });
    return json(response, { error: 'unknown method' }, 404);
  };
}

async function guest(handler: Handler = agent(), timeoutMs = 500): Promise<DstackGuest> {
  sockets += 1;
  const socketPath = join(scratch, `dstack-${sockets}.sock`);
  await serve(handler, socketPath);
  return new DstackGuest({ socketPath, timeoutMs });
}

describe('the guest agent of dstack', () => {
  it('gives a TDX quote with its event log', async () => {
    const quote = await (await guest()).cpuQuote(reportData);
    expect(quote.format).toBe('tdx-quote-v4');
    expect(new TextDecoder().decode(quote.eventLog ?? undefined)).toBe('[{"imr":0}]');
  });

  it('gives a quote of version 5', async () => {
    expect((await (await guest(agent(tdxQuoteV5))).cpuQuote(reportData)).format).toBe('tdx-quote-v5');
  });

  it('gives a sealing key that is not the agent’s own key', async () => {
    const key = await (await guest()).sealingKey();
    expect(key).toHaveLength(32);
    expect(key).not.toEqual(new Uint8Array(32).fill(24));
    expect(await (await guest()).sealingKey()).toEqual(key);
  });

  it('refuses a quote over other data, and 63 bytes of it', async () => {
    expect(
      await codeOf(async () => (await guest(agent(() => tdxQuote(random(64))))).cpuQuote(reportData)),
    ).toBe('QUOTE_REPORT_DATA_MISMATCH');
    expect(await codeOf(async () => (await guest()).cpuQuote(random(63)))).toBe('QUOTE_REQUEST_INVALID');
  });

  it.each<[string, Handler, string]>([
    [
      'an error of the agent',
      (_, response) => json(response, { error: 'quote generation failed' }, 500),
      'DSTACK_ERROR',
    ],
    ['the interface before it', (_, response) => text(response, 404, 'Not Found'), 'QUOTE_UNSUPPORTED'],
    ['no JSON', (_, response) => text(response, 200, '<html>'), 'QUOTE_MALFORMED'],
    ['no quote', (_, response) => json(response, { event_log: '' }), 'QUOTE_MALFORMED'],
    ['a quote that is no hex', (_, response) => json(response, { quote: 'zz' }), 'QUOTE_MALFORMED'],
    ['an answer cut short', (_, response) => cutShort(response), 'QUOTE_MALFORMED'],
    ['silence', () => undefined, 'QUOTE_TIMEOUT'],
  ])('%s is told as such', async (_, handler, code) => {
    const dstack = await guest(handler, 300);
    expect(await codeOf(() => dstack.cpuQuote(reportData))).toBe(code);
  });

  it('shows the agent’s reason', async () => {
    const refused: Handler = (_, response) => json(response, { error: 'app is not allowed' }, 500);
    const error = await errorOf(async () => (await guest(refused)).sealingKey());
    expect(error?.message).toContain('app is not allowed');
  });

  it('a short key is none', async () => {
    const short: Handler = (_, response) => json(response, { key: 'abcd' });
    expect(await codeOf(async () => (await guest(short)).sealingKey())).toBe('SEALING_KEY_UNAVAILABLE');
  });

  it('a socket that is missing, or is none, is an absent source', async () => {
    const plain = join(scratch, 'plain');
    writeFileSync(plain, '');
    for (const socketPath of [join(scratch, 'missing.sock'), plain]) {
      expect(await codeOf(() => new DstackGuest({ socketPath }).cpuQuote(reportData))).toBe(
        'QUOTE_SOURCE_ABSENT',
      );
    }
  });
});
