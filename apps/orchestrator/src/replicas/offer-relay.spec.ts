import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import type { WorkerOffer } from '#contracts';
import { Database } from '../database/database.js';
import { EmbeddedPostgres } from '../database/embedded-postgres.js';
import { SessionRegistry } from '../sessions/session-registry.js';
import { type WorkerIdentity, WorkerSession } from '../sessions/worker-session.js';
import { OfferRelay } from './offer-relay.js';
import { OfferStore } from './offer-store.js';

const OPERATION = 'document.extract';
const nonce = new Uint8Array(32).fill(7);
const anybody = { tenant: null, signKey: null };
const question = { operation: OPERATION, policy: 'sha256:policy', nonce, offersMax: 3, ...anybody };

interface Listener {
  readonly from: Line;
  readonly kind: string;
  readonly heard: (id: string) => void;
}

/** Signals between replicas, which the test may lose. */
class Line {
  lost = false;
  readonly #listeners: Listener[];

  constructor(listeners: Listener[]) {
    this.#listeners = listeners;
  }

  on(kind: string, heard: (id: string) => void): void {
    this.#listeners.push({ from: this, kind, heard });
  }

  send(message: string): void {
    const [kind, id] = message.split(' ');
    if (this.lost) return;
    for (const listener of this.#listeners) {
      if (listener.from !== this && listener.kind === kind) listener.heard(id ?? '');
    }
  }
}

function identity(workerId: string): WorkerIdentity {
  return {
    workerId,
    bootId: `boot of ${workerId}`,
    operations: [OPERATION],
    sealKeyId: `sha256:${workerId}`,
    signKey: `key of ${workerId}`,
    imageDigest: 'sha256:image',
    leasesMax: 4,
  };
}

