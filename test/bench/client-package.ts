import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '#canonical';
import { connect } from '#client';
import { sessionInput } from '#conversation';
import { encodeTrustFile } from '#evidence';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type RunningStack, startStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { chromiumPath, startChromium } from '../browser/chromium.js';
import { type OwnPage, serveOwnPage } from '../browser/own-page.js';
import { type Figure, median } from './figures.js';

type Sealflow = typeof import('#client');
declare const sealflow: Sealflow;

const TENANT = 'bench';
const CONNECTS = 20;
const KB = 1000;
const weightsFile = join(projectRoot, 'apps/tee-worker/models/licence-talk/licence-talk.onnx');

/** What the client weighs, and how soon it has sealed: in Node, and in a page of another origin than the orchestrator's. */
export async function measureClientPackage(installation: Installation): Promise<Figure[]> {
  const own = await serveOwnPage();
  try {
    const stack = await startStack(installation, () => undefined, {
      environment: () => ({ SEALFLOW_BROWSER_ORIGINS: own.origin }),
    });
    try {
      own.allow(stack.address.http);
      return [...weights(), ...(await measureSealing(stack, own))];
    } finally {
      await stack.stop();
    }
  } finally {
    own.close();
  }
}

function weights(): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-client-'));
  const script = join(projectRoot, 'scripts/build-client.mjs');
  const said = execFileSync(process.execPath, [script, '--out', folder], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  const weight = (name: string, line: string, target: number, note: string): Figure => {
    const [, bytes] = new RegExp(`^${line}: (\\d+) bytes compressed`, 'm').exec(said) ?? [];
    return { name, value: Number(bytes) / KB, unit: 'kB', target, samples: 1, note };
  };
  return [
    weight('client package, Node', 'client', 80, 'gzip; without verifier and packages of npm'),
    weight('client package, pages', 'client for browsers', 80, 'gzip; without verifier and packages of npm'),
    weight('client package, verifier in a page', 'verifier for browsers', 250, 'gzip; one file, all in it'),
  ];
}

interface Settings {
  readonly target: string;
  readonly tenant: string;
  readonly apiKey: string;
  readonly trust: string;
}

interface Asked {
  readonly definition: string;
  readonly weights: string;
  readonly session: { readonly [name: string]: string };
  readonly count: number;
}

/** To the sealed inputs of a run, of which the first byte left before: connection, plan, offer, appraisal of CPU and GPU. */
async function measureSealing(stack: RunningStack, own: OwnPage): Promise<Figure[]> {
  const operator = stack.installation.keys.read('operator') ?? undefined;
  const { grpc, http } = stack.address;
  const settings = {
    tenant: TENANT,
    apiKey: await tenantKey(grpc, operator, TENANT, everyTenantRole),
    trust: new TextDecoder().decode(encodeTrustFile(stack.trust)),
  };
  const asked = {
    definition: readFileSync(join(projectRoot, 'examples/conversation.yaml'), 'utf8'),
    weights: digestOf(readFileSync(weightsFile)),
    session: { ...sessionInput(crypto.getRandomValues(new Uint8Array(32))) },
    // The first one warms.
    count: CONNECTS + 1,
  };
  const inNode = await sealingsMs({ connect }, { ...settings, target: grpc }, asked);
  const inPage = await sealingsInPageMs(own, { ...settings, target: http }, asked);
  const note =
    'at most: until all inputs are sealed and stored; plan, and evidence of CPU and GPU, simulated roots';
  return [['Node', inNode] as const, ...(inPage === null ? [] : [['a page, gRPC-Web', inPage] as const])].map(
    ([where, [, ...timesMs]]) => ({
      name: `connect to first sealed byte, ${where}`,
      value: median(timesMs),
      unit: 'ms',
      target: 150,
      samples: timesMs.length,
      note,
    }),
  );
}

/** Runs in Node and in a page, so it has nothing but what it is given. */
async function sealingsMs(
  { connect }: Pick<Sealflow, 'connect'>,
  settings: Settings,
  { definition, weights, session, count }: Asked,
): Promise<number[]> {
  const trust = new TextEncoder().encode(settings.trust);
  const timesMs: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const beganMs = performance.now();
    const client = await connect({ ...settings, trust });
    const planned = await client.plan({ definition, parameters: { converse: { weights } } });
    await client.prepare(planned, { session }, { deadlineMs: 300_000, requestId: crypto.randomUUID() });
    timesMs.push(performance.now() - beganMs);
    client.close();
  }
  return timesMs;
}

async function sealingsInPageMs(own: OwnPage, settings: Settings, asked: Asked): Promise<number[] | null> {
  if (chromiumPath === null) {
    process.stdout.write('client: no Chromium here, pages are not measured\n');
    return null;
  }
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(own.origin);
    await page.waitForFunction('globalThis.sealflow !== undefined');
    const run = `(${sealingsMs.toString()})(sealflow, ...${JSON.stringify([settings, asked])})`;
    return await page.evaluate<number[]>(run);
  } finally {
    await browser.close();
  }
}
