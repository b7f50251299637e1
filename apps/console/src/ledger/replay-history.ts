import type { Api } from '../api/client.js';
import type { ReplayedAdditions, ReplayedChain, ReplayedVersion } from './replay.js';
import type { ReplayReply, ReplayRequest } from './replay-messages.js';

/** Receipts have a few kilobytes each; what is longer is for the command line. */
const RECEIPTS_MAX = 5_000;

export class ReplayRefusal extends Error {
  override readonly name = 'ReplayRefusal';
}

interface ReceiptPage {
  readonly receipts: readonly { readonly digest: string; readonly statement: string }[];
  readonly nextPageToken: string;
}

/** Asks the server for the history and the thread for what it is worth. */
export class HistoryReplay {
  readonly #thread = new Worker(new URL('./replay-worker.ts', import.meta.url), {
    type: 'module',
    name: 'replay',
  });

  constructor(
    private readonly api: Pick<Api, 'ofTenant' | 'bytes'>,
    private readonly ledger: string,
  ) {}

  end(): void {
    this.#thread.terminate();
  }

  async chain(onProgress: (receipts: number) => void, signal: AbortSignal): Promise<ReplayedChain> {
    const statements: Uint8Array[] = [];
    let pageToken = '';
    do {
      const page = await this.api.ofTenant<ReceiptPage>(`${this.#path}/receipts`, { pageToken }, signal);
      for (const { statement } of page.receipts)
        statements.push(Uint8Array.from(atob(statement), (char) => char.charCodeAt(0)));
      onProgress(statements.length);
      if (statements.length > RECEIPTS_MAX)
        throw new ReplayRefusal(
          `more than ${RECEIPTS_MAX} versions: replay this ledger with the command line`,
        );
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    const reply = await this.#ask({ kind: 'chain', statements: statements.reverse() });
    if (reply.kind === 'chained') return reply.chain;
    throw unexpected(reply);
  }

  /** Fetches the ciphertexts of one version and adds them again. */
  async add({ version, receipt, needs }: ReplayedVersion, signal: AbortSignal): Promise<ReplayedAdditions> {
    const brought: Uint8Array[] = [];
    const of = `${this.#path}/receipts/${hexOf(receipt)}/ciphertexts`;
    for (const digest of needs) brought.push(await this.api.bytes(`${of}/${hexOf(digest)}`, signal));
    const reply = await this.#ask({ kind: 'add', version, brought });
    if (reply.kind === 'added') return reply.additions;
    throw unexpected(reply);
  }

  get #path(): string {
    return `ledgers/${encodeURIComponent(this.ledger)}`;
  }

  /** One question at a time: the thread answers in order. */
  #ask(request: ReplayRequest): Promise<ReplayReply> {
    return new Promise((resolve, reject) => {
      this.#thread.onmessage = ({ data }: MessageEvent<ReplayReply>) => resolve(data);
      this.#thread.onerror = () =>
        reject(new ReplayRefusal('the thread of the replay ended; load this page again'));
      this.#thread.postMessage(request);
    });
  }
}

function unexpected(reply: ReplayReply): ReplayRefusal {
  return new ReplayRefusal(
    reply.kind === 'refused' ? `${reply.code}: ${reply.message}` : `answered ${reply.kind}`,
  );
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '');
}
