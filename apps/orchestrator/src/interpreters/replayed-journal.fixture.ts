import { readFileSync } from 'node:fs';
import type { Plan } from '#workflow';
import type { Journal, Started } from './journal.js';

/** Number, name and answer of one recorded call. */
export type Recorded = readonly [id: number, name: string, answer: unknown];

export interface RecordedRun {
  readonly runId: string;
  readonly plan: Plan;
  /** By the rest of the workflow's id; the run's own has none. */
  readonly workflows: Readonly<Record<string, readonly Recorded[]>>;
}

/** What was recorded of a run on a whole stack when an interpreter was the newest. */
export function recordedRun(version: string): RecordedRun {
  return JSON.parse(
    readFileSync(new URL(`./run-${version}.journal.json`, import.meta.url), 'utf8'),
  ) as RecordedRun;
}

/** The interpreter did something else than it did when the journal was recorded, or more. */
export class NotRecorded extends Error {
  /** Errors of the engine go through interpreters untouched. */
  readonly dbosErrorCode = 0;
}

/** Answers calls from a recording, as the engine does after a crash, and refuses any other call. */
export class ReplayedJournal implements Journal {
  readonly calls: string[] = [];
  /** The first call that is not recorded: the one that a run makes after a crash. */
  unrecorded: string | null = null;
  #id = 0;

  constructor(private readonly recorded: readonly Recorded[]) {}

  /** Whether every recorded call was made. */
  get isOver(): boolean {
    return this.recorded.every(([id]) => id < this.#id);
  }

  async step<T>(name: string): Promise<T> {
    return this.#answer(name) as T;
  }

  async receive<T>(topic: string, deadlineMs: number): Promise<T | null> {
    const message = this.#answer('DBOS.recv', `${topic} until ${deadlineMs}`) as T | null;
    // The engine keeps a second number for the time at which the wait ends.
    this.#id += 1;
    return message;
  }

  async start<Args extends unknown[], T>(
    _workflow: (...args: Args) => Promise<T>,
    workflowId: string,
  ): Promise<Started<T>> {
    this.#answer('task-v1', workflowId);
    return { result: async () => this.#answer('DBOS.getResult') as T };
  }

  async read<T>(read: () => Promise<T>): Promise<T> {
    return read();
  }

  #answer(name: string, detail = ''): unknown {
    const row = this.recorded.find(([id]) => id === this.#id);
    if (row?.[1] !== name) {
      this.unrecorded ??= name;
      throw new NotRecorded(`call ${this.#id}: recorded ${row?.[1] ?? 'nothing'}, made ${name}`);
    }
    this.#id += 1;
    this.calls.push(detail === '' ? name : `${name} ${detail}`);
    return row[2];
  }
}

/** A journal by the names of its calls and what they gave. */
export function journalOf(calls: readonly (readonly [name: string, answer: unknown])[]): Recorded[] {
  let id = 0;
  return calls.map(([name, answer]) => {
    const row: Recorded = [id, name, answer];
    id += name === 'DBOS.recv' ? 2 : 1;
    return row;
  });
}
