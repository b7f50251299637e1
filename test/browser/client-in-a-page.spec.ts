import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { encodeTrustFile, type TrustFile, verifyBundle } from '#evidence';
import { demoCase } from '#samples';
import {
  type MisbehavingServer,
  misbehavingServer,
} from '../../apps/tee-worker/src/runtimes/openai/misbehaving-server.fixture.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { type Seen, startChromium, watchedPage } from './chromium.js';
import { type OverheardLine, overhear } from './overheard-line.js';
import { type OwnPage, serveOwnPage } from './own-page.js';

/*
 * The published client in a page of somebody's own, against a real stack: the page plans, appraises, seals, submits,
 * watches, verifies and opens, and nothing it seals was ever outside of the browser.
 */
type Sealflow = typeof import('#client');
declare const sealflow: Sealflow;

const examples = resolve(import.meta.dirname, '../../examples');
const weights = utf8('weights of a small model');
const { applicant, statement } = demoCase('approve');

let folder: string;
let browser: Browser;
let own: OwnPage;
let stranger: OwnPage;
let model: MisbehavingServer;
let stack: TestStack;
let line: OverheardLine;
let settings: Settings;
let seen: Seen;
let expectsErrors: boolean;

interface Settings {
  readonly target: string;
  readonly tenant: string;
  readonly apiKey: string;
  /** As text: what goes into the page is JSON. */
  readonly trust: string;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-page-'));
  const file = join(folder, 'weights');
  writeFileSync(file, weights);
  [browser, own, stranger, model] = await Promise.all([
    startChromium(),
    serveOwnPage(),
    serveOwnPage(),
    misbehavingServer(),
  ]);
  stack = await startTestStack({
    restartsMax: 1,
    environment: () => ({ SEALFLOW_BROWSER_ORIGINS: `https://app.example.com ${own.origin}` }),
    workerEnvironment: {
      SEALFLOW_MODEL_URL: model.url,
      SEALFLOW_MODEL_ID: 'small',
      SEALFLOW_MODEL_WEIGHTS: file,
      SEALFLOW_MODEL_TOKENIZER: 'words',
    },
  });
  line = await overhear(stack.address.http);
  own.allow(line.address);
  stranger.allow(line.address);
  settings = {
    target: line.address,
    tenant: 'demo',
    apiKey: await stack.key('demo'),
    trust: textOf(stack.trust),
  };
});
afterAll(async () => {
  await browser?.close();
  line?.close();
  await stack?.stop();
  await model?.close();
  own?.close();
  stranger?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  expectsErrors = false;
  seen = await open(own);
});
afterEach(async () => {
  const { foreign, errors, page } = seen;
  await page.context().close();
  expect(foreign).toEqual([]);
  if (!expectsErrors) expect(errors).toEqual([]);
});

function textOf(trust: TrustFile): string {
  return new TextDecoder().decode(encodeTrustFile(trust));
}

async function open({ origin }: OwnPage): Promise<Seen> {
  const made = await watchedPage(await browser.newContext(), origin, line.address);
  await made.page.goto(origin);
  await made.page.waitForFunction('globalThis.sealflow !== undefined');
  return made;
}

const preApproval = {
  definition: readFileSync(join(examples, 'pre-approval.yaml'), 'utf8'),
  values: { application: { ...applicant }, statement },
};

