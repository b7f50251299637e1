import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, toHex, utf8 } from '#canonical';
import { leafEntry, parseCheckpoint, parseEntries, parseNote, TreeReader, tilePath } from '#evidence';
import { LogController } from './log.controller.js';
import { type LogBed, openLog, openLogBed } from './log.fixture.js';
import { LogStore } from './log-store.js';
import { TransparencyLog } from './transparency-log.js';

const SIZE = 300;
let bed: LogBed;
let app: INestApplication;
let port: number;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** As it is written: `fetch` would take dots and escapes out of a path before it is sent. */
function ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    call.on('error', reject);
    call.end();
  });
}

class LogModule {}

beforeAll(async () => {
  bed = await openLogBed();
  const database = await bed.database();
  const log = openLog(database, bed.key);
  const module = {
    module: LogModule,
    controllers: [LogController],
    providers: [{ provide: TransparencyLog, useValue: log }],
  };
  app = await NestFactory.create(module, new ExpressAdapter(), { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
  expect((await ask('/log/checkpoint')).status).toBe(404);
  const store = new LogStore(database.queries);
  for (let index = 0; index < SIZE; index += 1) {
    await store.enqueueNew(`run-${index}`, leafEntry(digestOf(utf8(`${index}`))));
  }
  await log.sequence();
});
afterAll(async () => {
  await app.close();
  await bed.stop();
});

describe('the log over HTTP', () => {
  it.each([
    'tile',
    'tile/',
    'tile/0',
    'tile/0/',
    'tile/0/0',
    'tile/0/000/',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/x000/000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/%30%30%30',
    'tile/0/../0/000',
    'tile/0//000',
    'tile/0/000%2fp',
    'tile/Entries/000',
    'TILE/0/000',
    `tile/0/${'x000/'.repeat(40)}000`,
  ])('has nothing at %s', async (path) => {
    const { status, headers } = await ask(`/log/${path}`);
    expect(status).toBe(404);
    expect(headers['cache-control'] ?? '').not.toContain('immutable');
  });

  it.each([
    'tile/0/001',
    'tile/0/001.p/45',
    'tile/0/002.p/1',
    'tile/1/000',
    'tile/1/000.p/2',
    'tile/entries/001',
  ])('does not invent %s, which is wider than the tree', async (path) => {
    const { status, headers } = await ask(`/log/${path}`);
    expect(status).toBe(404);
    // It may be there soon.
    expect(headers['cache-control'] ?? '').not.toContain('max-age');
  });

  it('changes nothing by any method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect((await ask('/log/tile/0/000', method)).status).toBe(404);
    }
  });

  it('serves the checkpoint as text that nobody keeps', async () => {
    const { status, headers, body } = await ask('/log/checkpoint');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers['cache-control']).toMatch(/no-store|no-cache/);
    expect(parseCheckpoint(parseNote(body.toString('utf8')).text).size).toBe(SIZE);
  });

  it.each(['tile/0/000', 'tile/0/001.p/44', 'tile/1/000.p/1', 'tile/entries/000', 'tile/entries/001.p/44'])(
    'serves %s as bytes that may be kept for ever',
    async (path) => {
      const { status, headers, body } = await ask(`/log/${path}`);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/octet-stream');
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['content-length']).toBe(String(body.length));
      const tag = headers.etag ?? expect.fail('no ETag');
      const head = await ask(`/log/${path}`, 'HEAD');
      expect([head.status, head.headers.etag, head.body.length]).toEqual([200, tag, 0]);
      expect((await ask(`/log/${path}`, 'GET', { 'if-none-match': tag })).status).toBe(304);
    },
  );

  it('serves what an auditor needs: the root and the entries of the checkpoint', async () => {
    const { body } = await ask('/log/checkpoint');
    const { size, root } = parseCheckpoint(parseNote(body.toString('utf8')).text);
    const reader = new TreeReader(size, async (tile) => (await ask(`/log/${tilePath(tile)}`)).body);
    expect(toHex(await reader.rootAt())).toBe(toHex(root));
    const entries = await ask('/log/tile/entries/001.p/44');
    const [first] = parseEntries(entries.body, 44);
    expect(toHex(first ?? new Uint8Array(0))).toBe(toHex(leafEntry(digestOf(utf8('256')))));
  });

  it('answers a partial tile of a width that the tree once had', async () => {
    const [narrow, wide] = [await ask('/log/tile/0/001.p/7'), await ask('/log/tile/0/001.p/44')];
    expect(wide.body.subarray(0, 7 * 32).equals(narrow.body)).toBe(true);
  });
});
