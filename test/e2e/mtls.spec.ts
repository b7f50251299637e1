import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEvidencePackage, parseEvidencePackage } from '#attestation';
import { parseDigest } from '#canonical';
import { type ApiError, unary } from '#contracts';
import type { TlsFiles } from '#tls';
import { workerImages } from '#worker';
import { dialAsWorker, registeredAs, rogueIdentity } from '../../apps/cli/src/attack/worker/rogue-worker.js';
import { dial, get } from '../../apps/cli/src/stack/dial.js';
import { CreditStory } from '../support/credit-story.js';
import { expectLedgerConsistent, expectOneAttemptEach, expectSettledOnce } from '../support/expect-run.js';
import { type ServiceName, startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';

/*
 * The main job with TLS on every port and a certificate for every worker, all of which are replaced under it, the CA
 * among them.
 */
const services: readonly ServiceName[] = ['orchestrator', 'tee-worker', 'zk-prover', 'fhe-service'];
const NO_POLICY = parseDigest(`sha256:${'0'.repeat(64)}`);
const taken = 'certificates taken over';

/** Enough for as long as a rotation takes. */
const LOANS = 24;

let stack: TestStack;
let story: CreditStory;

beforeAll(async () => {
  stack = await startTestStack({
    tls: true,
    environment: () => ({ SEALFLOW_BROWSER_ORIGINS: 'https://app.example.com' }),
  });
  story = await CreditStory.open(stack, LOANS);
});
afterAll(() => stack.stop());

const timesTaken = (name: ServiceName): number => stack.log(name).split(taken).length - 1;

/** Resolves once every service has taken over what lies on the disk. */
function everyServiceTook(): () => Promise<void> {
  const before = new Map(services.map((name) => [name, timesTaken(name)]));
  let phase = 0;
  return async () => {
    phase += 1;
    for (const name of services) {
      await until(
        `${name} took the files of phase ${phase}`,
        () => timesTaken(name) >= (before.get(name) ?? 0) + phase,
      );
    }
  };
}

/** Registers as a worker of this id, over the certificate that is shown; the reason of the refusal, or null. */
async function registerAs(
  registered: string,
  shown: TlsFiles | null,
  quoteOf?: (evidence: Uint8Array) => Uint8Array,
): Promise<string | null> {
  const bearer = stack.installation.keys.read('worker') ?? undefined;
  const clients = dial(stack.address.grpc, { bearer, tls: shown });
  try {
    return await registeredAs(clients, rogueIdentity(stack.running, 'zk-prover', registered), quoteOf);
  } finally {
    clients.close();
  }
}

function listWorkers(tls: TlsFiles | null): Promise<unknown> {
  const bearer = stack.installation.keys.read('operator') ?? undefined;
  const clients = dial(stack.address.grpc, { bearer, tls });
  return unary((options, callback) => clients.attestation.listWorkers({}, options, callback), {
    deadlineMs: 5_000,
  }).finally(() => clients.close());
}

/** As a page asks, whose TLS is the browser's: for a blob that is not there. How it ended, in the last frame of the body. */
async function askFromPage(bearer: string): Promise<string> {
  const headers = {
    origin: 'https://app.example.com',
    authorization: `Bearer ${bearer}`,
    'content-type': 'application/grpc-web+proto',
    'grpc-timeout': '5S',
  };
  const url = `${stack.address.http}/sealflow.blob.v1.BlobService/StatBlob`;
  const options = {
    method: 'POST',
    headers,
    ca: readFileSync(stack.installation.tls.ca),
    signal: AbortSignal.timeout(5_000),
  };
  const asked = request(url, options).end(new Uint8Array(5));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return text(answer);
}

const serial = (name: string): string =>
  new X509Certificate(readFileSync(stack.installation.tls.files(name).certificate)).serialNumber;

describe('a stack with TLS', () => {
  it('says no to who speaks in the clear, to a stranger’s CA, and over HTTP too', async () => {
    await expect(listWorkers(null)).rejects.toMatchObject({
      reason: 'UNAVAILABLE',
    } satisfies Partial<ApiError>);
    await expect(
      get(stack.address.http.replace('https', 'http'), null, { timeoutMs: 2_000 }),
    ).rejects.toThrow();
    await expect(get(`${stack.address.http}/readyz`, null, { timeoutMs: 2_000 })).rejects.toThrow(
      /certificate/,
    );
    const answer = await get(`${stack.address.http}/readyz`, stack.address.tls ?? null, { timeoutMs: 2_000 });
    expect(answer.status).toBe(200);
  });

  it('takes a worker for the one that its certificate names, and for no other', async () => {
    const { tls } = stack.installation;
    const own = dialAsWorker(stack.running, 'guest-0');
    own.close();
    expect(await registerAs('guest-0', tls.files('guest-0'))).toBeNull();
    expect(await registerAs('tee-worker-0', tls.files('guest-0'))).toBe('WORKER_ID_MISMATCH');
    expect(await registerAs('guest-0', { ca: tls.ca })).toBe('CERTIFICATE_REQUIRED');
    expect(await registerAs('guest-0', tls.files('orchestrator'))).toBe('CERTIFICATE_REQUIRED');
  });

  it('takes a person for who has the key in a page, and no worker, since a page shows no certificate', async () => {
    expect(await askFromPage(await stack.key('demo'))).toMatch(/grpc-message: digest/);
    const worker = stack.installation.keys.read('worker') ?? '';
    expect(await askFromPage(worker)).toMatch(/grpc-message: connection:%20expected%20a%20certificate/);
  });

  it('keeps the key of a worker: another one needs evidence of a new boot over it', async () => {
    const files = stack.installation.tls.files('guest-0');
    // A new boot, whose quote is over its own key.
    expect(await registerAs('guest-0', files)).toBeNull();
    // Another one shows the quote of somebody else over its key.
    const { evidence } = rogueIdentity(stack.running, 'zk-prover', 'guest-0');
    const foreign = parseEvidencePackage(await evidence.answer(Buffer.alloc(32, 7), NO_POLICY));
    const borrowed = (own: Uint8Array): Uint8Array =>
      encodeEvidencePackage({ ...parseEvidencePackage(own), cpu: foreign.cpu });
    expect(await registerAs('guest-0', files, borrowed)).toBe('WORKER_KEY_UNATTESTED');
    expect(await registerAs('guest-0', files)).toBeNull();
  });

  it('pays loan after loan while the CA and every certificate are replaced, with no step done twice', async () => {
    const { tls } = stack.installation;
    const before = new Map(
      [...services.slice(1).map((name) => `${name}-0`), 'orchestrator'].map((name) => [name, serial(name)]),
    );
    const oldRoot = readFileSync(tls.ca, 'utf8');
    const settled = everyServiceTook();
    const run = await story.apply();
    await run.moment('extract', 'DISPATCHED');
    let rotating = true;
    const rotation = tls.rotate(Date.now(), settled).finally(() => {
      rotating = false;
    });
    const runs = [run];
    await expectSettledOnce(story, run);
    while (rotating && runs.length < LOANS - 2) {
      const next = await story.apply();
      runs.push(next);
      await expectSettledOnce(story, next);
    }
    await rotation;
    for (const each of runs) await expectOneAttemptEach(story, each);
    for (const [name, old] of before) expect(serial(name)).not.toBe(old);
    // Old roots know nobody here any more, in either direction.
    const past = `${stack.home}/past.ca`;
    writeFileSync(past, oldRoot);
    await expect(listWorkers({ ca: past })).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    await listWorkers({ ca: tls.ca });
  });

  it('pays the next one too, with workers that dialled again under the new certificates', async () => {
    for (const image of workerImages) await stack.restart(image.name as ServiceName, 'SIGTERM');
    const run = await story.apply();
    await expectSettledOnce(story, run);
    await expectLedgerConsistent(story);
    for (const name of services) expect(stack.log(name)).not.toContain('the old ones are kept');
  });
});
