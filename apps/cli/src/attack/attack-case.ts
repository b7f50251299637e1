import { ClientError, type SealflowClient } from '#client';
import type { Bearer } from '#contracts';
import type { TlsFiles } from '#tls';
import type { AgentScene } from '../demo/agent/attackers.js';
import type { Application } from '../demo/application.js';
import type { ClaimScene } from '../demo/claim/file-claim.js';
import type { FinishedRun } from '../demo/credit-run.js';
import type { DemoPlans } from '../demo/demo-plans.js';
import type { RunningStack } from '../stack/stack.js';
import type { Money } from './agent/money.js';

/** Whose part an attack plays. */
export const actors = [
  'orchestrator',
  'worker',
  'prover',
  'submitter',
  'agent',
  'network',
  'auditor',
] as const;
export type Actor = (typeof actors)[number];

/** Who finds it out. */
export type NoticedBy =
  | 'client'
  | 'orchestrator'
  | 'worker'
  | 'key enclave'
  | 'verifier'
  | 'log monitor'
  | 'witness'
  | 'nobody who looks';

/**
 * What a case has to have. `target`: any orchestrator, with an API key of a tenant and a trust file that its workers
 * pass. `stack`: the stack of this installation, whose database, keys of worker and operator, and simulated hardware are at hand.
 */
export type Needs = 'target' | 'stack';

/**
 * Cases of a lane are made so many at a time, and lanes beside each other. Runs of the credit workflow are one after the
 * other, because a dishonest worker takes the next task of its kind, whoever's that is. Intents of a ledger are decided
 * together, in the next batch.
 */
export const lanes = { runs: 1, claims: 2, calls: 1, money: 8, others: 1 } as const;
export type Lane = keyof typeof lanes;

/** What is said of an attack before it is made. */
export interface AttackFacts {
  readonly name: string;
  readonly actor: Actor;
  /** What the attacker does, as a verb phrase. */
  readonly tries: string;
  /** Reason code with which it is stopped; another one counts as a failure of the pack. */
  readonly expected: string;
  readonly noticedBy: NoticedBy;
  readonly needs: Needs;
  /** What is there afterwards that was not there before. */
  readonly leaves: string;
}

/** One attack, ready to be made, on what honest work left behind: that of the credit workflow, or another story. */
export interface AttackCase<S = Scene> extends AttackFacts {
  /** `others` unless said. */
  readonly lane?: Lane;
  attack(scene: S): Promise<Answer>;
}

/** How an attack ended. */
export interface Answer {
  /** Reason code; null when nothing stopped the attacker. */
  readonly reason: string | null;
  readonly detail: string;
}

/** A target that lacks what a case has to have: not stopped, and not passed either. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

/** Where the target listens, and as whom it is called. */
export interface Place {
  readonly grpc: string;
  readonly tls: TlsFiles | null;
  readonly bearer: Bearer | undefined;
}

/** What was done honestly before the attacks. The first run is that of the first application, which is paid. */
export interface Credit {
  readonly plans: DemoPlans;
  readonly applications: readonly Application[];
  readonly runs: readonly FinishedRun[];
}

/** Honest work that was done for attackers. */
export interface Prepared {
  readonly work: 'credit' | 'claim' | 'calls' | 'money';
  readonly ms: number;
}

/** What the attackers find. */
export interface Scene {
  readonly place: Place;
  /** An honest customer of the target. */
  readonly client: SealflowClient;
  /** The stack of this installation; null where the target is another. */
  readonly stack: RunningStack | null;
  /** Folder for the bundles of runs. */
  readonly bundles: string;
  /** Honest runs of the credit workflow, made when they are first asked for. */
  credit(): Promise<Credit>;
  /** A ledger of pages with an agent's budget on it, founded when it is first asked for. */
  money(): Promise<Money>;
  /** A paid claim with the hospital's own prover, made when it is first asked for: at the stack alone. */
  claim(): Promise<ClaimScene>;
  /** Calls of a model that an agent paid for, made when they are first asked for: at the stack alone. */
  calls(): Promise<AgentScene>;
  /** How long honest work took before the attacks on it, as far as it was asked for. */
  prepared(): readonly Prepared[];
  /** Ends what was started for the scene. */
  close(): Promise<void>;
}

/** The stack behind the scene. A case that asks for it has `needs: 'stack'`. */
export function stackOf({ stack }: Pick<Scene, 'stack'>): RunningStack {
  if (stack === null) throw new CannotRun('the target is not the stack of this installation');
  return stack;
}

/** The reason with which the system refuses; null when it does not. */
export async function refusal(run: () => Promise<unknown>): Promise<Answer> {
  try {
    await run();
    return { reason: null, detail: 'it was accepted' };
  } catch (error) {
    if (error instanceof CannotRun) throw error;
    const { reason, code, message } = error as { reason?: string; code?: unknown; message?: string };
    const named = reason ?? (typeof code === 'string' ? code : 'UNKNOWN');
    return { reason: named, detail: message ?? '' };
  }
}

/** The same, where the client refuses evidence: the first check that failed says why. */
export async function appraisalRefusal(run: () => Promise<unknown>): Promise<Answer> {
  let checks: ClientError['checks'] = [];
  const answer = await refusal(() =>
    run().catch((error: unknown) => {
      if (error instanceof ClientError) checks = error.checks;
      throw error;
    }),
  );
  return { ...answer, reason: checks[0]?.reason ?? answer.reason };
}

/** The run of the first application, which was approved and paid. */
export async function paidRun({ credit }: Scene): Promise<FinishedRun> {
  const [run] = (await credit()).runs;
  if (run === undefined) throw new Error('no honest run');
  return run;
}
