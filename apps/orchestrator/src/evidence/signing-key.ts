import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519PublicKey } from '#canonical';

/**
 * The orchestrator's own Ed25519 key, made on the first start and kept in its home folder.
 * It signs plans, roots and checkpoints: "this is the set I assembled", never the truth of a step.
 */
export class SigningKey {
  readonly publicKey: Uint8Array;

  private constructor(readonly seed: Uint8Array) {
    this.publicKey = ed25519PublicKey(seed);
  }

  static load(home: string): SigningKey {
    const file = join(home, 'orchestrator.key');
    if (!existsSync(file)) {
      mkdirSync(home, { recursive: true, mode: 0o700 });
      const scratch = `${file}.${process.pid}`;
      writeFileSync(scratch, randomBytes(32), { mode: 0o600, flush: true });
      try {
        // A link fails when another process was first; its key wins.
        linkSync(scratch, file);
      } catch (error) {
        if (!existsSync(file)) throw error;
      } finally {
        rmSync(scratch, { force: true });
      }
    }
    const seed = readFileSync(file);
    if (seed.length !== 32) throw new Error(`${file}: expected 32 bytes, got ${seed.length}`);
    return new SigningKey(seed);
  }
}
