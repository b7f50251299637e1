import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BlobSource, uploadBlob } from '#contracts';
import { commandNamed } from '../../apps/cli/src/commands/table.js';
import { exitByCode, sealflowProgram } from '../../apps/cli/src/output/program.js';
import { reportFailure } from '../../apps/cli/src/output/report-failure.js';
import { BlobBed, type BlobReplica } from '../../apps/orchestrator/src/blobs/blob-service.fixture.js';
import { StalledSource } from '../support/stalled-source.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The commands as the program has them, against a blob service of a database and a folder. */
describe('sealflow blob', () => {
  let bed: BlobBed;
  let replica: BlobReplica;
  let folder: string;
  let out: string;
  let err: string;

  beforeAll(async () => {
    bed = await BlobBed.open();
    replica = await bed.replica();
  });
  afterAll(() => bed.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-blob-cli-'));
    vi.stubEnv('SEALFLOW_HOME', folder);
    vi.stubEnv('SEALFLOW_API_KEY', 'sk_test');
    out = '';
    err = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      err += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string): string => join(folder, name);

  /** @returns the exit code */
  async function blob(...words: readonly string[]): Promise<number> {
    out = '';
    err = '';
    const program = sealflowProgram();
    const command = await commandNamed('blob');
    if (command === null) throw new Error('no command blob');
    program.addCommand(command);
    exitByCode(program);
    const address = replica.client('acme').getChannel().getTarget().replace(/^dns:/, '');
    const tenant = words[0] === 'list' || words[0] === 'delete' ? ['--tenant', 'acme'] : [];
    try {
      await program.parseAsync(['blob', ...words, ...tenant, '--orchestrator', address], { from: 'user' });
      return 0;
    } catch (error) {
      return reportFailure(error);
    }
  }

  const lines = (): Record<string, unknown>[] =>
    out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  /** A large file with bytes of its own. */
  function written(name: string, size = 9 * MIB): { path: string; digest: string; bytes: Buffer } {
    const bytes = Buffer.alloc(size, `${name} of ${folder} `);
    writeFileSync(file(name), bytes);
    return { path: file(name), digest: digestOf(bytes), bytes };
  }

  it.each([
    ['large', 9 * MIB],
    ['small', 100],
    ['empty', 0],
  ])(
    'put sends a %s file, list shows it, get gives it back, and delete takes it away',
    async (_what, size) => {
      const sent = written('model', size);
      expect(await blob('put', sent.path, '--json')).toBe(0);
      expect(lines()).toEqual([{ digest: sent.digest, size: String(size) }]);
      expect(await blob('list', '--json')).toBe(0);
      expect(lines()).toContainEqual(
        expect.objectContaining({ digest: sent.digest, size: String(size), committedSize: String(size) }),
      );
      expect(await blob('get', sent.digest, file('copy'))).toBe(0);
      expect(readFileSync(file('copy')).equals(sent.bytes)).toBe(true);
      expect(statSync(file('copy')).mode & 0o077).toBe(0);
      expect(existsSync(file('copy.part'))).toBe(false);
      expect(await blob('delete', sent.digest)).toBe(0);
      expect(await blob('list', '--json')).toBe(0);
      expect(lines().filter(({ digest }) => digest === sent.digest)).toEqual([]);
      expect(await blob('get', sent.digest, file('again'))).not.toBe(0);
      expect(err).toContain('NOT_FOUND');
    },
  );

  it('put goes on where an upload broke off, which list --uploads shows until then', async () => {
    const source = new StalledSource(folder, 12 * MIB, 10 * MIB);
    const sending = new AbortController();
    const transfer = { deadlineMs: 60_000, patienceMs: 10_000, signal: sending.signal };
    const broken = uploadBlob(replica.client('acme'), source, transfer).catch(() => undefined);
    await until('a part is on its way', () => source.isStalled);
    sending.abort(new Error('the caller went away'));
    await broken;
    const shown = await until('the part is shown', async () => {
      await blob('list', '--uploads', '--json');
      return lines().find(({ digest, committedSize }) => digest === source.digest && committedSize !== '0');
    });
    const committed = Number(shown['committedSize']);
    expect(committed).toBeLessThan(source.size);
    writeFileSync(file('whole'), await bytesOf(source));
    const before = await received();
    expect(await blob('put', file('whole'))).toBe(0);
    expect((await received()) - before).toBe(source.size - committed);
    // Whole, it is not sent another time.
    expect(await blob('put', file('whole'))).toBe(0);
    expect((await received()) - before).toBe(source.size - committed);
    expect(await blob('list', '--uploads', '--json')).toBe(0);
    expect(lines()).toEqual([]);
  });

  it('get keeps what is there of an attempt that broke off, and never a part that is wrong', async () => {
    const sent = written('model');
    expect(await blob('put', sent.path)).toBe(0);
    const before = await delivered();
    writeFileSync(file('copy.part'), sent.bytes.subarray(0, 5 * MIB));
    expect(await blob('get', sent.digest, file('copy'))).toBe(0);
    expect(readFileSync(file('copy')).equals(sent.bytes)).toBe(true);
    expect((await delivered()) - before).toBe(sent.bytes.length - 5 * MIB);
    writeFileSync(file('other.part'), Buffer.alloc(5 * MIB, 'x'));
    expect(await blob('get', sent.digest, file('other'))).toBe(7);
    expect(err).toContain('other.part: expected');
    expect(existsSync(file('other'))).toBe(false);
  });

  it('get writes over no file', async () => {
    const sent = written('model');
    expect(await blob('put', sent.path)).toBe(0);
    expect(await blob('get', sent.digest, sent.path)).toBe(2);
    expect(err).toContain('expected a name that is free');
  });

  it.each([
    ['put', ['put', '/nowhere/at/all'], 7, 'ENOENT'],
    ['get of no digest', ['get', 'model', 'copy'], 2, 'expected sha256:<64 hex>'],
    ['delete of no digest', ['delete', 'model'], 2, 'expected sha256:<64 hex>'],
    ['delete of what is not there', ['delete', digestOf(Buffer.from('x'))], 1, 'NOT_FOUND'],
    ['a command that there is not', ['nonsense'], 2, "unknown command 'nonsense'"],
  ])('refuses %s by name', async (_what, words, code, text) => {
    expect(await blob(...words)).toBe(code);
    expect(err).toContain(text);
  });

  async function bytesOf(source: StalledSource): Promise<Buffer> {
    source.release();
    const chunks: Uint8Array[] = [];
    for await (const chunk of (source as BlobSource).read(0)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async function counted(counter: string): Promise<number> {
    const { rows } = await replica.database.queries.execute<{ sum: string }>(
      `select coalesce(sum(amount), 0)::text as sum from sealflow.usage_days
        where tenant = 'acme' and counter = '${counter}'`,
    );
    return Number(rows[0]?.sum);
  }
  const received = () => counted('bytes.in');
  const delivered = () => counted('bytes.out');
});
