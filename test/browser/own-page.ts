import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

/**
 * A page of somebody who uses the product: another origin than the orchestrator's, the published client beside it, and a
 * policy that lets nothing run which is made of text.
 */
export interface OwnPage {
  readonly origin: string;
  /** Whom the page may call. */
  allow(address: string): void;
  close(): void;
}

const script = `
  import * as sealflow from './client.js';
  globalThis.sealflow = sealflow;
`;
const html = `<!doctype html>
<html lang="en">
<title>Our bank</title>
<h1>Our bank</h1>
<script type="module">${script}</script>
`;
const digest = createHash('sha256').update(script).digest('base64');

export async function serveOwnPage(): Promise<OwnPage> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-own-page-'));
  execFileSync(process.execPath, [join(projectRoot, 'scripts/build-client.mjs'), '--quiet', '--out', folder]);
  const client = readFileSync(join(folder, 'browser.js'));
  rmSync(folder, { recursive: true, force: true });
  let callable = "'none'";
  const server = createServer((request, response) => {
    if (request.url === '/client.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(client);
      return;
    }
    if (request.url !== '/') {
      response.writeHead(404).end();
      return;
    }
    const policy = [
      "default-src 'none'",
      `script-src 'self' 'sha256-${digest}'`,
      `connect-src ${callable}`,
    ].join('; ');
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    allow: (address) => {
      callable = address;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
