import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { SubmittedIntents } from '#contracts';
import { asSystem } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import { limitExceeded } from '../request-fields.js';
import { RunSignal } from '../runs/run-signal.js';
import { IntentReader } from './intent-reader.js';

/** How long a watcher sleeps when no signal comes: one of another replica may have been lost. */
const POLL_MS = 5_000;
/** Watchers of a ledger wake together when a batch ends: what they ask in so short a time is asked once. */
const GATHER_MS = 2;

/** A question that watchers of one ledger ask together. */
interface Asked {
  readonly digests: Set<string>;
  readonly answer: Promise<ReadonlyMap<string, SubmittedIntents>>;
}

/** What a signal about the intents of a ledger is called. */
export function intentNews(tenant: string, ledger: string): string {
  return `intents/${tenant}/${ledger}`;
}

/** What becomes of envelopes, as a stream that ends when nothing more can become of them. */
@Injectable()
export class IntentWatcher {
  #watching = 0;
  readonly #asked = new Map<string, Asked>();

  constructor(
    private readonly reader: IntentReader,
    private readonly signal: RunSignal,
  ) {}

  async *watch(
    { tenant, ledger, digests }: { tenant: string; ledger: string; digests: readonly string[] },
    abort: AbortSignal,
  ): AsyncGenerator<SubmittedIntents[]> {
    if (this.#watching >= limits.watchesMax) {
      throw limitExceeded('watchesMax', this.#watching + 1, 'watch on another replica, or later');
    }
    this.#watching += 1;
    try {
      using news = this.signal.listen(intentNews(tenant, ledger));
      const told = new Map<string, string>();
      let open: readonly string[] = digests;
      for (let first = true; !abort.aborted; first = false) {
        const found = await this.#find(tenant, ledger, open);
        const changed = found.filter(({ digest, state }) => told.get(digest ?? '') !== state);
        for (const { digest = '', state = '' } of changed) told.set(digest, String(state));
        if (first || changed.length > 0) yield changed;
        const over = new Set(found.filter(isOver).map(({ digest }) => digest));
        const known = new Set(found.map(({ digest }) => digest));
        // One that is not there has nothing to wait for.
        open = open.filter((digest) => known.has(digest) && !over.has(digest));
        if (open.length === 0) return;
        await news.wait(POLL_MS, abort);
      }
    } finally {
      this.#watching -= 1;
    }
  }

  async #find(tenant: string, ledger: string, digests: readonly string[]): Promise<SubmittedIntents[]> {
    const news = intentNews(tenant, ledger);
    const asked = this.#asked.get(news) ?? this.#ask(tenant, ledger);
    this.#asked.set(news, asked);
    for (const digest of digests) asked.digests.add(digest);
    const found = await asked.answer;
    return digests.flatMap((digest) => found.get(digest) ?? []);
  }

  /** Not in the name of the one who asks first: each of them was let in to this ledger of this tenant. */
  #ask(tenant: string, ledger: string): Asked {
    const digests = new Set<string>();
    const answer = sleep(GATHER_MS).then(async () => {
      this.#asked.delete(intentNews(tenant, ledger));
      const found = await asSystem(() => this.reader.find(tenant, ledger, [...digests]));
      return new Map(found.map((each) => [each.digest ?? '', each]));
    });
    return { digests, answer };
  }
}

function isOver({ state }: SubmittedIntents): boolean {
  return state === 'INTENT_STATE_DONE' || state === 'INTENT_STATE_REFUSED';
}
