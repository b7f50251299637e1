import {
  type Digest,
  digestOf,
  ed25519PublicKey,
  fromBase64,
  type JsonObject,
  parseDigest,
  toBase64,
} from '#canonical';
import {
  type GetIntentsResponse__Output,
  type GetLedgerResponse__Output,
  type LedgerBatch__Output,
  type ListLedgerBatchesResponse__Output,
  readBlob,
  type SubmitIntentsResponse__Output,
  type SubmittedIntents__Output,
  serverStream,
  unary,
} from '#contracts';
import {
  type BatchReceipt,
  type ClaimTerms,
  encodeSettlement,
  type IntentBody,
  ledgerLimits,
  sealClaimOrder,
  sealIntents,
  sealUsageOrder,
  signIntent,
  type UsageTerms,
} from '#ledger';
import { anySignal, type ClientConnection } from './client-connection.js';
import { ClientError } from './client-error.js';
import {
  type IntentOutcome,
  isOver,
  openedOutcomes,
  type PreparedIntent,
  type SealedIntents,
  type SubmittedEnvelope,
} from './intent-outcomes.js';
import { checkSealable, type LedgerPin, readReceipt, type SeenReceipt, untrusted } from './ledger-receipt.js';
import { isPassing } from './passing.js';

const CALL_DEADLINE_MS = 30_000;
const WATCH_DEADLINE_MS = 10 * 60_000;
const RECEIPT_BYTES_MAX = 1024 * 1024;
const MEMO_KEY_BYTES = 32;
/** How long an intent can be applied, unless its signer says so. */
const INTENT_MS = 10 * 60_000;

/** Who signs an intent, about which account, with which of its numbers. */
export interface IntentSigner {
  readonly account: string;
  /** Ed25519 seed, 32 bytes. */
  readonly seed: Uint8Array;
  /** Each signer counts its own, for each account. */
  readonly nonce: number;
  readonly notAfterMs?: number;
}

/** What a run shall pay, and until when it may: from then on the owner can take the amount back. */
export interface SettlementTerms {
  readonly to: string;
  readonly amount: bigint;
  readonly untilMs: number;
}

/**
 * A ledger of pages for those who have accounts on it. Intents are signed and sealed here; the orchestrator gets
 * envelopes that only the key enclave opens, and hands out outcomes that only their memo keys open. What it says of
 * the ledger counts as far as the ledger's own key signed it.
 */
export class PageLedger {
  #head: SeenReceipt | null = null;

  constructor(
    private readonly client: ClientConnection,
    readonly pin: LedgerPin,
  ) {}

  get name(): string {
    return `tenants/${this.client.options.tenant}/ledgers/${this.pin.ledger}`;
  }

  /**
   * The newest receipt, under the pinned key, and never one before what was seen already.
   *
   * @throws ClientError LEDGER_UNTRUSTED
   */
  async head(): Promise<BatchReceipt> {
    return (await this.standing()).receipt;
  }

