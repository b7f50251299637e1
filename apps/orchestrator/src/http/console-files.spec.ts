import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleFiles } from './console-files.js';

let folder: string;
let files: ConsoleFiles;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-console-'));
  mkdirSync(join(folder, 'assets'));
  for (const name of [
    'index.html',
    'verify.html',
    'sealflow-verify.html',
    'assets/index-1.js',
    'assets/worker-1.js',
    'assets/replay-worker-1.js',
    'secret.key',
  ])
    writeFileSync(join(folder, name), `content of ${name}`);
  writeFileSync(join(folder, 'assets/index-1.js.gz'), 'packed');
  const loaded = ConsoleFiles.load(folder);
  if (loaded === null) throw new Error('nothing was loaded');
  files = loaded;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ask(path: string, acceptEncoding = '', ifNoneMatch = '', search = '') {
  return files.answer({ path, search, acceptEncoding, ifNoneMatch });
}

function policyOf(path: string): string {
  return ask(path)?.headers['content-security-policy'] ?? '';
}

describe('the files of the console', () => {
  it.each([
    '/v1/workers',
    '/consoles',
    '/console/../main.js',
    '/console/assets/../../x.js',
    '/console/assets/none.js',
    '/console/secret.key',
    '/console/assets/index-1.js.gz',
    '/console/%2e%2e/main.js',
  ])('have no %s', (path) => {
    expect(ask(path)).toBeNull();
  });

  it('are none where nothing was built', () => {
    expect(ConsoleFiles.load(join(folder, 'assets'))).toBeNull();
  });

  it('let no page run what is not a file of this origin, and let the verifier call nobody', () => {
    for (const path of ['/console/', '/console/verify.html', '/console/assets/worker-1.js']) {
      expect(policyOf(path)).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policyOf(path)).not.toMatch(/unsafe|http|\*/);
    }
    expect(policyOf('/console/')).toContain("connect-src 'self'");
    expect(policyOf('/console/verify.html')).toContain("connect-src 'none'");
    expect(policyOf('/console/assets/worker-1.js')).toContain("connect-src 'none'");
    expect(policyOf('/console/assets/replay-worker-1.js')).toContain("connect-src 'none'");
    expect(ask('/console/sealflow-verify.html')?.headers['content-disposition']).toBe('attachment');
  });

  it('name the verifier that is one file by its digest', () => {
    const digest = createHash('sha256').update('content of sealflow-verify.html').digest('hex');
    expect(files.verifierDigest).toBe(`sha256:${digest}`);
  });

  it('answer an address within the page with the page, and the root with where it is', () => {
    expect(ask('/console/runs/01M7')?.body?.toString()).toBe('content of index.html');
    expect(ask('/')).toMatchObject({ status: 302, headers: { location: '/console/' } });
    // A login that failed comes back to the root and says why.
    expect(ask('/', '', '', '?loginProblem=LOGIN_FAILED')?.headers['location']).toBe(
      '/console/?loginProblem=LOGIN_FAILED',
    );
  });

  it('are packed for whoever takes that, kept by their tags, and asked for once where their name has a digest', () => {
    const plain = ask('/console/assets/index-1.js', 'deflate');
    expect(plain?.body?.toString()).toBe('content of assets/index-1.js');
    expect(plain?.headers['cache-control']).toContain('immutable');
    const packed = ask('/console/assets/index-1.js', 'gzip, deflate, br');
    expect(packed).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip' } });
    expect(packed?.body?.toString()).toBe('packed');
    expect(ask('/console/', '', ask('/console/')?.headers['etag'])).toMatchObject({
      status: 304,
      body: null,
    });
  });
});
