import type { Digest } from '#canonical';
import {
  type BatchReceipt,
  type ChainFinding,
  type ChainState,
  headName,
  NoteBook,
  type ReplayTools,
  replayLink,
  replayNotes,
} from '#ledger';
import type { CircuitPolicy } from '#proofs';
import type { FoundReceipt, FoundReceipts } from './ledger-receipts.js';

/** What stands against a history; those of the chain, and two that only a set of files can have. */
export interface HistoryFinding {
  /** null where a file could not be read so far. */
  readonly version: number | null;
  readonly reason: ChainFinding['reason'] | 'RECEIPT_MISSING' | 'RECEIPT_FORKED' | 'RECEIPT_REFUSED';
  readonly where: string;
  /** File of the receipt; null for one that is not there. */
  readonly file: string | null;
  /** The ciphertext that it is about. */
  readonly ciphertext: Digest | null;
}

export interface LedgerReplay {
  /** `REPLAYED`: every addition was run again. `CHAIN_ONLY`: no ciphertexts were given, the receipts hold together. */
  readonly outcome: 'REPLAYED' | 'CHAIN_ONLY' | 'INCOMPLETE' | 'FAILED';
  readonly ledger: string | null;
  readonly versions: number;
  readonly newest: FoundReceipt | null;
  readonly added: number;
  /** Pages that the key enclave encrypted itself: nobody can repeat that, so they count as signed. */
  readonly refreshed: number;
  /** On a ledger in zk-check: what its proofs say to somebody without a key; null on others. */
  readonly notes: ReplayedNotes | null;
  readonly findings: readonly HistoryFinding[];
}

export interface ReplayedNotes {
  /** Transfers and withdrawals whose proofs hold. */
  readonly proven: number;
  /** Withdrawals among all moves: each by its owner's proof and the issuer's signature, or there is a finding. */
  readonly withdrawn: number;
  /** Notes that were made and not spent. */
  readonly unspent: number;
  /** Who may mint, base64: by what receipts say. */
  readonly issuer: string;
}

/** What is missing leaves a history unproven; anything else that is found speaks against it. */
const missing: readonly HistoryFinding['reason'][] = [
  'RECEIPT_MISSING',
  'CIPHERTEXT_MISSING',
  'LEDGER_MOVES_MISSING',
  'LEDGER_CIRCUIT_MISSING',
];

/**
 * Replays a history from its founding on, without a key. A finding does not end it: what comes later is held against
 * what was signed, so that one bad byte is named and does not hide another.
 *
 * @param tools null checks the chain of receipts alone
 * @param circuits that may prove transfers, by the word of whoever replays; none unless told
 */
export function replayHistory(
  { receipts, refused }: FoundReceipts,
  tools: Omit<ReplayTools, 'keep'> | null,
  circuits: CircuitPolicy = noCircuits,
): LedgerReplay {
  const findings: HistoryFinding[] = refused.map(({ file, reason }) => ({
    version: null,
    reason: 'RECEIPT_REFUSED',
    where: reason,
    file,
    ciphertext: null,
  }));
  const pages = new Pages(tools);
  const notes = new Notes(circuits);
  let state: ChainState | null = null;
  let [added, refreshed, versions] = [0, 0, 0];
  for (const [index, link] of receipts.entries()) {
    const gap = gapBefore(link, receipts[index - 1]);
    if (gap !== null) findings.push(gap);
    // Without the receipts before it nothing can be said of a page.
    if (gap !== null) break;
    const step = replayLink(state, link, pages.tools);
    findings.push(...step.findings.map((finding) => named(finding, link)));
    const chained: ChainState | null = step.state ?? replayLink(state, link, null).state;
    if (chained === null) break;
    state = chained;
    findings.push(...notes.replay(link));
    versions += 1;
    added += step.added;
    refreshed += step.refreshed;
    pages.keepOnly(new Set([...chained.heads.values()].map(({ digest }) => digest)));
  }
  const newest = receipts.at(-1) ?? null;
  const outcome = outcomeOf(findings, tools !== null);
  const ledger = newest?.receipt.ledger ?? null;
  return { outcome, ledger, versions, newest, added, refreshed, notes: notes.found(newest), findings };
}

function outcomeOf(findings: readonly HistoryFinding[], withCiphertexts: boolean): LedgerReplay['outcome'] {
  if (findings.some(({ reason }) => !missing.includes(reason))) return 'FAILED';
  if (findings.length > 0) return 'INCOMPLETE';
  return withCiphertexts ? 'REPLAYED' : 'CHAIN_ONLY';
}

const noCircuits: CircuitPolicy = { manifests: [], allowDev: false };

/** Notes from the founding on. After moves that are missing nothing can be said of a note, so the rest is left out. */
class Notes {
  readonly #book = new NoteBook();
  #proven = 0;
  #withdrawn = 0;
  #lost = false;

  constructor(private readonly policy: CircuitPolicy) {}

  replay(link: FoundReceipt): HistoryFinding[] {
    if (link.receipt.notes === undefined || this.#lost) return [];
    const { findings, proven, withdrawn } = replayNotes(this.#book, link.receipt, {
      blob: link.blob,
      policy: this.policy,
    });
    this.#lost = proven === null;
    this.#proven += proven ?? 0;
    this.#withdrawn += withdrawn;
    const { version } = link.receipt;
    return findings.map((finding) => ({ version, ...finding, file: link.file, ciphertext: null }));
  }

  found(newest: FoundReceipt | null): ReplayedNotes | null {
    const issuer = newest?.receipt.notes?.issuer;
    if (issuer === undefined) return null;
    return { proven: this.#proven, withdrawn: this.#withdrawn, unspent: this.#book.size, issuer };
  }
}

/** Sums of earlier steps, as many as there are pages: the next step starts from them, and need not be given them. */
class Pages {
  readonly #made = new Map<Digest, Uint8Array>();
  readonly tools: ReplayTools | null;

  constructor(tools: Omit<ReplayTools, 'keep'> | null) {
    if (tools === null) {
      this.tools = null;
      return;
    }
    this.tools = {
      add: tools.add,
      ciphertext: (digest) => this.#made.get(digest) ?? tools.ciphertext(digest),
      keep: (digest, bytes) => this.#made.set(digest, bytes),
    };
  }

  keepOnly(heads: ReadonlySet<Digest>): void {
    for (const digest of this.#made.keys()) if (!heads.has(digest)) this.#made.delete(digest);
  }
}

function gapBefore(link: FoundReceipt, before: FoundReceipt | undefined): HistoryFinding | null {
  const { version } = link.receipt;
  const expected = (before?.receipt.version ?? 0) + 1;
  if (version === expected) return null;
  const about = { version, ciphertext: null };
  if (version < expected) {
    const where = `${before?.file ?? ''} is another receipt of version ${version}`;
    return { ...about, reason: 'RECEIPT_FORKED', where, file: link.file };
  }
  const where = expected === version - 1 ? `version ${expected}` : `versions ${expected} to ${version - 1}`;
  return { ...about, reason: 'RECEIPT_MISSING', where, file: null };
}

function named(finding: ChainFinding, { file, receipt }: FoundReceipt): HistoryFinding {
  return { ...finding, file, ciphertext: ciphertextOf(finding.where, receipt) };
}

/** `page 0/available` and `delta 0/available` are the ciphertexts that a change starts from and adds. */
function ciphertextOf(where: string, { changes }: BatchReceipt): Digest | null {
  for (const { page, book, prev, delta } of changes) {
    const name = headName(page, book);
    if (where === `page ${name}`) return prev;
    if (where === `delta ${name}`) return delta;
  }
  return null;
}
