import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CanonicalError,
  canonicalBytes,
  formatTime,
  fromBase64,
  isJsonObject,
  type Json,
  parseJsonStrict,
  parseTime,
} from '#canonical';
import { exitCode, UsageError } from '../output/failure.js';

const VERSION = 'sealflow/mandate/v1';
const FILE = 'mandate.json';
const NUMBERS = 'numbers';
const BYTES_MAX = 64 * 1024;
const KEY_BYTES = 32;
/** As many as the ledger's window of nonces: what lies before it is used up anyway. */
const NUMBERS_KEPT = 64;
const TRIES_MAX = 10_000;

/** What an agent needs to spend under a mandate, and nothing of what it may not do. */
export interface MandateContent {
  readonly tenant: string;
  readonly ledger: string;
  /** Key that signs the ledger's receipts, base64. */
  readonly ledgerKey: string;
  /** Account that the agent pays from. */
  readonly account: string;
  /** Ed25519 seed of the agent, base64. */
  readonly seed: string;
  readonly untilMs: number;
}

const members = ['tenant', 'ledger', 'ledgerKey', 'account', 'seed', 'until'] as const;

/**
 * A mandate as its agent has it, in a folder of its own that can be carried to where the agent works. Several processes
 * of the agent may pay at once: each takes its number by making a file that only one of them can make.
 */
export class MandateFolder {
  private constructor(
    private readonly folder: string,
    readonly content: MandateContent,
  ) {}

  /** @throws UsageError where the folder is there already: its key may have a mandate */
  static create(folder: string, content: MandateContent): MandateFolder {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw error;
      throw new UsageError(`--out ${folder}: expected a folder that is not there yet, got one that is`);
    }
    mkdirSync(join(folder, NUMBERS), { mode: 0o700 });
    const { untilMs, ...rest } = content;
    const document = { v: VERSION, ...rest, until: formatTime(untilMs) };
    writeFileSync(join(folder, FILE), canonicalBytes(document), { flag: 'wx', mode: 0o600 });
    return new MandateFolder(folder, content);
  }

  static open(folder: string): MandateFolder {
    const path = join(folder, FILE);
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch {
      throw new UsageError(
        `mandate ${folder}: expected ${path}, got no such file: the owner of the account makes it with \`sealflow ledger mandate grant\``,
      );
    }
    try {
      return new MandateFolder(folder, contentOf(parseJsonStrict(bytes, { bytesMax: BYTES_MAX })));
    } catch (error) {
      if (!(error instanceof CanonicalError)) throw error;
      throw new UsageError(
        `${path}: expected a mandate of ${VERSION}, got ${error.message}`,
        exitCode.malformed,
      );
    }
  }

  /** The next number of the agent. What is lost on the way is not used again. */
  nextNumber(): number {
    const folder = join(this.folder, NUMBERS);
    const used = readdirSync(folder).map(Number).filter(Number.isSafeInteger);
    const last = Math.max(0, ...used);
    for (let number = last + 1; number <= last + TRIES_MAX; number += 1) {
      if (!this.#take(number)) continue;
      for (const old of used)
        if (old <= number - NUMBERS_KEPT) rmSync(join(folder, `${old}`), { force: true });
      return number;
    }
    throw new UsageError(`${folder}: expected a free number, got none after ${last}`);
  }

  #take(number: number): boolean {
    try {
      writeFileSync(join(this.folder, NUMBERS, `${number}`), '', { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
}

/** @throws CanonicalError, UsageError */
function contentOf(value: Json): MandateContent {
  if (!isJsonObject(value) || value['v'] !== VERSION) throw malformed('v', VERSION);
  for (const name of Object.keys(value))
    if (name !== 'v' && !members.some((member) => member === name)) throw malformed(name, 'no such member');
  const text = (member: (typeof members)[number]): string => {
    const found = value[member];
    return typeof found === 'string' && found !== '' ? found : wrong(member, 'text');
  };
  const key = (member: 'seed' | 'ledgerKey'): string => {
    const found = text(member);
    return fromBase64(found).length === KEY_BYTES ? found : wrong(member, '32 bytes in base64');
  };
  return {
    tenant: text('tenant'),
    ledger: text('ledger'),
    ledgerKey: key('ledgerKey'),
    account: text('account'),
    seed: key('seed'),
    untilMs: parseTime(text('until')),
  };
}

function wrong(member: string, expected: string): never {
  throw malformed(member, expected);
}

/** Says no value: one of them is a key. */
function malformed(member: string, expected: string): UsageError {
  return new UsageError(`mandate.${member}: expected ${expected}`, exitCode.malformed);
}
