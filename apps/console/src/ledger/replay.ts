/*
 * The replay of a ledger of pages in a browser, without its thread: the chain of receipts from the founding on, and the
 * additions of those versions whose ciphertexts the page brings. Nobody is believed: receipts are signed, each names the
 * one before, a ciphertext counts by its digest, and the sum is made here.
 */

import { type Digest, digestOf } from '#canonical';
import { addCiphertexts, pageParameters } from '#ciphertext';
import { EvidenceError, openLedgerBatch } from '#evidence';
import { type ChainFinding, type ChainLink, type ChainState, replayLink } from '#ledger';

export interface ReplayedVersion {
  readonly version: number;
  readonly event: string;
  readonly timeMs: number;
  readonly runId: string;
  readonly receipt: string;
  readonly intents: number | null;
  /** Ciphertexts to bring before `addVersion`: pages before, and deltas. Empty where nothing is added. */
  readonly needs: readonly string[];
  /** Pages that the enclave encrypted itself, which nobody can repeat. */
  readonly refreshed: number;
}

export interface ReplayedChain {
  readonly ledger: string;
  readonly ledgerKey: string;
  readonly versions: readonly ReplayedVersion[];
  readonly findings: readonly ChainFinding[];
  /** Whether its transfers are proven over notes: these proofs are not verified here. */
  readonly notes: boolean;
}

export interface ReplayedAdditions {
  readonly version: number;
  readonly added: number;
  readonly findings: readonly ChainFinding[];
}

/** One history at a time. */
export class LedgerReplayer {
  #links: readonly ChainLink[] = [];
  /** Before each version; those after one that does not continue the chain have none. */
  readonly #states = new Map<number, ChainState | null>();

  /**
   * @param statements signed receipts, the oldest first
   * @throws EvidenceError for bytes that are no signed receipt
   */
  chain(statements: readonly Uint8Array[]): ReplayedChain {
    this.#states.clear();
    this.#links = statements.map((bytes) => openLedgerBatch(bytes));
    const findings: ChainFinding[] = [];
    const versions: ReplayedVersion[] = [];
    let state: ChainState | null = null;
    for (const link of this.#links) {
      const { receipt } = link;
      this.#states.set(receipt.version, state);
      const step = replayLink(state, link, null);
      findings.push(...step.findings);
      const adds = receipt.changes.filter(({ prev, delta }) => prev !== null && delta !== null);
      versions.push({
        version: receipt.version,
        event: receipt.event,
        timeMs: receipt.timeMs,
        runId: receipt.runId,
        receipt: link.digest,
        intents: receipt.intents?.count ?? null,
        needs: [...new Set(adds.flatMap(({ prev, delta }) => [prev, delta].filter((each) => each !== null)))],
        refreshed: step.refreshed,
      });
      if (step.state === null) break;
      state = step.state;
    }
    const newest = this.#links.at(-1);
    if (newest === undefined) throw new EvidenceError('STATEMENT_MALFORMED', 'a ledger without receipts');
    const { ledger, ledgerKey, notes } = newest.receipt;
    return { ledger, ledgerKey, versions, findings, notes: notes !== undefined };
  }

  /** Runs the additions of one version again. What is not brought is a finding. */
  add(version: number, brought: readonly Uint8Array[]): ReplayedAdditions {
    const link = this.#links.find(({ receipt }) => receipt.version === version);
    if (link === undefined || !this.#states.has(version))
      throw new EvidenceError('STATEMENT_MALFORMED', `no version ${version} in this history`);
    const known = new Map<Digest, Uint8Array>(brought.map((bytes) => [digestOf(bytes), bytes]));
    const { added, findings } = replayLink(this.#states.get(version) ?? null, link, {
      ciphertext: (digest) => known.get(digest) ?? null,
      add: (page, delta) => addCiphertexts(page, delta, pageParameters),
    });
    return { version, added, findings };
  }
}
