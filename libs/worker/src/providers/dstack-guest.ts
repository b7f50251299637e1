import { sha256, utf8 } from '#canonical';
import {
  type CpuQuote,
  type CpuQuoteSource,
  checkedQuote,
  requireReportData,
  sealingKeyUnavailable,
} from './cpu-quote.js';
import { ForeignObject } from './foreign-json.js';
import { localRequest } from './local-http.js';
import { foreignText, QuoteError } from './quote-error.js';

export const DSTACK_SOCKETS = [
  '/var/run/dstack.sock',
  '/run/dstack.sock',
  '/var/run/dstack/dstack.sock',
] as const;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const KEY_PATH = 'sealflow/sealing-key/v1';
const KEY_BYTES = 32;

export interface DstackGuestOptions {
  readonly socketPath: string;
  readonly timeoutMs?: number;
}

/** The guest agent of a dstack CVM, on a unix socket that the deployment mounts into the container. */
export class DstackGuest implements CpuQuoteSource {
  readonly name = 'dstack';

  constructor(private readonly options: DstackGuestOptions) {}

  async cpuQuote(reportData: Uint8Array): Promise<CpuQuote> {
    requireReportData(this.name, reportData);
    const answer = await this.#post('/GetQuote', { report_data: Buffer.from(reportData).toString('hex') });
    const eventLog = answer.has('event_log') ? utf8(answer.text('event_log')) : null;
    return checkedQuote(this.name, answer.hex('quote'), reportData, { eventLog });
  }

  /** Derived by dstack's KMS from the app's identity; an upgrade of the app that its owner allows keeps it. */
  async sealingKey(): Promise<Uint8Array> {
    const answer = await this.#post('/GetKey', { path: KEY_PATH, purpose: 'sealing' });
    const key = answer.hex('key');
    if (key.length !== KEY_BYTES) {
      throw sealingKeyUnavailable(
        this.name,
        `a key of ${key.length} bytes`,
        'check the version of the guest agent',
      );
    }
    // The agent hands out a signing key; hashed, it serves nothing but sealing.
    return sha256(utf8('sealflow/dstack-sealing-key/v1\0'), key);
  }

  async #post(path: string, body: object): Promise<ForeignObject> {
    const { socketPath, timeoutMs } = this.options;
    const response = await localRequest({
      source: this.name,
      endpoint: { socketPath },
      method: 'POST',
      path,
      body: JSON.stringify(body),
      bytesMax: ANSWER_BYTES_MAX,
      timeoutMs: timeoutMs ?? TIMEOUT_MS,
    });
    const where = `${this.name}: ${path}`;
    if (response.status === 404) {
      throw new QuoteError('QUOTE_UNSUPPORTED', {
        what: where,
        expected: 'dstack 0.5 or later',
        got: 'HTTP 404',
        advice: 'the older tappd interface is not spoken here: update the base image',
      });
    }
    if (response.status !== 200) {
      // Errors come as JSON { error } with status 400 or 500.
      const text = new TextDecoder().decode(response.body.subarray(0, 512));
      throw new QuoteError('DSTACK_ERROR', {
        what: where,
        expected: 'HTTP 200',
        got: `HTTP ${response.status} ${foreignText(text)}`,
        advice: 'look at the log of the guest agent; for keys the KMS must be reachable and allow the app',
      });
    }
    return ForeignObject.parse(response.body, where);
  }
}