describe('a page of an origin that is named', () => {
  it('brings a workflow to its result: planned, appraised, sealed, followed, verified and opened', async () => {
    const result = await seen.page.evaluate(
      async ({ settings, work }) => {
        const trust = new TextEncoder().encode(settings.trust);
        const client = await sealflow.connect({ ...settings, trust });
        const planned = await client.plan({ definition: work.definition });
        const run = await client.run(planned, { ...work.values }, { deadlineMs: 120_000 });
        const states: string[] = [];
        const { state } = await run.wait(({ snapshot, step }) => {
          states.push(snapshot?.state ?? `${step?.id} ${step?.state}`);
        });
        const verdict = await run.verify();
        const stated = await run.readPublic('decision');
        const { value: limit } = await run.open('limit');
        const sealed = await run.open('decision').catch((error) => error.code);
        const bundle = await run.bundle();
        return {
          state,
          states,
          outcome: verdict.outcome,
          decision: JSON.parse(new TextDecoder().decode(stated ?? undefined)),
          limit,
          sealed,
          bundle: Array.from(bundle),
        };
      },
      { settings, work: preApproval },
    );
    expect(result).toMatchObject({
      state: 'RUN_STATE_SUCCEEDED',
      outcome: 'verified',
      decision: 'approve',
      limit: { limitCents: 600_000 },
      sealed: 'OUTPUT_UNSEALED',
    });
    expect(result.states.at(-1)).toBe('RUN_STATE_SUCCEEDED');
    // The file that the page keeps is what everybody else can check.
    const { outcome } = await verifyBundle(Uint8Array.from(result.bundle), stack.trust, { at: null });
    expect(outcome).toBe('verified');
    const lines = statement.split('\n').filter((secret) => secret.length > 20);
    expect(lines.length).toBeGreaterThan(5);
    const heard = line.heard();
    expect(heard).toContain('SFE1');
    expect(lines.filter((secret) => heard.includes(secret))).toEqual([]);
  });

  it('follows a run over the end of the orchestrator', async () => {
    const began = await seen.page.evaluateHandle(
      async ({ settings, work }) => {
        const trust = new TextEncoder().encode(settings.trust);
        const client = await sealflow.connect({ ...settings, trust });
        const run = await client.run({ definition: work.definition }, { ...work.values });
        const events: string[] = [];
        return { run, events, ended: run.wait(({ sequence }) => events.push(sequence)) };
      },
      { settings, work: preApproval },
    );
    await stack.restart('orchestrator');
    const { state, events } = await began.evaluate(async ({ ended, events }) => {
      const { state } = await ended;
      return { state, events };
    });
    expect(state).toBe('RUN_STATE_SUCCEEDED');
    // Each once and in order.
    expect(events).toEqual(events.map((_, index) => String(Number(events[0]) + index)));
  });

  it('talks to a model: the answer comes in sealed chunks, and its receipt is of the attested key', async () => {
    model.behave('none');
    const talk = {
      definition: readFileSync(join(examples, 'conversation.yaml'), 'utf8'),
      parameters: { converse: { weights: digestOf(weights) } },
    };
    const heard = await seen.page.evaluate(
      async ({ settings, talk }) => {
        const trust = new TextEncoder().encode(settings.trust);
        const client = await sealflow.connect({ ...settings, trust });
        const { run, conversation } = await client.converse(talk);
        const ask = sealflow.openaiFetch(conversation);
        const answer = await ask('https://sealed.invalid/v1/chat/completions', {
          method: 'POST',
          body: JSON.stringify({
            model: 'small',
            stream: true,
            messages: [{ role: 'user', content: 'a question' }],
          }),
        });
        const text = await answer.text();
        await conversation.close();
        const { state } = await run.wait();
        const verdict = await run.verify();
        return { text, state, outcome: verdict.outcome };
      },
      { settings, talk },
    );
    expect(heard).toMatchObject({ state: 'RUN_STATE_SUCCEEDED', outcome: 'verified' });
    expect(heard.text).toContain('data: [DONE]');
  });
});

type Act = 'connect' | 'plan' | 'run' | 'prove' | 'watch';

/** Does something in a page that does not come to its end; gives how it ended. */
function refused(page: Page, act: Act, given: Partial<Settings> & { readonly timeoutMs?: number } = {}) {
  return page.evaluate(
    async ({ settings, act, work }) => {
      const trust = new TextEncoder().encode(settings.trust);
      try {
        const client = await sealflow.connect({ ...settings, trust });
        if (act === 'plan') await client.plan({ definition: work.definition });
        if (act === 'run') await client.run({ definition: work.definition }, { ...work.values });
        if (act === 'prove') await client.prove({ folder: 'here' });
        if (act === 'watch') for await (const _ of client.watch('01ARZ3NDEKTSV4RRFFQ69G5FAV'));
        return { name: 'none', said: '', message: '' };
      } catch (error) {
        const { name, code, reason, message } = error as Record<string, unknown>;
        return { name: String(name), said: String(reason ?? code), message: String(message) };
      }
    },
    { settings: { ...settings, ...given }, act, work: preApproval },
  );
}

describe('a page is refused, and says why', () => {
  beforeEach(() => {
    expectsErrors = true;
  });

  it('by the browser, where its origin is not named', async () => {
    const page = await open(stranger);
    const { said, message } = await refused(page.page, 'connect', { timeoutMs: 2_000 });
    expect(said).toBe('UNAVAILABLE');
    expect(message).toContain(line.address);
    await page.page.context().close();
  });

  it('with the key of nobody', async () => {
    const { said } = await refused(seen.page, 'plan', { apiKey: `sfk_${'0'.repeat(16)}_${'0'.repeat(64)}` });
    expect(said).toBe('KEY_UNKNOWN');
  });

  it('for a run that is not there', async () => {
    expect(await refused(seen.page, 'watch')).toMatchObject({ name: 'ApiError', said: 'NOT_FOUND' });
  });

  it('by itself, where no worker passes its trust file: nothing was sealed', async () => {
    const blobs = () => stack.query<{ count: string }>('SELECT count(*) FROM sealflow.blobs');
    const { trust } = stack;
    const refusing = { ...trust, policy: { ...trust.policy, allowSimulated: false } };
    const before = await blobs();
    expect(await refused(seen.page, 'run', { trust: textOf(refusing) })).toMatchObject({
      name: 'ClientError',
      said: 'EVIDENCE_REFUSED',
    });
    expect(await blobs()).toEqual(before);
  });

  it('by itself, where it would start a process', async () => {
    expect(await refused(seen.page, 'prove')).toMatchObject({
      name: 'ClientError',
      said: 'PROVER_UNAVAILABLE',
    });
  });
});
