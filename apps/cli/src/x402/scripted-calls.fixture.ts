/** Test fixture: the orchestrator and the ledger behind a front, as far as payments see them, and what goes wrong there. */
import { EventEmitter, once } from 'node:events';
import type { Json, JsonObject } from '#canonical';
import { ApiError, type Reason, type Run__Output } from '#contracts';
import type { UsageFacts } from '#conversation';
import type { AskedCall, PaidCalls } from './paid-call.js';
import { paymentOf } from './payment-state.js';

export const CHARGE_MICROS = 781;
export const ANSWER = '{"choices":[]}';

type Payable = Parameters<PaidCalls['pay']>[1];
/** What happens at a payment: before its run is made, or instead of its usual course. */
export type Happening =
  | { readonly kind: 'refused-before'; readonly reason: Reason }
  /** The run is there, and nobody told the front. */
  | { readonly kind: 'lost-after-create' }
  | { readonly kind: 'ledger-refuses'; readonly reason: string }
  | { readonly kind: 'model-fails'; readonly failure: string }
  /** Goes on when it is let. */
  | { readonly kind: 'waits'; readonly until: Promise<void> };

const said = (facts: Readonly<Record<string, JsonObject>>, state: string): Run__Output => {
  const steps = Object.entries(facts).map(([id, stated]) => ({ id, publicJson: JSON.stringify(stated) }));
  return { state: `RUN_STATE_${state}`, reason: '', steps, outputs: [] } as unknown as Run__Output;
};
const submitted = { 'reserve.submit': { ledger: 'eur' } };
const refusedFor = (reason: string): Run__Output =>
  said({ ...submitted, 'reserve.confirm': { outcome: 'refused', reason } }, 'REJECTED');
const reserved = { ...submitted, 'reserve.confirm': { outcome: 'reserved', reason: null } };
const ended = (outcome: string): Run__Output =>
  said({ ...reserved, 'settle.confirm': { outcome, reason: null } }, 'SUCCEEDED');

/** One run a request id, one reservation an order, as the real ones keep to. */
export class ScriptedCalls implements PaidCalls {
  readonly runs = new Map<string, Run__Output>();
  readonly requests = new Map<string, string>();
  readonly #spent = new Set<string>();
  /** What the next payments meet, the first first. */
  readonly script: Happening[] = [];
  /** Why nobody can be asked, while that is so. */
  away: Reason | null = null;
  tries = 0;
  readonly #tried = new EventEmitter();
  chargedMicros = 0;

  async pay({ order }: AskedCall, { requestId, runId }: Payable): ReturnType<PaidCalls['pay']> {
    this.tries += 1;
    this.#tried.emit('try');
    const happening = this.script.shift() ?? null;
    if (happening?.kind === 'waits') await happening.until;
    if (happening?.kind === 'refused-before') throw new ApiError(happening.reason, 'scripted');
    const before = this.requests.get(requestId);
    if (before !== undefined) throw new ApiError('REQUEST_ID_REUSED', `scripted: of run ${before}`);
    this.requests.set(requestId, runId);
    const run = this.#ran(order, happening);
    this.runs.set(runId, run);
    if (happening?.kind === 'lost-after-create') throw new ApiError('UNAVAILABLE', 'scripted');
    const standing = paymentOf(run);
    const settled = standing.state === 'SETTLED';
    const failure = happening?.kind === 'model-fails' ? happening.failure : null;
    return {
      ...{ standing, failure, answer: settled ? ANSWER : null },
      usage: settled ? await this.usage() : null,
    };
  }

  /** Waits until somebody tried so many times to pay. */
  async tried(count: number): Promise<void> {
    while (this.tries < count) await once(this.#tried, 'try');
  }

  find(runId: string): Promise<Run__Output | null> {
    if (this.away !== null) return Promise.reject(new ApiError(this.away, 'scripted'));
    return Promise.resolve(this.runs.get(runId) ?? null);
  }

  usage(): Promise<UsageFacts> {
    const counts = { promptTokens: 812, completionTokens: 447, calls: 1, chargeMicros: CHARGE_MICROS };
    return Promise.resolve({ ...counts } as unknown as UsageFacts);
  }

  /** A run whose client is gone ends by itself, and gives everything back. */
  abandon(runId: string): void {
    this.runs.set(runId, ended('released'));
  }

  #ran(order: Json, happening: Happening | null): Run__Output {
    const name = JSON.stringify(order);
    if (happening?.kind === 'ledger-refuses') return refusedFor(happening.reason);
    if (this.#spent.has(name)) return refusedFor('REPLAYED');
    this.#spent.add(name);
    if (happening?.kind === 'model-fails') return ended('released');
    if (happening?.kind === 'lost-after-create') return said(reserved, 'RUNNING');
    this.chargedMicros += CHARGE_MICROS;
    return ended('committed');
  }
}
