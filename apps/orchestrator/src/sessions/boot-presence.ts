import type { WorkerIdentity } from './worker-session.js';

/**
 * Which boots of workers are gone for good.
 *
 * A boot whose stream broke may dial again with its keys and its results, so it gets a grace. It has none once its
 * worker came back as another boot: keys live in memory only. A boot that nobody saw since this process started may
 * have been connected to the one before, and gets the same grace from the start.
 */
export class BootPresence {
  readonly #here = new Map<string, WorkerIdentity>();
  readonly #newestOf = new Map<string, WorkerIdentity>();
  /** Boot id or key id to when it counts as gone. */
  readonly #goneAtMs = new Map<string, number>();

  constructor(
    private readonly graceMs: number,
    private readonly startedMs: number,
  ) {}

  came(identity: WorkerIdentity, nowMs: number): void {
    const before = this.#newestOf.get(identity.workerId);
    this.#newestOf.set(identity.workerId, identity);
    this.#here.set(identity.bootId, identity);
    if (before !== undefined && before.bootId !== identity.bootId && !this.#here.has(before.bootId)) {
      this.#setGone(before, nowMs);
    }
  }

  left(identity: WorkerIdentity, nowMs: number): void {
    this.#here.delete(identity.bootId);
    const replaced = this.#newestOf.get(identity.workerId)?.bootId !== identity.bootId;
    this.#setGone(identity, replaced ? nowMs : nowMs + this.graceMs);
  }

  isBootGone(bootId: string, nowMs: number): boolean {
    return !this.#here.has(bootId) && nowMs >= this.#goneAt(bootId);
  }

  /** Whether nobody is left, or may come back, who could open an envelope for these keys (`sha256:` ids). */
  areKeysGone(keyIds: readonly string[], nowMs: number): boolean {
    const here = new Set([...this.#here.values()].map(({ sealKeyId }) => sealKeyId));
    return keyIds.every((keyId) => !here.has(keyId) && nowMs >= this.#goneAt(keyId));
  }

  #goneAt(name: string): number {
    return this.#goneAtMs.get(name) ?? this.startedMs + this.graceMs;
  }

  #setGone({ bootId, sealKeyId }: WorkerIdentity, atMs: number): void {
    this.#goneAtMs.set(bootId, atMs);
    this.#goneAtMs.set(sealKeyId, atMs);
  }
}
