import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadMaterial } from '#tls';
import { DevelopmentTls } from './development-tls.js';

const DAY_MS = 24 * 3_600_000;
const nowMs = Date.now();
let home: string;
let tls: DevelopmentTls;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sealflow-dev-tls-'));
  tls = new DevelopmentTls(home);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const leaf = (name: string) => new X509Certificate(readFileSync(tls.files(name).certificate));
const roots = () => readFileSync(tls.ca, 'utf8').split('BEGIN CERTIFICATE').length - 1;

describe('certificates of an installation', () => {
  it('are made once, sound, and for their owner alone', () => {
    expect(tls.exists).toBe(false);
    tls.renew(['w-0', 'w-1'], nowMs);
    expect(tls.names).toEqual(['orchestrator', 'w-0', 'w-1']);
    for (const name of tls.names) {
      loadMaterial(tls.files(name), nowMs);
      expect(statSync(tls.files(name).key).mode & 0o077).toBe(0);
    }
    const before = leaf('w-0').serialNumber;
    tls.renew(['w-0', 'w-1'], nowMs + DAY_MS);
    expect(leaf('w-0').serialNumber).toBe(before);
  });

  it('are made again before they end, and under another CA before that ends', () => {
    tls.renew(['w-0'], nowMs);
    const [before, root] = [leaf('w-0').serialNumber, readFileSync(tls.ca, 'utf8')];
    tls.renew(['w-0'], nowMs + 61 * DAY_MS);
    expect(leaf('w-0').serialNumber).not.toBe(before);
    expect(readFileSync(tls.ca, 'utf8')).toBe(root);
    tls.renew(['w-0'], nowMs + 300 * DAY_MS);
    expect(readFileSync(tls.ca, 'utf8')).not.toBe(root);
    loadMaterial(tls.files('w-0'), nowMs + 300 * DAY_MS);
  });

  it('are rotated in an order in which everybody finds somebody who believes', async () => {
    tls.renew(['w-0'], nowMs);
    const old = new X509Certificate(readFileSync(tls.ca));
    const seen: { roots: number; byOld: boolean }[] = [];
    await tls.rotate(nowMs, async () => {
      seen.push({ roots: roots(), byOld: leaf('w-0').verify(old.publicKey) });
    });
    expect(seen).toEqual([
      { roots: 2, byOld: true },
      { roots: 2, byOld: false },
      { roots: 1, byOld: false },
    ]);
    for (const name of tls.names) {
      expect(leaf(name).verify(new X509Certificate(readFileSync(tls.ca)).publicKey)).toBe(true);
    }
    // What is made next is of the new CA.
    tls.issueWorker('w-9', nowMs);
    expect(leaf('w-9').verify(old.publicKey)).toBe(false);
  });
});