describe('offers of workers at other replicas', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let database: Database;
  let listeners: Listener[];
  const logger = pino({ level: 'silent' });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-offers-'));
    // mkdtemp makes a private folder; the server may run as another user and has to get through.
    chmodSync(folder, 0o755);
    postgres = new EmbeddedPostgres(join(folder, 'postgres'));
    database = await Database.open(await postgres.start());
  });
  beforeEach(async () => {
    listeners = [];
    await database.queries.execute(sql`truncate sealflow.offer_questions, sealflow.offer_answers`);
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A replica with workers that answer every nonce with a package of their own. */
  function replica(
    executorId: string,
    workers: readonly string[],
    answers = true,
    tenant: string | null = null,
  ) {
    const registry = new SessionRegistry(() => 0, logger);
    for (const workerId of workers) {
      const session: WorkerSession = new WorkerSession(
        workerId,
        identity(workerId),
        0,
        ({ offerRequest }) => {
          if (!offerRequest || !answers) return;
          const evidence = Buffer.from(
            `${workerId} answers ${Buffer.from(offerRequest.nonce as Buffer).toString('hex')}`,
          );
          queueMicrotask(() => registry.resolveOffer(session, offerRequest.requestId ?? '', evidence));
        },
        tenant,
      );
      registry.add(session);
    }
    const line = new Line(listeners);
    const relay = new OfferRelay(database, registry, line, { executorId }, logger);
    const workersOfThis = workers.map((workerId) => ({
      ...identity(workerId),
      executorId,
      address: null,
      connectedAt: new Date(0),
      tenant,
      machine: null,
    }));
    return { registry, line, relay, workers: workersOfThis };
  }

  const named = (offers: readonly WorkerOffer[]) => offers.map(({ worker }) => worker).sort();
  const rows = async () => (await database.queries.execute(sql`select 1 from sealflow.offer_questions`)).rows;

  it('come back as those workers gave them, over the nonce of whoever asks', async () => {
    const one = replica('one', []);
    const two = replica('two', ['far']);
    one.registry.seenElsewhere(two.workers);
    const [offer] = await one.relay.request(question);
    expect(offer).toMatchObject({ worker: 'workers/far', operations: [OPERATION] });
    expect(Buffer.from(offer?.package as Buffer).toString()).toBe(`far answers ${'07'.repeat(32)}`);
  });

  it('stand beside those of the workers here', async () => {
    const one = replica('one', ['near']);
    const two = replica('two', ['far']);
    one.registry.seenElsewhere(two.workers);
    expect(named(await one.relay.request(question))).toEqual(['workers/far', 'workers/near']);
  });

  it('are never more than were asked for', async () => {
    const one = replica('one', ['near']);
    const two = replica('two', ['far', 'further', 'furthest']);
    one.registry.seenElsewhere(two.workers);
    expect(await one.relay.request({ ...question, offersMax: 2 })).toHaveLength(2);
  });

  it('are not asked for where the workers here are enough, or nobody elsewhere offers the operation', async () => {
    const one = replica('one', ['near']);
    const two = replica('two', ['far']);
    expect(await one.relay.request(question)).toHaveLength(1);
    one.registry.seenElsewhere(two.workers);
    expect(await one.relay.request({ ...question, offersMax: 1 })).toHaveLength(1);
    one.registry.seenElsewhere(two.workers.map((worker) => ({ ...worker, operations: ['other.one'] })));
    expect(await one.relay.request(question)).toHaveLength(1);
    expect(await rows()).toEqual([]);
  });

  it('of a fenced worker are not asked for', async () => {
    const one = replica('one', []);
    const two = replica('two', ['far']);
    one.registry.seenElsewhere(two.workers);
    one.registry.learnFence('key of far', 'STATEMENT_MALFORMED');
    expect(await one.relay.request(question)).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  it('come without any signal, by the look of every beat', async () => {
    const one = replica('one', []);
    const two = replica('two', ['far']);
    one.line.lost = true;
    two.line.lost = true;
    one.registry.seenElsewhere(two.workers);
    const asked = one.relay.request(question);
    while ((await rows()).length === 0) await Promise.resolve();
    await one.relay.answerAll();
    await two.relay.answerAll();
    expect(named(await asked)).toEqual(['workers/far']);
  });

  it('of a replica that is silent hold up nobody who has enough', async () => {
    const one = replica('one', []);
    const two = replica('two', ['far', 'further']);
    const gone = replica('gone', ['lost'], false);
    one.registry.seenElsewhere([...two.workers, ...gone.workers]);
    expect(named(await one.relay.request({ ...question, offersMax: 2 }))).toEqual([
      'workers/far',
      'workers/further',
    ]);
  });

  it('of a tenant’s own provers are for that tenant, at other replicas too', async () => {
    const one = replica('one', []);
    const two = replica('two', ['ward'], true, 'clinic');
    one.registry.seenElsewhere(two.workers);
    expect(one.registry.operations('hospital')).toEqual([]);
    expect(await one.relay.request({ ...question, tenant: 'hospital' })).toEqual([]);
    expect(await rows()).toEqual([]);
    expect(named(await one.relay.request({ ...question, tenant: 'clinic' }))).toEqual(['workers/ward']);
  });

  it('come from the one worker that is named, wherever it is and however many others there are', async () => {
    const one = replica('one', ['near', 'nearer', 'nearest']);
    const two = replica('two', ['a', 'b', 'c', 'd', 'far']);
    one.registry.seenElsewhere(two.workers);
    const asked = (worker: string) => one.relay.request({ ...question, signKey: `key of ${worker}` });
    expect(named(await asked('nearest'))).toEqual(['workers/nearest']);
    expect(await rows()).toEqual([]);
    expect(named(await asked('far'))).toEqual(['workers/far']);
  });

  it('are not given to a question of its own, or to one that is not there', async () => {
    const two = replica('two', ['far']);
    const store = new OfferStore(database.queries);
    await store.ask({ id: 'own', askedBy: 'two', ...question, nonce: utf8('n'.repeat(32)) });
    expect(await store.open('two', 5_000)).toEqual([]);
    expect(await store.open('one', 5_000)).toEqual(['own']);
    expect(await store.question('another')).toBeNull();
    await two.relay.answerAll();
    expect(await store.answers('own')).toEqual([]);
  });
});
