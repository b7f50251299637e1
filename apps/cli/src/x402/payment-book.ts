import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  canonicalBytes,
  type Digest,
  digestOf,
  isDigest,
  isJsonObject,
  isUlid,
  type JsonObject,
  parseJsonStrict,
  ulid,
  utf8,
} from '#canonical';

const VERSION = 'sealflow/payment/v1';
const BOOK_VERSION = 'sealflow/payment-book/v1';
const BOOK = 'book.json';
const BYTES_MAX = 4096;
const RANDOM_BYTES = 10;

/** A payment by its name: which payload it is, and the run that pays it. */
export interface BookedPayment {
  readonly payload: Digest;
  /** UUID; the run is created under it, however often. */
  readonly requestId: string;
  /** ULID of the one run that there can be of this payment. */
  readonly runId: string;
}

/** Ids of a payment that nobody has made yet. */
export function drawPayment(): Pick<BookedPayment, 'requestId' | 'runId'> {
  return { requestId: randomUUID(), runId: ulid(Date.now(), new Uint8Array(randomBytes(RANDOM_BYTES))) };
}

/** Whose runs the payments of a book are: another orchestrator or tenant would say of each that it has none. */
export interface BookSubject {
  readonly tenant: string;
  /** Network of x402: the ledger. */
  readonly network: string;
}

/** A folder that is another book, or none. */
export class PaymentBookError extends Error {
  override readonly name = 'PaymentBookError';

  constructor(
    readonly code: 'BOOK_OF_ANOTHER' | 'BOOK_MALFORMED',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Which run a payment is, on the disk before anything of the run is there. So a process that ends in between leaves the
 * name of what it began: whoever asks again is told about that run, and where the orchestrator has none, makes that one.
 */
export class PaymentBook {
  private constructor(private readonly folder: string) {}

  /** @throws PaymentBookError */
  static open(folder: string, { tenant, network }: BookSubject): PaymentBook {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, BOOK);
    const mine = canonicalBytes({ v: BOOK_VERSION, tenant, network });
    if (!writtenFirst(path, mine) && !Buffer.from(mine).equals(readFileSync(path)))
      throw new PaymentBookError(
        'BOOK_OF_ANOTHER',
        `${folder}: expected the book of tenant ${tenant} on ${network}, got that of another: name another folder`,
      );
    return new PaymentBook(folder);
  }

  /** Takes the name, if nobody has it. @returns null, or what is there under it */
  take(id: string, payment: BookedPayment): BookedPayment | null {
    return writtenFirst(this.#path(id), bytesOf(payment)) ? null : this.find(id);
  }

  /** @throws PaymentBookError */
  find(id: string): BookedPayment | null {
    const path = this.#path(id);
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const value = parseJsonStrict(bytes, { bytesMax: BYTES_MAX });
    const payment = paymentIn(isJsonObject(value) ? value : {});
    if (payment === null)
      throw new PaymentBookError('BOOK_MALFORMED', `${path}: expected a payment of ${VERSION}`);
    return payment;
  }

  /** Names are the clients': none of them is a path. */
  #path(id: string): string {
    return join(this.folder, `${digestOf(utf8(id)).slice('sha256:'.length)}.json`);
  }
}

function paymentIn({ v, payload, requestId, runId }: JsonObject): BookedPayment | null {
  const known = v === VERSION && typeof payload === 'string' && isDigest(payload);
  if (!known || typeof requestId !== 'string' || typeof runId !== 'string' || !isUlid(runId)) return null;
  return { payload, requestId, runId };
}

function bytesOf({ payload, requestId, runId }: BookedPayment): Uint8Array {
  return canonicalBytes({ v: VERSION, payload, requestId, runId });
}

/**
 * Whole or not at all, by one alone, and on the disk when this returns: after a power cut a payment without its name
 * would be made a second time, and its order, which is spent, would look as if nothing had been taken.
 */
function writtenFirst(path: string, bytes: Uint8Array): boolean {
  const draft = `${path}.${randomUUID()}.new`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    closeSync(file);
    rmSync(draft, { force: true });
  }
  syncFolder(join(path, '..'));
  return true;
}

function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
