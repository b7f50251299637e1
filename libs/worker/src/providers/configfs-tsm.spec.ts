import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConfigfsTsm, NodeTsmFiles } from './configfs-tsm.js';
import { codeOf, errorOf, random, reportData, scratch, snpReport, tdxQuote } from './machine.fixture.js';

interface KernelEntry {
  inblob: Uint8Array;
  writes: number;
  readAt: number;
}

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/**
 * The kernel's side (drivers/virt/coco/guest/report.c) over a real directory: every write to an entry raises
 * `generation`, a read makes the report of the current generation, an entry without a request gives EINVAL.
 */
class FakeConfigfs extends NodeTsmFiles {
  readonly entries = new Map<string, KernelEntry>();
  readonly removed: string[] = [];
  provider: string | null = 'tdx_guest';
  quote: (data: Uint8Array) => Uint8Array = tdxQuote;
  aux: Uint8Array | null = null;
  /** Errors of the next calls by `step name`, first come first served. */
  failures: { readonly step: string; readonly code: string }[] = [];
  /** Runs before a read, as another process could. */
  beforeRead: (name: string, entry: KernelEntry) => void = () => undefined;
  wholeWrites = 0;

  override makeEntry(path: string): void {
    this.#fail('mkdir');
    if (this.provider === null) throw errno('ENXIO');
    super.makeEntry(path);
    writeFileSync(join(path, 'inblob'), '');
    writeFileSync(join(path, 'privlevel'), '');
    this.entries.set(basename(path), { inblob: new Uint8Array(), writes: 0, readAt: -1 });
  }

  override removeEntry(path: string): void {
    this.removed.push(basename(path));
    // configfs removes the attributes with the entry; a plain folder wants it said.
    rmSync(path, { recursive: true });
    this.#fail('rmdir');
  }

  override write(path: string, bytes: Uint8Array): void {
    const name = basename(path);
    this.#fail(`write ${name}`);
    if (bytes.length > 64) throw errno('EINVAL');
    super.write(path, bytes);
    const entry = this.#entry(path);
    entry.writes += 1;
    if (name === 'inblob') {
      entry.inblob = bytes.slice();
      this.wholeWrites += 1;
    }
  }

  override read(path: string, bytesMax: number): Uint8Array {
    const name = basename(path);
    const entry = this.#entry(path);
    this.beforeRead(name, entry);
    this.#fail(`read ${name}`);
    writeFileSync(path, this.#content(name, entry));
    return super.read(path, bytesMax);
  }

  #content(name: string, entry: KernelEntry): string | Uint8Array {
    if (name === 'provider') return `${this.provider}\n`;
    if (name === 'generation') return `${entry.writes}\n`;
    if (entry.inblob.length === 0) throw errno('EINVAL');
    entry.readAt = entry.writes;
    if (name === 'outblob') return this.quote(entry.inblob);
    if (name === 'auxblob' && this.aux !== null) return this.aux;
    throw errno('ENOENT');
  }

  #entry(path: string): KernelEntry {
    const entry = this.entries.get(basename(dirname(path)));
    if (entry === undefined) throw errno('ENOENT');
    return entry;
  }

  #fail(step: string): void {
    const index = this.failures.findIndex((failure) => failure.step === step);
    const [failure] = index < 0 ? [] : this.failures.splice(index, 1);
    if (failure !== undefined) throw errno(failure.code);
  }
}

let kernel: FakeConfigfs;
let pauses: number[];
const root = join(scratch, 'report');

function tsm(options: { privilegeLevel?: number; eventLogPath?: string | null } = {}): ConfigfsTsm {
  return new ConfigfsTsm({
    root,
    files: kernel,
    random,
    eventLogPath: null,
    pause: async (ms) => void pauses.push(ms),
    ...options,
  });
}

