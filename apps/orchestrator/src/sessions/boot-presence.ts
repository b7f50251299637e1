import type { ConnectedBoot } from '../replicas/replica-store.js';

/**
 * Which boots of workers are gone for good.
 *
 * A boot whose stream broke may dial again with its keys and its results, so it gets a grace. It has none once its
 * worker came back as another boot: keys live in memory only. A boot that nobody saw since this process listens may
 * have been connected to the one before, and gets the same grace from then on.
 */
export class BootPresence {
  readonly #here = new Map<string, ConnectedBoot>();
  /** Connected to other replicas. */
  #elsewhere: ReadonlyMap<string, ConnectedBoot> = new Map();
  readonly #newestOf = new Map<string, ConnectedBoot>();
  /** Boot id or key id to when it counts as gone. */
  readonly #goneAtMs = new Map<string, number>();

  constructor(
    private readonly graceMs: number,
    private listensMs: number,
  ) {}

  /** Workers can dial from now on: none that could not is missed. */
  listens(nowMs: number): void {
    this.listensMs = nowMs;
  }

  came(identity: ConnectedBoot, nowMs: number): void {
    this.#here.set(identity.bootId, identity);
    this.#isNewest(identity, nowMs);
  }

  left(identity: ConnectedBoot, nowMs: number): void {
    this.#here.delete(identity.bootId);
    this.#awayFromAll(identity, nowMs);
  }

  /** All boots that are connected to other replicas now. Who was and is no longer has left. */
  seenElsewhere(boots: readonly ConnectedBoot[], nowMs: number): void {
    const before = this.#elsewhere;
    this.#elsewhere = new Map(boots.map((boot) => [boot.bootId, boot]));
    for (const boot of boots) if (!before.has(boot.bootId)) this.#isNewest(boot, nowMs);
    for (const boot of before.values()) if (!this.#isConnected(boot.bootId)) this.#awayFromAll(boot, nowMs);
  }

  #isConnected(bootId: string): boolean {
    return this.#here.has(bootId) || this.#elsewhere.has(bootId);
  }

  #isNewest(identity: ConnectedBoot, nowMs: number): void {
    const before = this.#newestOf.get(identity.workerId);
    this.#newestOf.set(identity.workerId, identity);
    if (before !== undefined && before.bootId !== identity.bootId && !this.#isConnected(before.bootId)) {
      this.#setGone(before, nowMs);
    }
  }

  #awayFromAll(identity: ConnectedBoot, nowMs: number): void {
    const replaced = this.#newestOf.get(identity.workerId)?.bootId !== identity.bootId;
    this.#setGone(identity, replaced ? nowMs : nowMs + this.graceMs);
  }

  isBootGone(bootId: string, nowMs: number): boolean {
    return !this.#isConnected(bootId) && nowMs >= this.#goneAt(bootId);
  }

  /** Whether nobody is left, or may come back, who could open an envelope for these keys (`sha256:` ids). */
  areKeysGone(keyIds: readonly string[], nowMs: number): boolean {
    const connected = [...this.#here.values(), ...this.#elsewhere.values()];
    const here = new Set(connected.map(({ sealKeyId }) => sealKeyId));
    return keyIds.every((keyId) => !here.has(keyId) && nowMs >= this.#goneAt(keyId));
  }

  #goneAt(name: string): number {
    return this.#goneAtMs.get(name) ?? this.listensMs + this.graceMs;
  }

  #setGone({ bootId, sealKeyId }: ConnectedBoot, atMs: number): void {
    this.#goneAtMs.set(bootId, atMs);
    this.#goneAtMs.set(sealKeyId, atMs);
  }
}
