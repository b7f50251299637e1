import type { GpuEvidence } from '#attestation';
import { equalBytes, toBase64Url } from '#canonical';
import {
  type CpuQuote,
  type CpuQuoteSource,
  checkedQuote,
  requireReportData,
  sealingKeyUnavailable,
} from './cpu-quote.js';
import { ForeignObject } from './foreign-json.js';
import { type GpuEvidenceSource, gpuEvidenceOf } from './gpu-source.js';
import { type LocalEndpoint, type LocalResponse, localRequest } from './local-http.js';
import { foreignText, QuoteError } from './quote-error.js';
import { rebuildSnpReport } from './snp-report-json.js';

/** Fixed by kata inside every guest; the pod shares the loopback with it. */
export const COCO_PORT = 8006;
const INFO_BYTES_MAX = 16 * 1024;
const EVIDENCE_BYTES_MAX = 4 * 1024 * 1024;
const RESOURCE_BYTES_MAX = 4096;
const INFO_TIMEOUT_MS = 2000;
const EVIDENCE_TIMEOUT_MS = 60_000;
const GPUS_MAX = 16;
const SEALING_KEY_BYTES = 32;

export interface CocoGuestOptions {
  readonly endpoint?: LocalEndpoint;
  /** `repository/type/tag` of a 32-byte resource that the key broker releases to this measured guest alone. */
  readonly sealingKeyResource?: string | null;
  readonly timeoutMs?: number;
}

export interface CocoInfo {
  readonly version: string;
  /** `tdx`, `snp`, `sample`...; null in guests that do not say it. */
  readonly tee: string | null;
  readonly additionalTees: readonly string[];
  /** `resource`, `attestation` or `all`; null in guests that do not say it. */
  readonly feature: string | null;
}

/**
 * The REST API of a Confidential Containers guest. One value serves CPU and GPU: the GPU's nonce is the first half
 * of the report data, which is the binding rule `v1+coco`.
 */
export class CocoGuest implements CpuQuoteSource, GpuEvidenceSource {
  readonly name = 'coco';
  readonly #endpoint: LocalEndpoint;
  readonly #timeoutMs: number;

  constructor(private readonly options: CocoGuestOptions = {}) {
    this.#endpoint = options.endpoint ?? { host: '127.0.0.1', port: COCO_PORT };
    this.#timeoutMs = options.timeoutMs ?? EVIDENCE_TIMEOUT_MS;
  }

  /** What the guest offers. Guests before 2026 answer 404; then there is no `feature` either. @throws QuoteError */
  async info(): Promise<CocoInfo> {
    const response = await this.#get('/info', INFO_BYTES_MAX, Math.min(INFO_TIMEOUT_MS, this.#timeoutMs));
    if (response.status === 404) return { version: 'unknown', tee: null, additionalTees: [], feature: null };
    this.#requireOk('/info', response);
    const info = ForeignObject.parse(response.body, `${this.name}: /info`);
    return {
      version: info.has('version') ? info.text('version').slice(0, 128) : 'unknown',
      tee: info.has('tee') ? info.text('tee') : null,
      additionalTees: info.has('additional_tees') ? info.list('additional_tees', 16).map(String) : [],
      feature: info.has('feature') ? info.text('feature') : null,
    };
  }

  /**
   * Tells before the first quote why there would be none: kata starts the API with `resource` alone unless the
   * cluster's kernel parameters, which are measured, say otherwise.
   *
   * @throws QuoteError `COCO_ATTESTATION_DISABLED`, and what `info` throws
   */
  async preflight(): Promise<CocoInfo> {
    const info = await this.info();
    if (info.feature !== null && info.feature !== 'all' && info.feature !== 'attestation') {
      throw attestationDisabled(`feature ${foreignText(info.feature)} in /info`);
    }
    return info;
  }

