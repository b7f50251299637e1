import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeTrustFile } from '#evidence';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { goldenBundle, goldenBundles } from '../golden/golden-bundles.js';
import { picture, type Seen, seriousViolations, startChromium, watchedPage } from './chromium.js';

/** The verifier as one file, opened from a disk: what an outsider has who was sent it. */
const file = pathToFileURL(join(projectRoot, 'dist/verifier/sealflow-verify.html')).href;
const folder = mkdtempSync(join(tmpdir(), 'sealflow-browser-'));
let browser: Browser;
let context: BrowserContext;
let seen: Seen;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  context = await browser.newContext();
  seen = await watchedPage(context, file);
  await seen.page.goto(file);
});
afterEach(async () => {
  const { foreign, errors } = seen;
  await context.close();
  expect({ foreign, errors }).toEqual({ foreign: [], errors: [] });
});

async function choose(bundle: Uint8Array, trust: Uint8Array): Promise<void> {
  const paths = [join(folder, 'run.evidence.json'), join(folder, 'trust.json')] as const;
  writeFileSync(paths[0], bundle);
  writeFileSync(paths[1], trust);
  const inputs = seen.page.locator('input[type=file]');
  await inputs.nth(0).setInputFiles(paths[0]);
  await inputs.nth(1).setInputFiles(paths[1]);
}

async function outcome(): Promise<{ outcome: string | null; reason: string | null }> {
  const banner = seen.page.locator('[data-outcome]');
  await banner.waitFor();
  const [found, reason] = [
    await banner.getAttribute('data-outcome'),
    await banner.getAttribute('data-reason'),
  ];
  return { outcome: found, reason: reason === '' ? null : reason };
}

function changed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.includes(from)) throw new Error(`no ${from} in the bundle`);
  return Buffer.from(text.replace(from, to));
}

describe('the verifier as one page', () => {
  const approved = goldenBundle('v2/approved');
  const trust = encodeTrustFile(approved.trust);

  it('names the failing check of a tampered bundle', async () => {
    await choose(changed(approved.bytes, '"leafSalt":"', '"leafSalt":"AAAA'), trust);
    expect((await outcome()).outcome).not.toBe('verified');
    await seen.page.getByRole('tab', { name: /^Checks/ }).click();
    expect(
      await seen.page.locator('details[data-result=fail], details[data-result=error]').count(),
    ).toBeGreaterThan(0);
    await picture(seen.page, 'verify-tampered');
  });

  it('shows markup in a bundle as text, and runs none of it', async () => {
    const name = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const hostile = Buffer.from(JSON.stringify({ mediaType: name, [name]: name, root: name.repeat(200) }));
    await choose(hostile, trust);
    expect((await outcome()).outcome).toBe('malformed');
    await seen.page.getByRole('tab', { name: /^Checks/ }).click();
    expect(await seen.page.locator('img, #root script').count()).toBe(0);
  });

  it.each([
    ['cut off', Buffer.from('{"mediaType":')],
    ['deep', Buffer.from('['.repeat(100_000))],
    ['empty', Buffer.from('')],
  ])('answers a file that is %s, and says what it is', async (_, bytes) => {
    await choose(bytes, trust);
    expect((await outcome()).outcome).toBe('malformed');
  });

  it('refuses a trust file that is none by its code', async () => {
    await choose(approved.bytes, Buffer.from('{}'));
    await seen.page.locator('[data-refused]').waitFor();
    expect(await seen.page.locator('[data-refused]').textContent()).toContain('TRUST_FILE_MALFORMED');
  });

  it('never shows simulated hardware as good, and says what is not proven', async () => {
    await choose(approved.bytes, trust);
    expect(await outcome()).toEqual({ outcome: 'verified', reason: null });
    expect(await seen.page.locator('.verdict').getAttribute('class')).toBe('verdict simulated');
    expect(await seen.page.getByText('What this does not prove').count()).toBe(1);
    expect(await seriousViolations(seen.page)).toEqual([]);
    await picture(seen.page, 'verify-file');
  });

  it('gives every golden bundle the verdict that Node gives it', async () => {
    for (const golden of goldenBundles()) {
      await seen.page.goto(file);
      await choose(golden.bytes, encodeTrustFile(golden.trust));
      expect({ name: golden.name, ...(await outcome()) }).toEqual({
        name: golden.name,
        outcome: golden.expected.outcome,
        reason: golden.expected.reason,
      });
    }
  });
});