describe('configfs-tsm', () => {
  beforeEach(() => {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root);
    kernel = new FakeConfigfs();
    pauses = [];
  });

  it('gives a TDX quote over our report data, in one write, and removes its entry', async () => {
    const quote = await tsm().cpuQuote(reportData);
    expect(quote.format).toBe('tdx-quote-v4');
    expect(quote.certificates).toBeNull();
    expect(kernel.wholeWrites).toBe(1);
    expect(kernel.removed).toHaveLength(1);
  });

  it('gives an SNP report at a privilege level, with the certificates of the host', async () => {
    kernel.provider = 'sev_guest';
    kernel.quote = snpReport;
    kernel.aux = Uint8Array.of(1, 2, 3);
    const quote = await tsm({ privilegeLevel: 1 }).cpuQuote(reportData);
    expect(quote.format).toBe('snp-report');
    expect([...(quote.certificates ?? [])]).toEqual([1, 2, 3]);
  });

  it('takes an SNP report without certificates, as most hosts give it', async () => {
    kernel.provider = 'sev_guest';
    kernel.quote = snpReport;
    expect((await tsm().cpuQuote(reportData)).certificates).toBeNull();
  });

  it('takes the event log along where there is one', async () => {
    const path = join(scratch, 'CCEL');
    writeFileSync(path, 'log');
    expect((await tsm({ eventLogPath: path }).cpuQuote(reportData)).eventLog).not.toBeNull();
    expect((await tsm({ eventLogPath: join(scratch, 'none') }).cpuQuote(reportData)).eventLog).toBeNull();
  });

  it.each(['EBUSY', 'EAGAIN', 'EWOULDBLOCK', 'EINTR'])(
    'tries again after %s, with a new entry',
    async (code) => {
      kernel.failures = [
        { step: 'write inblob', code },
        { step: 'read outblob', code },
      ];
      expect((await tsm().cpuQuote(reportData)).format).toBe('tdx-quote-v4');
      expect(pauses).toEqual([40, 80]);
      expect(new Set(kernel.removed).size).toBe(3);
    },
  );

  it('gives up after five tries', async () => {
    kernel.failures = Array.from({ length: 9 }, () => ({ step: 'read outblob', code: 'EBUSY' }));
    expect(await codeOf(() => tsm().cpuQuote(reportData))).toBe('QUOTE_BUSY');
    expect(pauses).toHaveLength(4);
    expect(kernel.removed).toHaveLength(5);
  });

  it.each(['generation', 'outblob'])(
    'notices that another process wrote before %s was read, and tries again',
    async (name) => {
      let once = true;
      kernel.beforeRead = (read, entry) => {
        if (read !== name || !once) return;
        once = false;
        entry.inblob = random(64);
        entry.writes += 1;
      };
      expect((await tsm().cpuQuote(reportData)).format).toBe('tdx-quote-v4');
      expect(kernel.removed).toHaveLength(2);
    },
  );

  it('does not outwait a process that always interferes', async () => {
    kernel.beforeRead = (_, entry) => {
      entry.writes += 1;
    };
    const error = await errorOf(() => tsm().cpuQuote(reportData));
    expect(error?.code).toBe('TSM_RACE');
    expect(error?.facts.expected).toBe('1');
  });

  it.each([
    ['mkdir', 'EACCES', 'QUOTE_PERMISSION'],
    ['mkdir', 'EPERM', 'QUOTE_PERMISSION'],
    ['mkdir', 'EROFS', 'QUOTE_PERMISSION'],
    ['mkdir', 'ENOENT', 'QUOTE_SOURCE_ABSENT'],
    ['mkdir', 'ENOMEM', 'TSM_FAILED'],
    ['read provider', 'ENXIO', 'QUOTE_SOURCE_ABSENT'],
    ['write inblob', 'EINVAL', 'TSM_FAILED'],
    ['write inblob', 'ENXIO', 'QUOTE_SOURCE_ABSENT'],
    ['read outblob', 'ETIMEDOUT', 'QUOTE_TIMEOUT'],
    ['read outblob', 'EIO', 'TSM_FAILED'],
    ['read generation', 'ENOENT', 'QUOTE_SOURCE_ABSENT'],
  ])('%s that fails with %s is %s', async (step, code, expected) => {
    kernel.failures = Array.from({ length: 5 }, () => ({ step, code }));
    expect(await codeOf(() => tsm().cpuQuote(reportData))).toBe(expected);
    expect(kernel.removed.length).toBe(kernel.entries.size);
  });

  it('an entry of the same name is a race and leads to another name', async () => {
    kernel.failures = [{ step: 'mkdir', code: 'EEXIST' }];
    expect((await tsm().cpuQuote(reportData)).format).toBe('tdx-quote-v4');
  });

  it('a rmdir that fails does not lose the quote', async () => {
    kernel.failures = [{ step: 'rmdir', code: 'EBUSY' }];
    expect((await tsm().cpuQuote(reportData)).format).toBe('tdx-quote-v4');
  });

  it('no guest driver behind the interface is an absent source', async () => {
    kernel.provider = null;
    expect(await codeOf(() => tsm().cpuQuote(reportData))).toBe('QUOTE_SOURCE_ABSENT');
  });

  it('a platform without a verifier is named', async () => {
    kernel.provider = 'arm_cca_guest';
    const error = await errorOf(() => tsm().cpuQuote(reportData));
    expect(error?.code).toBe('TSM_PROVIDER_UNKNOWN');
    expect(error?.message).toContain('arm_cca_guest');
  });

  it('a blob of the wrong kind, of other data, empty or too large is refused', async () => {
    kernel.quote = snpReport;
    expect(await codeOf(() => tsm().cpuQuote(reportData))).toBe('QUOTE_MALFORMED');
    kernel.quote = () => tdxQuote(random(64));
    expect(await codeOf(() => tsm().cpuQuote(reportData))).toBe('QUOTE_REPORT_DATA_MISMATCH');
    kernel.quote = () => new Uint8Array();
    expect(await codeOf(() => tsm().cpuQuote(reportData))).toBe('QUOTE_MALFORMED');
    kernel.quote = () => new Uint8Array(64 * 1024 + 1);
    expect(await codeOf(() => tsm().cpuQuote(reportData))).toBe('QUOTE_TOO_LARGE');
  });

  it('certificates that cannot be read are an error, since leaving them out would be silent', async () => {
    kernel.provider = 'sev_guest';
    kernel.quote = snpReport;
    kernel.failures = [{ step: 'read auxblob', code: 'EIO' }];
    expect(await codeOf(() => tsm().cpuQuote(reportData))).toBe('TSM_FAILED');
  });

  it('asks for 64 bytes and nothing else, and has no sealing key', async () => {
    expect(await codeOf(() => tsm().cpuQuote(random(32)))).toBe('QUOTE_REQUEST_INVALID');
    expect(await codeOf(() => tsm().sealingKey())).toBe('SEALING_KEY_UNAVAILABLE');
  });

  it('a folder that is no configfs is told apart', async () => {
    const plain = new ConfigfsTsm({ root, random, eventLogPath: null });
    const error = await errorOf(() => plain.cpuQuote(reportData));
    expect(error?.code).toBe('QUOTE_SOURCE_ABSENT');
    expect(error?.facts.what).toBe('configfs-tsm: read provider');
  });
});