  /** The newest receipt with its digest, by which questions to the key enclave name it. @throws ClientError LEDGER_UNTRUSTED */
  async standing(): Promise<SeenReceipt> {
    const { services } = this.client;
    const before = this.#head;
    const { ledger } = await unary<GetLedgerResponse__Output>(
      (options, callback) => services.ledger.getLedger({ name: this.name }, options, callback),
      { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
    );
    const digest = parseDigest(ledger?.receipt ?? '');
    if (before?.digest === digest) return before;
    const receipt = await this.receipt(digest);
    const known = before?.receipt.version ?? 0;
    if (receipt.version <= known) {
      throw untrusted(`expected a version after ${known}, got ${receipt.version}: an old state is shown`);
    }
    // Another question may have been answered meanwhile, and with a later head.
    const newest = this.#head;
    if (newest !== null && newest.receipt.version >= receipt.version) {
      if (newest.receipt.version === receipt.version && newest.digest !== digest)
        throw untrusted(`version ${receipt.version}: two receipts are shown`);
      return newest;
    }
    this.#head = { digest, receipt };
    return this.#head;
  }

  /** A receipt of this ledger. @throws ClientError LEDGER_UNTRUSTED */
  async receipt(digest: Digest): Promise<BatchReceipt> {
    const bytes = await readBlob(this.client.services.blob, digest, {
      deadlineMs: CALL_DEADLINE_MS,
      bytesMax: RECEIPT_BYTES_MAX,
      signal: this.client.signal,
    });
    if (digestOf(bytes) !== digest) throw untrusted(`receipt ${digest}: the store returned other bytes`);
    return readReceipt(bytes, this.pin);
  }

  /** Signs an intent for the ledger as it stands. Amounts are whole minor units. */
  async intent(signer: IntentSigner, body: IntentBody): Promise<PreparedIntent> {
    const { asset, epoch, version } = this.#head?.receipt ?? (await this.head());
    const { options } = this.client;
    const { account, seed, nonce, notAfterMs = options.now() + INTENT_MS } = signer;
    const memoKey = options.random(MEMO_KEY_BYTES);
    const head = { ledger: this.pin.ledger, asset, epoch, account, nonce, seen: version, notAfterMs };
    return { ...signIntent({ ...head, memoKey: toBase64(memoKey), ...body }, seed), memoKey };
  }

  /**
   * Seals intents into one envelope. Which ones it holds, only the ledger can read.
   *
   * @throws ClientError INPUT_INVALID, KEY_SUSPENDED, KEY_COMPROMISED
   */
  async seal(intents: readonly PreparedIntent[]): Promise<SealedIntents> {
    const receipt = this.#head?.receipt ?? (await this.head());
    checkSealable(receipt);
    const { intentKey } = receipt;
    const { tenant, random } = this.client.options;
    if (intents.length < 1 || intents.length > ledgerLimits.envelopeIntentsMax) {
      throw new ClientError(
        'INPUT_INVALID',
        `intents: expected 1 to ${ledgerLimits.envelopeIntentsMax} of one envelope, got ${intents.length}`,
      );
    }
    const sealed = await sealIntents({
      tenant,
      ledger: this.pin.ledger,
      intents: intents.map(({ bytes }) => bytes),
      intentKey: fromBase64(intentKey),
      random,
    });
    return { digest: digestOf(sealed), intents, sealed };
  }

  /** Submits an envelope. May be repeated, at any replica: it is taken once. */
  async send({ digest, intents, sealed }: SealedIntents): Promise<SubmittedEnvelope> {
    const envelopes = [{ sealed, intents: intents.length }];
    const request = { parent: this.name, envelopes };
    const { submitted } = await unary<SubmitIntentsResponse__Output>(
      (call, callback) => this.client.services.ledger.submitIntents(request, call, callback),
      { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
    );
    if (submitted[0]?.digest !== digest) throw untrusted(`envelope ${digest}: the answer is about another`);
    return { digest, intents };
  }

  async submit(intents: readonly PreparedIntent[]): Promise<SubmittedEnvelope> {
    return this.send(await this.seal(intents));
  }

  /** What became of envelopes, each as soon as it is known. A broken stream is taken up again. */
  async *outcomes(
    envelopes: readonly SubmittedEnvelope[],
    until?: AbortSignal,
  ): AsyncGenerator<readonly IntentOutcome[], void, undefined> {
    const signal = anySignal(until, this.client.signal);
    const open = new Map(envelopes.map((envelope) => [envelope.digest, envelope]));
    while (open.size > 0 && signal?.aborted !== true) {
      const request = { parent: this.name, digests: [...open.keys()] };
      try {
        const answers = serverStream(
          (options) => this.client.services.ledger.watchIntents(request, options),
          { deadlineMs: WATCH_DEADLINE_MS, signal },
        );
        for await (const { submitted } of answers) {
          for (const answer of submitted) {
            const envelope = open.get(parseDigest(answer.digest));
            if (envelope === undefined || !isOver(answer)) continue;
            open.delete(envelope.digest);
            yield openedOutcomes(envelope, answer, this.pin.ledger);
          }
        }
        if (open.size > 0) throw untrusted(`${open.size} envelopes are not there`);
      } catch (error) {
        if (signal?.aborted) break;
        if (!isPassing(error)) throw error;
      }
    }
    this.client.signal?.throwIfAborted();
  }

  /**
   * What a run needs to settle: it sets `amount` aside for `to`, and then commits or releases it. Three numbers of the
   * signer are used up, from `nonce` on. Seal it as an input of a run and of nothing else.
   */
  async settlement(signer: IntentSigner, terms: SettlementTerms): Promise<JsonObject> {
    const { to, amount, untilMs } = terms;
    const notAfterMs = signer.notAfterMs ?? untilMs;
    const closer = toBase64(ed25519PublicKey(signer.seed));
    const numbered = (step: number): IntentSigner => ({ ...signer, nonce: signer.nonce + step, notAfterMs });
    const reserve = await this.intent(numbered(0), { op: 'reserve', to, amount, closer, untilMs });
    const reservation = reserve.intentId;
    const commit = await this.intent(numbered(1), { op: 'commit', reservation, amount });
    const release = await this.intent(numbered(2), { op: 'release', reservation });
    return encodeSettlement({ reserve: reserve.bytes, commit: commit.bytes, release: release.bytes });
  }

  /**
   * A settlement that moves for a proven claim alone, in a step `pages.reserve-claim`. It is sealed to the ledger: whoever
   * is given it can claim with it, and can neither read it nor submit its intents.
   *
   * @throws ClientError KEY_SUSPENDED, KEY_COMPROMISED
   */
  async claimOrder(
    signer: IntentSigner,
    { part, manifest, facts, ...terms }: ClaimTerms & SettlementTerms,
  ): Promise<JsonObject> {
    const settlement = await this.settlement(signer, terms);
    const receipt = this.#head?.receipt ?? (await this.head());
    checkSealable(receipt);
    const { tenant, random } = this.client.options;
    const subject = { tenant, ledger: this.pin.ledger };
    const sealing = { intentKey: fromBase64(receipt.intentKey), random };
    return await sealClaimOrder({ part, manifest, facts, settlement }, subject, sealing);
  }

  /**
   * What pays for calls of a model in a run, in a step `pages.reserve-usage`: at most `amount` is set aside, and the
   * ledger takes what an attested step states. Owners and delegates sign alike. It is sealed to the ledger: whoever is
   * given it can neither read it nor submit its intent.
   *
   * @returns what a run takes as its input, and the id by which the reservation is known on the ledger
   * @throws ClientError KEY_SUSPENDED, KEY_COMPROMISED
   */
  async usageOrder(
    signer: IntentSigner,
    terms: UsageTerms & SettlementTerms,
  ): Promise<{ readonly order: JsonObject; readonly reservation: Digest }> {
    const { to, amount, untilMs, ...usage } = terms;
    const receipt = this.#head?.receipt ?? (await this.head());
    checkSealable(receipt);
    const notAfterMs = signer.notAfterMs ?? untilMs;
    const body = { op: 'reserve', to, amount, closer: this.pin.ledgerKey, untilMs } as const;
    const reserve = await this.intent({ ...signer, notAfterMs }, body);
    const { tenant, random } = this.client.options;
    const subject = { tenant, ledger: this.pin.ledger };
    const sealing = { intentKey: fromBase64(receipt.intentKey), random };
    const order = await sealUsageOrder({ ...usage, reserve: reserve.bytes }, subject, sealing);
    return { order, reservation: reserve.intentId };
  }

  /** Submits, and waits for what becomes of each intent, in their order. */
  async settle(intents: readonly PreparedIntent[]): Promise<readonly IntentOutcome[]> {
    const envelope = await this.submit(intents);
    for await (const outcomes of this.outcomes([envelope])) return outcomes;
    throw untrusted(`envelope ${envelope.digest}: the answer ended before it`);
  }

  /** Signs, submits and waits: what became of one intent. */
  async settleOne(signer: IntentSigner, body: IntentBody): Promise<IntentOutcome> {
    const [outcome] = await this.settle([await this.intent(signer, body)]);
    if (outcome === undefined) throw untrusted('the answer to an intent has no outcome');
    return outcome;
  }

  /** Where an envelope stands now; null where nobody took it. */
  async find({ digest }: Pick<SubmittedEnvelope, 'digest'>): Promise<SubmittedIntents__Output | null> {
    const { submitted } = await unary<GetIntentsResponse__Output>(
      (options, callback) =>
        this.client.services.ledger.getIntents({ parent: this.name, digests: [digest] }, options, callback),
      { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
    );
    return submitted[0] ?? null;
  }

  /** Batches, the oldest first. */
  async *batches(): AsyncGenerator<LedgerBatch__Output, void, undefined> {
    let pageToken = '';
    do {
      const request = { parent: this.name, pageToken };
      const answer = await unary<ListLedgerBatchesResponse__Output>(
        (options, callback) => this.client.services.ledger.listLedgerBatches(request, options, callback),
        { deadlineMs: CALL_DEADLINE_MS, signal: this.client.signal },
      );
      yield* answer.batches;
      pageToken = answer.nextPageToken;
    } while (pageToken !== '');
  }
}
