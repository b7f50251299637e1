/**
 * How often one party may ask. The clock is the host's: a host that turns it gains more questions for those who
 * may ask anyway, and nothing for itself.
 */
export class RateLimit {
  readonly #asked = new Map<string, readonly number[]>();

  constructor(
    private readonly countMax: number,
    private readonly windowMs: number,
    /** Parties that are remembered; the one that asked longest ago is forgotten first. */
    private readonly partiesMax = 1024,
  ) {}

  /** True, and counted, when the party has asked less than `countMax` times within the window. */
  take(party: string, nowMs: number): boolean {
    const recent = (this.#asked.get(party) ?? []).filter((atMs) => nowMs - atMs < this.windowMs);
    const free = recent.length < this.countMax;
    this.#asked.delete(party);
    this.#asked.set(party, free ? [...recent, nowMs] : recent);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > this.partiesMax && oldest !== undefined) this.#asked.delete(oldest);
    return free;
  }
}
