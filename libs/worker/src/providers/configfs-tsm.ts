import { closeSync, mkdirSync, openSync, readFileSync, readSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomSource } from '../identity/boot-identity.js';
import {
  type CpuQuote,
  type CpuQuoteSource,
  checkedQuote,
  requireReportData,
  sealingKeyUnavailable,
  tooLarge,
} from './cpu-quote.js';
import { errnoOf, foreignText, QuoteError } from './quote-error.js';

/** The few calls that configfs needs. A binary attribute is written in one `write`, or the kernel takes half. */
export interface TsmFiles {
  makeEntry(path: string): void;
  removeEntry(path: string): void;
  write(path: string, bytes: Uint8Array): void;
  /** Reads to the end, or `bytesMax + 1` bytes. */
  read(path: string, bytesMax: number): Uint8Array;
}

export class NodeTsmFiles implements TsmFiles {
  makeEntry(path: string): void {
    mkdirSync(path);
  }

  removeEntry(path: string): void {
    rmdirSync(path);
  }

  write(path: string, bytes: Uint8Array): void {
    writeFileSync(path, bytes, { flag: 'r+' });
  }

  read(path: string, bytesMax: number): Uint8Array {
    // Attributes report a size of 0 or a page, so the size says nothing: read until there is no more.
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(bytesMax + 1);
      let length = 0;
      for (;;) {
        const count = readSync(file, buffer, length, buffer.length - length, null);
        length += count;
        if (count === 0 || length === buffer.length) return new Uint8Array(buffer.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
  }
}

export const TSM_ROOT = '/sys/kernel/config/tsm/report';
/** Linux keeps outblob and auxblob below 32 KiB (TSM_REPORT_OUTBLOB_MAX); later kernels allow 16 MiB manifests. */
const BLOB_BYTES_MAX = 64 * 1024;
const LINE_BYTES_MAX = 256;
const ATTEMPTS_MAX = 5;
const PAUSE_MS = 40;
const EVENT_LOG_PATH = '/sys/firmware/acpi/tables/data/CCEL';
const EVENT_LOG_BYTES_MAX = 1024 * 1024;
const PROVIDERS: Readonly<Record<string, readonly CpuQuote['format'][]>> = {
  sev_guest: ['snp-report'],
  tdx_guest: ['tdx-quote-v4', 'tdx-quote-v5'],
};

export interface ConfigfsTsmOptions {
  readonly root?: string;
  readonly files?: TsmFiles;
  readonly random: RandomSource;
  /** VMPL to ask an SNP report for; null leaves the kernel's choice. */
  readonly privilegeLevel?: number | null;
  /** Null when there is no event log to take along. */
  readonly eventLogPath?: string | null;
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * Reports through the kernel's common interface (Documentation/ABI/testing/configfs-tsm-report, Linux 6.7).
 *
 * Each quote has an entry of its own. `generation` counts the writes to it: were it higher than our own writes when
 * the report is read, somebody else would have changed the request in between, and the report would be theirs.
 */
export class ConfigfsTsm implements CpuQuoteSource {
  readonly name = 'configfs-tsm';
  readonly #root: string;
  readonly #files: TsmFiles;
  readonly #pause: (ms: number) => Promise<void>;

  constructor(private readonly options: ConfigfsTsmOptions) {
    this.#root = options.root ?? TSM_ROOT;
    this.#files = options.files ?? new NodeTsmFiles();
    this.#pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  async cpuQuote(reportData: Uint8Array): Promise<CpuQuote> {
    requireReportData(this.name, reportData);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.#once(reportData);
      } catch (error) {
        if (!(error instanceof QuoteError) || !error.retryable || attempt === ATTEMPTS_MAX) throw error;
        await this.#pause(PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }

  async sealingKey(): Promise<Uint8Array> {
    throw sealingKeyUnavailable(
      this.name,
      'an interface that only makes reports',
      'use /dev/sev-guest on SNP (SEALFLOW_QUOTE_PROVIDER=sev-guest), or a key broker',
    );
  }

  #once(reportData: Uint8Array): CpuQuote {
    const name = `sealflow-${Buffer.from(this.options.random(12)).toString('hex')}`;
    const entry = join(this.#root, name);
    this.#call('mkdir', () => this.#files.makeEntry(entry));
    try {
      return this.#report(entry, reportData);
    } finally {
      try {
        this.#files.removeEntry(entry);
      } catch {
        // The kernel drops entries at the next boot; a leftover costs a few hundred bytes and no correctness.
      }
    }
  }

  #report(entry: string, reportData: Uint8Array): CpuQuote {
    const provider = this.#line(entry, 'provider');
    const formats = PROVIDERS[provider];
    if (formats === undefined) {
      throw new QuoteError('TSM_PROVIDER_UNKNOWN', {
        what: `${this.name}: provider`,
        expected: Object.keys(PROVIDERS).join(' or '),
        got: foreignText(provider),
        advice: 'this confidential VM is of a kind without a verifier here',
      });
    }
    let writes = 0;
    const { privilegeLevel } = this.options;
    if (privilegeLevel !== undefined && privilegeLevel !== null && provider === 'sev_guest') {
      this.#write(entry, 'privlevel', new TextEncoder().encode(`${privilegeLevel}`));
      writes += 1;
    }
    this.#write(entry, 'inblob', reportData);
    writes += 1;
    this.#requireGeneration(entry, writes);
    const outblob = this.#blob(entry, 'outblob');
    const auxblob = provider === 'sev_guest' ? this.#optional(entry, 'auxblob') : null;
    // Read again: the blobs were made between the two looks, so nobody wrote while they were.
    this.#requireGeneration(entry, writes);
    const quote = checkedQuote(this.name, outblob, reportData, {
      certificates: auxblob,
      eventLog: provider === 'tdx_guest' ? this.#eventLog() : null,
    });
    if (!formats.includes(quote.format)) {
      throw new QuoteError('QUOTE_MALFORMED', {
        what: `${this.name}: outblob of ${provider}`,
        expected: formats.join(' or '),
        got: quote.format,
        advice: 'kernel and platform disagree; report this with the kernel version',
      });
    }
    return quote;
  }

  #requireGeneration(entry: string, expected: number): void {
    const text = this.#line(entry, 'generation');
    if (text === `${expected}`) return;
    throw new QuoteError('TSM_RACE', {
      what: `${this.name}: generation`,
      expected: `${expected}`,
      got: foreignText(text),
      advice: 'another process writes to our entry; only one agent should own the interface',
    });
  }

  #line(entry: string, name: string): string {
    const bytes = this.#call(`read ${name}`, () => this.#files.read(join(entry, name), LINE_BYTES_MAX));
    return new TextDecoder().decode(bytes.subarray(0, LINE_BYTES_MAX)).replace(/\n$/, '');
  }

  #write(entry: string, name: string, bytes: Uint8Array): void {
    this.#call(`write ${name}`, () => this.#files.write(join(entry, name), bytes));
  }

