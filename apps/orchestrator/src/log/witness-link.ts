import { formatVerifierKey, TreeReader } from '#evidence';
import type { LogStore } from './log-store.js';
import { addCheckpoint } from './witness-client.js';
import type { Witness } from './witness-config.js';

/** Questions about one checkpoint: the size that we remember, the size that it told us, and one more. */
const QUESTIONS_MAX = 3;

/** Brings the newest checkpoint to one witness, one at a time, and keeps what it signs. */
export class WitnessLink {
  /** The key as the trust files write it: two witnesses never share one. */
  readonly id: string;
  /** Size up to which the witness has seen the log; null until it is known. */
  #seen: number | null = null;

  constructor(
    readonly witness: Witness,
    private readonly store: LogStore,
  ) {
    this.id = formatVerifierKey(witness.key);
  }

  /** False when there is nothing to sign. Rejects with a reason when the witness did not sign. */
  async bring(): Promise<boolean> {
    for (let question = 0; question < QUESTIONS_MAX; question += 1) {
      const newest = await this.store.newestCheckpoint();
      if (newest === null) return false;
      this.#seen ??= await this.store.cosignedUpTo(this.id);
      if (this.#seen === newest.size && (await this.store.isCosigned(newest.size, this.id))) return false;
      if (this.#seen > newest.size) {
        const sizes = `it has cosigned ${this.#seen} leaves and this log has ${newest.size}`;
        this.#seen = null;
        throw new Error(`${sizes}: was the database restored from an older backup?`);
      }
      const reader = new TreeReader(newest.size, this.store.readTile);
      const answer = await addCheckpoint(this.witness, {
        oldSize: this.#seen,
        consistency: await reader.consistencyPath(this.#seen),
        note: newest.note,
      });
      if (answer.kind === 'cosigned') {
        this.#seen = newest.size;
        await this.store.putCosignature({ size: newest.size, witness: this.id, line: answer.line });
        return true;
      }
      if (answer.kind === 'refused') throw new Error(answer.reason);
      if (answer.size === this.#seen) {
        throw new Error(`it has another tree of ${answer.size} leaves: was the log changed or restored?`);
      }
      this.#seen = answer.size;
    }
    throw new Error('it names another size at every question');
  }
}
