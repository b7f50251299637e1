import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { encodeTrustFile, type TrustFile } from '#evidence';
import { CreditStory } from '../support/credit-story.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { picture, type Seen, seriousViolations, startChromium, watchedPage } from './chromium.js';
import { startIssuer, type TestIssuer } from './issuer.js';

/** One stack, one browser and one reader's page for all stories about the console. Stories go on from each other. */
export interface Suite {
  readonly browser: Browser;
  readonly stack: TestStack;
  readonly issuer: TestIssuer;
  readonly seen: Seen;
  readonly story: CreditStory;
  /** A credit that was approved. */
  readonly runId: string;
  /** Writes a trust file for the page to choose. */
  trustFile(name: string, trust: TrustFile): string;
  /** Where the console is. */
  readonly url: string;
}

let current: Suite | null = null;
let folder = '';

export function suite(): Suite {
  if (current === null) throw new Error('the suite was not started');
  return current;
}

export async function startSuite(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-console-'));
  const issuer = await startIssuer();
  const [browser, stack] = await Promise.all([
    startChromium(),
    startTestStack({
      environment: ({ http }) => {
        issuer.serve(http);
        const file = join(folder, 'oidc.json');
        writeFileSync(file, JSON.stringify([issuerEntry(issuer.issuer, http)]));
        return { SEALFLOW_OIDC_FILE: file };
      },
    }),
  ]);
  const story = await CreditStory.open(stack, 4);
  const run = await story.apply();
  await run.ended;
  const url = stack.address.http;
  current = {
    browser,
    stack,
    issuer,
    seen: await pageOf(browser, url),
    story,
    runId: run.runId,
    trustFile(name, trust) {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, encodeTrustFile(trust));
      return file;
    },
    url,
  };
}

export async function stopSuite(): Promise<void> {
  await current?.browser.close();
  current?.issuer.stop();
  await current?.stack.stop();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
}

/** A page of somebody else, who is not signed in. */
export async function pageOf(browser: Browser, url: string, ...origins: readonly string[]): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  return watchedPage(context, url, ...origins);
}

export async function signIn({ page }: Seen, key: string): Promise<void> {
  await page.goto(`${suite().url}/`);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation').waitFor();
}

export async function openPage({ page }: Seen, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await settled(page);
}

export async function settled(page: Seen['page']): Promise<void> {
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
}

/** Pictures of a page by day and by night. @returns what axe finds on either */
export async function look({ page }: Seen, name: string): Promise<string[]> {
  const light = await seriousViolations(page);
  await picture(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await seriousViolations(page);
  await picture(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: null });
  return [...light, ...dark.map((found) => `dark: ${found}`)];
}

function issuerEntry(issuer: string, publicUrl: string) {
  return {
    issuer,
    audience: 'sealflow',
    jwksUri: `${issuer}/jwks`,
    tenants: ['demo'],
    login: { id: 'house', name: 'Example House', clientId: 'console', publicUrl },
  };
}
