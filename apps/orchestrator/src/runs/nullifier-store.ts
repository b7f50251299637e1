import { Inject, Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { JsonObject } from '#canonical';
import type { PlanTask } from '#workflow';
import { Database } from '../database/database.js';
import { nullifiers } from '../database/schema.js';
import { CLOCK, type Clock } from '../tokens.js';

/** The fact under which a proof names the note that it spends. */
const FACT = 'nullifier';
/** A field element of BN254 in decimal. */
const NULLIFIER = /^\d{1,77}$/;

/** Whose step spends a note. */
export interface Spender {
  readonly tenant: string;
  readonly runId: string;
  readonly taskId: string;
}

/** What a proved step says that it spends; null: nothing. */
export function spentBy(task: Pick<PlanTask, 'kind'>, facts: JsonObject): string | null {
  if (task.kind !== 'zk.groth16' || !Object.hasOwn(facts, FACT)) return null;
  const nullifier = facts[FACT];
  return typeof nullifier === 'string' && NULLIFIER.test(nullifier) ? nullifier : null;
}

/**
 * Notes that were spent by steps of this orchestrator: a proof cannot know what another one spent.
 *
 * Whoever runs the orchestrator can forget a nullifier, so a payee who does not trust it keeps a list of its own.
 */
@Injectable()
export class NullifierStore {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Spends a note, once: the same step may say so again, as after a crash.
   *
   * @returns false when another step spent it
   */
  async spend(nullifier: string, { tenant, runId, taskId }: Spender): Promise<boolean> {
    const { queries } = this.database;
    const time = new Date(this.clock());
    await queries.insert(nullifiers).values({ nullifier, tenant, runId, taskId, time }).onConflictDoNothing();
    const [held] = await queries.select().from(nullifiers).where(eq(nullifiers.nullifier, nullifier));
    return held?.runId === runId && held.taskId === taskId;
  }
}
