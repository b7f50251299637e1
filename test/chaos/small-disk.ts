import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync } from 'node:fs';

const MIB = 2 ** 20;
/** Room for the binaries, the data and the journal of a long run. */
const SIZE_MIB = 6_144;

/**
 * A disk of its own for the database: a tmpfs, which is full as soon as it is made as small as what lies on it. The
 * server sees the very error of a full disk (ENOSPC) at whatever it writes next, journal included; RLIMIT_FSIZE would
 * have been another error (EFBIG) at another place. Mounting takes the right to do so, which root has.
 */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** Null where this process may not mount. */
  static mount(folder: string): SmallDisk | null {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    try {
      const options = `size=${SIZE_MIB}m,mode=0755`;
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'sealflow-chaos', folder], { stdio: 'ignore' });
      return new SmallDisk(folder);
    } catch {
      rmSync(folder, { recursive: true, force: true });
      return null;
    }
  }

  get usedBytes(): number {
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    return (blocks - bfree) * bsize;
  }

  /** Takes the rest of the room away, all but `leftBytes`. */
  fill(leftBytes: number): void {
    this.#resize(this.usedBytes + leftBytes);
  }

  free(): void {
    this.#resize(SIZE_MIB * MIB);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.folder], { stdio: 'ignore' });
    rmSync(this.folder, { recursive: true, force: true });
  }

  #resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${Math.ceil(bytes / 1024)}k`, this.folder], {
      stdio: 'ignore',
    });
  }
}
