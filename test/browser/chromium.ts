import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

/** Where a system's packages put it; another place is named by the environment. */
const places = [process.env['SEALFLOW_CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Pictures of every page, for people to look at. */
export const pictures = join(projectRoot, 'bench-results/console');

export const chromiumPath = places.find((place) => place !== '' && existsSync(place)) ?? null;

export async function startChromium(): Promise<Browser> {
  if (chromiumPath === null)
    throw new Error('no Chromium: install it (apt-get install chromium) or name it in SEALFLOW_CHROMIUM');
  mkdirSync(pictures, { recursive: true });
  // Root has no sandbox; CI runs as root.
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}

/** What a page did that it must not do. */
export interface Seen {
  readonly page: Page;
  readonly foreign: string[];
  readonly errors: string[];
}

/** @param origins all that a request may go to; a file has none, and may ask for nothing but itself */
export async function watchedPage(context: BrowserContext, ...origins: readonly string[]): Promise<Seen> {
  const page = await context.newPage();
  const seen: Seen = { page, foreign: [], errors: [] };
  page.on('request', (request) => {
    const url = request.url();
    if (!origins.some((origin) => url.startsWith(origin)) && !/^(blob|data):/.test(url))
      seen.foreign.push(url);
  });
  page.on('console', (message) => {
    // A refusal that a test asks for is logged by the browser as well.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('dialog', (dialog) => {
    seen.errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return seen;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe calls serious or critical, with the first place of each. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200) ?? ''}`);
}

export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
