import { Inject, Injectable } from '@nestjs/common';
import { inArray } from 'drizzle-orm';
import type { JsonObject } from '#canonical';
import type { PlanTask } from '#workflow';
import { Database } from '../database/database.js';
import { nullifiers } from '../database/schema.js';
import { CLOCK, type Clock } from '../tokens.js';

/** The fact under which a proof names the note that it spends. */
const NOTE = 'nullifier';
/** Facts under which a proof names what can be claimed for once: the claim, and the encounter that it is about. */
const CLAIM = ['claimNullifier', 'encounterNullifier'] as const;
/** A field element of BN254 in decimal. */
const NULLIFIER = /^\d{1,77}$/;

/** Whose step uses something up. */
export interface Spender {
  readonly tenant: string;
  readonly runId: string;
  readonly taskId: string;
}

/** What a proved step says that it uses up; nothing for a claim that a rule denies, which may be corrected and filed again. */
export function spentBy(task: Pick<PlanTask, 'kind'>, facts: JsonObject): readonly string[] {
  if (task.kind !== 'zk.groth16') return [];
  const names = facts['rule'] === 'accepted' ? [NOTE, ...CLAIM] : [NOTE];
  return names.flatMap((name) => {
    const nullifier = Object.hasOwn(facts, name) ? facts[name] : null;
    return typeof nullifier === 'string' && NULLIFIER.test(nullifier) ? [nullifier] : [];
  });
}

/** Takes back what was written of a step that names something used before. */
class UsedBefore extends Error {}

/**
 * Notes that were spent and claims that were accepted in steps of this orchestrator: a proof cannot know what another one
 * used up.
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
   * Uses up all that a step names, or nothing of it, and once: the same step may say so again, as after a crash.
   *
   * @returns false when another step used up any of it
   */
  async spend(spent: readonly string[], { tenant, runId, taskId }: Spender): Promise<boolean> {
    const time = new Date(this.clock());
    // Two steps that name the same things write them in one order, or each would wait for the other.
    const names = [...new Set(spent)].sort();
    if (names.length === 0) return true;
    try {
      await this.database.queries.transaction(async (transaction) => {
        const rows = names.map((nullifier) => ({ nullifier, tenant, runId, taskId, time }));
        await transaction.insert(nullifiers).values(rows).onConflictDoNothing();
        const held = await transaction.select().from(nullifiers).where(inArray(nullifiers.nullifier, names));
        const own = held.filter((row) => row.runId === runId && row.taskId === taskId);
        if (own.length !== names.length) throw new UsedBefore();
      });
      return true;
    } catch (error) {
      if (error instanceof UsedBefore) return false;
      throw error;
    }
  }
}
