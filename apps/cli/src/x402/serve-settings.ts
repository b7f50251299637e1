import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CanonicalError, type Digest, fromBase64, isDigest, isJsonObject, parseJsonStrict } from '#canonical';
import { amountMax } from '#ciphertext';
import type { LedgerPin } from '#client';
import { projectRoot } from '../installation/paths.js';
import { Wallet } from '../ledger/wallet.js';
import { UsageError } from '../output/failure.js';

const KEY_BYTES = 32;
const PORT_MAX = 65_535;
const accountPattern = /^[a-z0-9][a-z0-9.-]{0,62}$/;
const loopback: readonly string[] = ['127.0.0.1', 'localhost', '::1'];

/** Why a front is not started. Closed: each is one option, or what it names. */
export type ServeCode =
  | 'LISTEN_INVALID'
  | 'LISTEN_NOT_LOOPBACK'
  | 'LISTEN_TAKEN'
  | 'CAP_INVALID'
  | 'PAYEE_INVALID'
  | 'WEIGHTS_INVALID'
  | 'LEDGER_KEY_INVALID'
  | 'RESOURCE_INVALID'
  | 'WORKFLOW_UNREADABLE'
  | 'WORKFLOW_NOT_PAID'
  | 'BOOK_OF_ANOTHER';

export class ServeError extends UsageError {
  constructor(
    readonly reason: ServeCode,
    message: string,
  ) {
    super(`${reason}: ${message}`);
  }
}

/** Options of `sealflow x402 serve`, as they were typed. */
export interface ServeFlags {
  readonly ledger: string;
  readonly ledgerKey?: string;
  readonly payTo: string;
  readonly cap: string;
  readonly weights?: string;
  readonly workflow?: string;
  readonly listen: string;
  readonly behindTls?: boolean;
  readonly resource?: string;
  readonly book?: string;
}

export interface Listen {
  readonly host: string;
  readonly port: number;
}

export interface ServeSettings {
  readonly pin: LedgerPin;
  readonly payTo: string;
  readonly cap: bigint;
  readonly weights: Digest;
  /** Text of a workflow. */
  readonly definition: string;
  readonly listen: Listen;
  /** Address that clients know the resource by; null for where it listens. */
  readonly resource: string | null;
  /** Folder. */
  readonly book: string;
}

/** @throws ServeError; UsageError where no key of the ledger is here and none is given */
export function serveSettings(flags: ServeFlags, home: string): ServeSettings {
  const pin = pinOf(flags, home);
  return {
    pin,
    listen: listenOf(flags),
    payTo: payeeOf(flags.payTo),
    cap: capOf(flags.cap),
    weights: flags.weights === undefined ? smallModelWeights() : weightsOf(flags.weights),
    definition: definitionOf(flags.workflow ?? join(projectRoot, 'examples/agent-call.yaml')),
    resource: flags.resource === undefined ? null : resourceOf(flags.resource),
    book: flags.book ?? join(home, 'x402', pin.ledger),
  };
}

/** The digest of the small model that comes with the TEE worker. */
export function smallModelWeights(): Digest {
  const path = join(projectRoot, 'apps/tee-worker/models/licence-talk/model.json');
  const card = parseJsonStrict(readFileSync(path));
  return weightsOf(isJsonObject(card) ? String(card['digest']) : '');
}

function pinOf({ ledger, ledgerKey }: ServeFlags, home: string): LedgerPin {
  if (ledgerKey === undefined) return { ledger, ledgerKey: Wallet.open(home, ledger).known.ledgerKey };
  try {
    if (fromBase64(ledgerKey).length === KEY_BYTES) return { ledger, ledgerKey };
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
  }
  throw new ServeError('LEDGER_KEY_INVALID', '--ledger-key: expected an Ed25519 key, 32 bytes in base64');
}

/** Prompts and answers cross this connection in the clear. */
function listenOf({ listen, behindTls }: ServeFlags): Listen {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > PORT_MAX)
    throw new ServeError('LISTEN_INVALID', `--listen: expected host:port, e.g. 127.0.0.1:4402 or [::1]:4402`);
  if (behindTls !== true && !loopback.includes(host))
    throw new ServeError(
      'LISTEN_NOT_LOOPBACK',
      '--listen: expected an address of this machine alone, since prompts cross it in the clear; --behind-tls where something that ends TLS stands before it',
    );
  return { host, port };
}

function capOf(text: string): bigint {
  const cap = /^[1-9][0-9]{0,18}$/.test(text) ? BigInt(text) : 0n;
  if (cap > 0n && cap <= amountMax) return cap;
  throw new ServeError('CAP_INVALID', `--cap: expected a whole number of minor units from 1 to ${amountMax}`);
}

function payeeOf(text: string): string {
  if (accountPattern.test(text)) return text;
  throw new ServeError('PAYEE_INVALID', '--pay-to: expected the name of an account of the ledger');
}

function weightsOf(text: string): Digest {
  if (isDigest(text)) return text;
  throw new ServeError(
    'WEIGHTS_INVALID',
    '--weights: expected sha256:<64 hex digits> of the file of the weights',
  );
}

function resourceOf(text: string): string {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return text;
  throw new ServeError(
    'RESOURCE_INVALID',
    '--resource: expected the http or https address that clients call',
  );
}

function definitionOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ServeError('WORKFLOW_UNREADABLE', `--workflow ${path}: expected a file, got ${code ?? 'none'}`);
  }
}