  #blob(entry: string, name: string): Uint8Array {
    const bytes = this.#call(`read ${name}`, () => this.#files.read(join(entry, name), BLOB_BYTES_MAX));
    if (bytes.length > BLOB_BYTES_MAX) throw tooLarge(`${this.name}: ${name}`, BLOB_BYTES_MAX);
    return bytes;
  }

  /** Hosts may give no certificates: the attribute is then missing or empty. */
  #optional(entry: string, name: string): Uint8Array | null {
    try {
      const bytes = this.#files.read(join(entry, name), BLOB_BYTES_MAX);
      if (bytes.length > BLOB_BYTES_MAX) throw tooLarge(`${this.name}: ${name}`, BLOB_BYTES_MAX);
      return bytes.length === 0 ? null : bytes;
    } catch (error) {
      if (error instanceof QuoteError) throw error;
      if (errnoOf(error) === 'ENOENT') return null;
      throw this.#failure(`read ${name}`, error);
    }
  }

  #eventLog(): Uint8Array | null {
    const path = this.options.eventLogPath === undefined ? EVENT_LOG_PATH : this.options.eventLogPath;
    if (path === null) return null;
    try {
      return readFileSync(path).subarray(0, EVENT_LOG_BYTES_MAX);
    } catch {
      // Not every firmware keeps one; whether it is needed is the verifier's policy.
      return null;
    }
  }

  #call<T>(step: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#failure(step, error);
    }
  }

  #failure(step: string, error: unknown): QuoteError {
    const errno = errnoOf(error);
    const facts = { what: `${this.name}: ${step}`, expected: 'success', got: errno };
    switch (errno) {
      case 'EBUSY':
      case 'EAGAIN':
      case 'EWOULDBLOCK':
      case 'EINTR':
        return new QuoteError('QUOTE_BUSY', {
          ...facts,
          advice: 'the kernel is making another report; try again',
        });
      case 'ETIMEDOUT':
        return new QuoteError('QUOTE_TIMEOUT', {
          ...facts,
          advice: 'the host did not answer: on TDX the quote service (QGS) of the host must run',
        });
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        return new QuoteError('QUOTE_PERMISSION', {
          ...facts,
          advice: 'configfs must be mounted writable and the process must be root in the guest',
        });
      case 'ENOENT':
      case 'ENXIO':
      case 'ENOTDIR':
        return new QuoteError('QUOTE_SOURCE_ABSENT', {
          ...facts,
          advice: 'mount configfs and load tsm with sev-guest or tdx-guest (Linux 6.7 or later)',
        });
      case 'EEXIST':
        return new QuoteError('TSM_RACE', { ...facts, advice: 'an entry with a random name exists already' });
      default:
        return new QuoteError('TSM_FAILED', {
          ...facts,
          advice: 'see the kernel log; on SNP a failed request can disable the channel until reboot',
        });
    }
  }
}
