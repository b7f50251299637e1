import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from './free-port.js';

describe('a free port of this machine', () => {
  it('is given once, though nobody listens there yet', async () => {
    const ports = await Promise.all(Array.from({ length: 64 }, () => freePort()));
    expect(new Set(ports).size).toBe(64);
  });

  it('is none on which somebody listens', async () => {
    const next = (await freePort()) + 1;
    const server = createServer().listen(next, '127.0.0.1');
    await once(server, 'listening');
    expect(await freePort()).not.toBe(next);
    server.close();
    await once(server, 'close');
  });

  it('is none that the kernel would give to a connection', async () => {
    const port = await freePort();
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(30_000);
  });

  it('is looked for elsewhere by another process', async () => {
    const script = `import(${JSON.stringify(fileURLToPath(new URL('free-port.ts', import.meta.url)))}).then(({ freePort }) => freePort()).then(console.log)`;
    const args = ['--no-warnings', '--eval', script];
    const theirs = [1, 2, 3].map(() => Number(execFileSync(process.execPath, args, { encoding: 'utf8' })));
    expect(new Set([...theirs, await freePort()]).size).toBe(4);
  });
});
