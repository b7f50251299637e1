import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { leafHash, toHex, utf8 } from '#canonical';
import {
  encodeEntries,
  entriesPath,
  formatCheckpoint,
  growTree,
  leafEntry,
  type ReadTile,
  TreeReader,
  tilePath,
  tileWidth,
} from '#evidence';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';

/** A second opinion on the log from a program that shares no code with it. */
const present = spawnSync('python3', ['--version']).status === 0;
const program = join(projectRoot, 'test/verifier/audit_tiles.py');
const folder = mkdtempSync(join(tmpdir(), 'sealflow-tiles-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A log as static files, grown batch by batch as the sequencer does it; narrower tiles of before stay beside. */
class StaticLog {
  readonly home = mkdtempSync(join(folder, 'log-'));
  readonly #tiles = new Map<string, Uint8Array>();
  readonly #entries: Uint8Array[] = [];

  readonly read: ReadTile = async ({ level, index, width }) => {
    const tile = this.#tiles.get(`${level} ${index}`);
    if (tile === undefined) throw new RangeError(`no tile ${level} ${index}`);
    return tile.subarray(0, width * 32);
  };

  get size(): number {
    return this.#entries.length;
  }

  async grow(count: number): Promise<void> {
    const before = this.size;
    const added = Array.from({ length: count }, (_, index) =>
      leafEntry(`sha256:${toHex(leafHash(utf8(`run ${before + index}`)))}`),
    );
    this.#entries.push(...added);
    const grown = await growTree(before, added.map(leafHash), this.read);
    for (const { hashes, ...name } of grown.tiles) {
      this.#tiles.set(`${name.level} ${name.index}`, hashes);
      this.write(tilePath(name), hashes);
    }
    for (let index = Math.floor(before / 256); index * 256 < this.size; index += 1) {
      const width = tileWidth(this.size, 0, index);
      const part = this.#entries.slice(index * 256, index * 256 + width);
      this.write(entriesPath({ index, width }), encodeEntries(part));
    }
    this.write(
      'checkpoint',
      utf8(formatCheckpoint({ origin: 'log.example.com/python', size: grown.size, root: grown.root })),
    );
  }

  write(name: string, bytes: Uint8Array): void {
    mkdirSync(dirname(join(this.home, name)), { recursive: true });
    writeFileSync(join(this.home, name), bytes);
  }

  /** Proofs that this log gives, for Python to compute again. */
  async proofs(): Promise<string> {
    const { size } = this;
    const reader = new TreeReader(size, this.read);
    const sizes = [...new Set([1, Math.ceil(size / 3), Math.ceil(size / 2), size - 1, size])].filter(
      (from) => from > 0,
    );
    const inclusion = [];
    const consistency = [];
    for (const from of sizes) {
      const index = from - 1;
      inclusion.push({ index, size, path: (await reader.inclusionPath(index, size)).map(toHex) });
      consistency.push({ from, to: size, path: (await reader.consistencyPath(from, size)).map(toHex) });
    }
    const file = join(this.home, 'proofs.json');
    writeFileSync(file, JSON.stringify({ inclusion, consistency }));
    return file;
  }

  python(...more: readonly string[]): { status: number | null; stdout: string } {
    const { status, stdout } = spawnSync('python3', [program, this.home, ...more], { encoding: 'utf8' });
    return { status, stdout };
  }
}

describe.skipIf(!present)('the log, computed again by python3, skipped where it is absent', () => {
  it.each(['tile/0/000', 'tile/0/003.p/32', 'tile/1/000.p/3', 'tile/entries/001', 'checkpoint'])(
    'differs once a byte of %s is another',
    async (name) => {
      const log = new StaticLog();
      await log.grow(800);
      expect(log.python().status).toBe(0);
      const bytes = readFileSync(join(log.home, name));
      const at = bytes.length - 20;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      log.write(name, bytes);
      const { status, stdout } = log.python();
      expect(status).toBe(1);
      expect(stdout).toMatch(/^WRONG: /);
    },
  );

  it.each([[[1]], [[2, 1]], [[255, 1, 1]], [[100, 156, 300, 44]], [[1000, 1, 64_600]]])(
    'is the same after it grew by %j: tiles, root and proofs',
    async (batches) => {
      const log = new StaticLog();
      for (const count of batches) await log.grow(count);
      const { status, stdout } = log.python(await log.proofs());
      expect(stdout).toContain(`OK: log.example.com/python, ${log.size} entries`);
      expect(status).toBe(0);
    },
  );
});