  async cpuQuote(reportData: Uint8Array): Promise<CpuQuote> {
    requireReportData(this.name, reportData);
    const where = `${this.name}: /aa/evidence`;
    const evidence = ForeignObject.parse(await this.#evidence('/aa/evidence', reportData), where);
    if (evidence.has('quote')) {
      const eventLog = evidence.has('cc_eventlog') ? evidence.base64('cc_eventlog') : null;
      return checkedQuote(this.name, evidence.base64('quote'), reportData, { eventLog });
    }
    if (evidence.has('attestation_report')) {
      const report = rebuildSnpReport(evidence.object('attestation_report'), `${where}.attestation_report`);
      return checkedQuote(this.name, report, reportData);
    }
    throw new QuoteError('QUOTE_UNSUPPORTED', {
      what: where,
      expected: 'a TDX quote or an SNP report',
      got: 'evidence of another kind (sample evidence is given where there is no hardware)',
      advice: 'run the pod under kata-qemu-tdx or kata-qemu-snp',
    });
  }

  /** @param nonce the first 32 bytes of `reportData` by the rule of this source */
  async gpuEvidence(nonce: Uint8Array, reportData?: Uint8Array): Promise<readonly GpuEvidence[]> {
    if (reportData === undefined || !equalBytes(reportData.subarray(0, 32), nonce)) {
      throw new QuoteError('QUOTE_REQUEST_INVALID', {
        what: `${this.name}: GPU nonce`,
        expected: 'the first 32 bytes of the report data (binding rule v1+coco)',
        got: 'another value',
        advice: 'this is a fault of the caller',
      });
    }
    const where = `${this.name}: /aa/additional-evidence`;
    const evidence = ForeignObject.parse(await this.#evidence('/aa/additional-evidence', reportData), where);
    if (!evidence.has('nvidia')) return [];
    const devices = evidence.object('nvidia').list('device_evidence_list', GPUS_MAX);
    return devices.map((device, index) => {
      const fields = new ForeignObject(device, `${where}.nvidia[${index}]`);
      return gpuEvidenceOf(this.name, fields.base64('evidence'), fields.base64('certificate'), nonce);
    });
  }

  async sealingKey(): Promise<Uint8Array> {
    const { sealingKeyResource } = this.options;
    if (sealingKeyResource == null) {
      throw sealingKeyUnavailable(
        this.name,
        'no resource to ask the key broker for',
        'set SEALFLOW_COCO_SEALING_KEY=repository/type/tag to a 32-byte resource',
      );
    }
    if (!/^[\w.-]{1,64}(\/[\w.-]{1,64}){2}$/.test(sealingKeyResource)) {
      throw sealingKeyUnavailable(this.name, 'a path of another form', 'write it as repository/type/tag');
    }
    const path = `/cdh/resource/${sealingKeyResource}`;
    const response = await this.#get(path, RESOURCE_BYTES_MAX, this.#timeoutMs);
    if (response.status !== 200 || response.body.length !== SEALING_KEY_BYTES) {
      const got = response.status === 200 ? `${response.body.length} bytes` : `HTTP ${response.status}`;
      throw sealingKeyUnavailable(
        this.name,
        got,
        `the key broker must release ${SEALING_KEY_BYTES} bytes to this guest`,
      );
    }
    return response.body;
  }

  async #evidence(path: string, reportData: Uint8Array): Promise<Uint8Array> {
    // Older guests take the text of the parameter as the data: the answer then fails on its report data.
    const query = `?runtime_data=${toBase64Url(reportData)}&encoding=base64`;
    const response = await this.#get(`${path}${query}`, EVIDENCE_BYTES_MAX, this.#timeoutMs);
    this.#requireOk(path, response);
    return response.body;
  }

  #requireOk(path: string, { status, body }: LocalResponse): void {
    if (status === 200) return;
    const what = `${this.name}: ${path}`;
    const text = foreignText(new TextDecoder().decode(body.subarray(0, 512)));
    const got = `HTTP ${status} ${text}`;
    if (status === 403) {
      throw new QuoteError('COCO_FORBIDDEN', {
        what,
        expected: 'a caller on the loopback of the pod',
        got,
        advice: 'ask 127.0.0.1 from inside the pod; proxies and port forwards are refused',
      });
    }
    if (status === 404 && path.startsWith('/aa/') && text.includes('Not Enabled'))
      throw attestationDisabled(got);
    if (status === 404) {
      throw new QuoteError('COCO_ENDPOINT_MISSING', {
        what,
        expected: 'an attestation agent with this endpoint',
        got,
        advice: 'the guest image is older than this endpoint: update kata and the guest components',
      });
    }
    throw new QuoteError('COCO_AGENT_ERROR', {
      what,
      expected: 'HTTP 200',
      got,
      advice:
        status === 500 ? 'the attestation agent failed: look at its log in the guest' : 'see the guest log',
    });
  }

  #get(path: string, bytesMax: number, timeoutMs: number): Promise<LocalResponse> {
    return localRequest({
      source: this.name,
      endpoint: this.#endpoint,
      method: 'GET',
      path,
      bytesMax,
      timeoutMs,
    });
  }
}

function attestationDisabled(got: string): QuoteError {
  return new QuoteError('COCO_ATTESTATION_DISABLED', {
    what: 'coco: attestation',
    expected: 'a guest whose REST API serves attestation',
    got,
    advice:
      'the default of kata is resource only: set agent.guest_components_rest_api=all in the kernel parameters of the runtime (they are measured, so reference values change)',
  });
}
