import { setTimeout as sleep } from 'node:timers/promises';
import type { PreparedRun, RunHandle } from '#client';
import { ApiError, type Run__Output } from '#contracts';
import { builtinText } from '#workflow';
import { CreditStory, REQUESTED_CENTS } from '../support/credit-story.js';
import type { ChaosStack } from './chaos-stack.js';
import { mayRepeat, patiently } from './patient.js';
import type { Tally } from './tally.js';

/** What the pool holds beyond whole loans: a last probe that asks for one cent too much. */
const REST_CENTS = 100_000n;
/** What the golden applicant may borrow at most, less one cent. */
const LIMIT_CENTS = 599_999n;
const CREATE_MS = 60_000;
/** Every run has a deadline, by which it ends whatever happens to it; and a moment more. */
const END_MS = 420_000;
const ATTEMPTS_MAX = 6;

/** A run that the orchestrator accepted. */
export interface Accepted {
  readonly prepared: PreparedRun;
  readonly handle: RunHandle;
  readonly requestedCents: bigint;
  /** How it ended for its watcher; null when it did not in time. */
  readonly ended: Promise<Run__Output | null>;
  /** Events that the watcher got, over all. */
  readonly seen: { events: number };
}

/** The runs of one round, on a ledger of their own. */
export class Applications {
  readonly accepted: Accepted[] = [];

  private constructor(
    readonly story: CreditStory,
    private readonly tally: Tally,
  ) {}

  static async open(stack: ChaosStack, loans: number, tally: Tally): Promise<Applications> {
    const story = await CreditStory.open(stack, loans, builtinText('credit'), REST_CENTS);
    tally.add('runs', 'accepted');
    tally.add('runs', 'succeeded');
    return new Applications(story, tally);
  }

  /** Prepares and creates a run, again where the stack was in trouble or lost the workers whose keys it sealed to. */
  async apply(requestedCents = REQUESTED_CENTS): Promise<Accepted | null> {
    const patience = { withinMs: CREATE_MS, onRetry: () => this.tally.add('retries', 'call') };
    let again: PreparedRun | null = null;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      try {
        const prepared: PreparedRun =
          again ?? (await patiently(() => this.story.prepare({ requestedCents }), patience));
        again = prepared;
        const handle = await patiently(() => this.story.client.create(prepared), patience);
        this.tally.add('runs', 'accepted');
        const seen = { events: 0 };
        const accepted = { prepared, handle, requestedCents, seen, ended: this.#follow(handle, seen) };
        this.accepted.push(accepted);
        return accepted;
      } catch (error) {
        const reason =
          (error as { reason?: string; code?: string }).reason ?? (error as { code?: string }).code;
        if (reason === undefined) throw error;
        this.tally.add('refused', reason);
        // Who hears nothing for long may have been accepted: another application would be paid besides it.
        if (!mayRepeat(error)) again = null;
        await sleep(500);
      }
    }
    return null;
  }

  /** Watches a run to its end. A gap in its events is a violation, whatever broke the watch. */
  async #follow(handle: RunHandle, seen: { events: number }): Promise<Run__Output | null> {
    const late = sleep(END_MS, null, { ref: false });
    const watched = (async () => {
      for (;;) {
        seen.events = 0;
        try {
          return await handle.wait(() => {
            seen.events += 1;
          });
        } catch (error) {
          if (!(error instanceof ApiError)) {
            this.tally.check('the events of a run are whole', false, `${handle.runId} ${String(error)}`);
            return null;
          }
          this.tally.add('retries', 'watch');
          await sleep(500);
        }
      }
    })();
    return Promise.race([watched, late]);
  }

  /**
   * What the pool must still hold is there to the cent, and not a cent more: the key enclave, which alone sees
   * balances, refuses one cent more and pays the last one.
   *
   * @returns the runs that asked
   */
  async probe(leftCents: bigint): Promise<Accepted[]> {
    const probes: Accepted[] = [];
    let left = leftCents;
    const ask = async (cents: bigint, state: string): Promise<void> => {
      const run = await this.apply(cents);
      const ended = await run?.ended;
      if (run !== null) probes.push(run);
      this.tally.check(
        'the pool holds what the settlements left',
        ended?.state === state,
        `asked for ${cents} of ${left} cents: ${ended?.state ?? 'no end'} ${ended?.reason ?? ''}`,
      );
      if (ended?.state === 'RUN_STATE_SUCCEEDED') left -= cents;
    };
    while (left > LIMIT_CENTS) {
      const before = left;
      await ask(LIMIT_CENTS, 'RUN_STATE_SUCCEEDED');
      if (left === before) return probes;
    }
    await ask(left + 1n, 'RUN_STATE_REJECTED');
    await ask(left, 'RUN_STATE_SUCCEEDED');
    return probes;
  }
}
