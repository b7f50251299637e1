import { and, eq, gt, lt, ne, notExists, sql } from 'drizzle-orm';
import type { WorkerOffer } from '#contracts';
import type { Queries } from '../database/database.js';
import { offerAnswers, offerQuestions, type RelayedOffer } from '../database/schema.js';

export interface OfferQuestion {
  readonly operation: string;
  readonly policy: string;
  /** 32 bytes of whoever asks. */
  readonly nonce: Uint8Array;
  readonly offersMax: number;
  /** Who asks; null: the platform. */
  readonly tenant: string | null;
  /** base64 of the key of the one worker that is to answer; null: any. */
  readonly signKey: string | null;
}

export interface AskedQuestion extends OfferQuestion {
  readonly id: string;
  /** The replica that whoever asks is connected to. */
  readonly askedBy: string;
}

/** What the workers of one replica answered. */
export interface OfferAnswer {
  readonly executorId: string;
  readonly offers: readonly WorkerOffer[];
}

/** Questions and answers are kept so long; whoever asked has gone by then. */
const KEPT_S = 60;

/** The table in which replicas leave each other questions and answers. Times are the database's. */
export class OfferStore {
  constructor(private readonly queries: Queries) {}

  async ask({
    id,
    askedBy,
    operation,
    policy,
    nonce,
    offersMax,
    tenant,
    signKey,
  }: AskedQuestion): Promise<void> {
    await this.queries.delete(offerQuestions).where(lt(offerQuestions.at, secondsAgo(KEPT_S)));
    await this.queries.delete(offerAnswers).where(lt(offerAnswers.at, secondsAgo(KEPT_S)));
    await this.queries.insert(offerQuestions).values({
      id,
      askedBy,
      operation,
      policy,
      nonce: Buffer.from(nonce),
      offersMax,
      tenant,
      signKey,
      at: sql`now()` as never,
    });
  }

  async question(id: string): Promise<AskedQuestion | null> {
    const [row] = await this.queries.select().from(offerQuestions).where(eq(offerQuestions.id, id));
    return row ?? null;
  }

  /** Questions of others that a replica has not answered, of the last `sinceMs`. */
  async open(executorId: string, sinceMs: number): Promise<string[]> {
    const answered = this.queries
      .select()
      .from(offerAnswers)
      .where(and(eq(offerAnswers.id, offerQuestions.id), eq(offerAnswers.executorId, executorId)));
    const rows = await this.queries
      .select({ id: offerQuestions.id })
      .from(offerQuestions)
      .where(
        and(
          ne(offerQuestions.askedBy, executorId),
          gt(offerQuestions.at, secondsAgo(sinceMs / 1_000)),
          notExists(answered),
        ),
      );
    return rows.map(({ id }) => id);
  }

  async answer(id: string, { executorId, offers }: OfferAnswer): Promise<void> {
    await this.queries
      .insert(offerAnswers)
      .values({ id, executorId, offers: offers.map(relayed), at: sql`now()` as never })
      .onConflictDoNothing();
  }

  async answers(id: string): Promise<OfferAnswer[]> {
    const rows = await this.queries.select().from(offerAnswers).where(eq(offerAnswers.id, id));
    return rows.map(({ executorId, offers }) => ({ executorId, offers: offers.map(offerOf) }));
  }
}

function secondsAgo(seconds: number) {
  return sql<Date>`now() - ${seconds} * interval '1 second'`;
}

function relayed({ worker, operations, package: evidence }: WorkerOffer): RelayedOffer {
  return {
    worker: worker ?? '',
    operations: operations ?? [],
    package: Buffer.from(evidence as Buffer).toString('base64'),
  };
}

function offerOf({ worker, operations, package: evidence }: RelayedOffer): WorkerOffer {
  return {
    worker,
    operations: [...operations],
    package: Buffer.from(evidence, 'base64'),
    priceMicros: '0',
  };
}
