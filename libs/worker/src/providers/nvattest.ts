import { execFile } from 'node:child_process';
import type { GpuEvidence } from '#attestation';
import { tooLarge } from './cpu-quote.js';
import { ForeignObject } from './foreign-json.js';
import { type GpuEvidenceSource, gpuEvidenceOf, requireNonce } from './gpu-source.js';
import { errnoOf, foreignText, QuoteError } from './quote-error.js';

const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;
const TIMEOUT_MS = 120_000;
const GPUS_MAX = 16;

export interface NvattestOptions {
  /** A path or a name on PATH. */
  readonly command?: string;
  readonly device?: 'gpu' | 'nvswitch';
  readonly timeoutMs?: number;
}

/** NVIDIA's own command, for drivers that NVML cannot be reached on and for NVSwitch, whose library has no header. */
export class Nvattest implements GpuEvidenceSource {
  readonly name = 'nvattest';

  constructor(private readonly options: NvattestOptions = {}) {}

  async gpuEvidence(nonce: Uint8Array): Promise<readonly GpuEvidence[]> {
    requireNonce(this.name, nonce);
    const { device = 'gpu' } = this.options;
    const hex = Buffer.from(nonce).toString('hex');
    const output = await this.#run([
      'collect-evidence',
      '--device',
      device,
      '--nonce',
      hex,
      '--format',
      'json',
    ]);
    const where = `${this.name}: output`;
    const answer = ForeignObject.parse(jsonPart(output), where);
    const code = answer.has('result_code') ? answer.integer('result_code', 0xffff_ffff) : 0;
    if (code !== 0) {
      const message = answer.has('result_message')
        ? foreignText(answer.text('result_message'))
        : 'no message';
      throw failed('result_code 0', `${code} (${message})`);
    }
    return answer.list('evidences', GPUS_MAX).map((item, index) => {
      const fields = new ForeignObject(item, `${where}.evidences[${index}]`);
      return gpuEvidenceOf(this.name, fields.base64('evidence'), fields.base64('certificate'), nonce);
    });
  }

  #run(parameters: readonly string[]): Promise<Buffer> {
    const { command = 'nvattest', timeoutMs = TIMEOUT_MS } = this.options;
    return new Promise((resolve, reject) => {
      execFile(
        command,
        parameters,
        // The command needs a search path and nothing else of ours.
        {
          encoding: 'buffer',
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
          maxBuffer: OUTPUT_BYTES_MAX,
          env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
        },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(commandFailure(error, stderr, timeoutMs));
        },
      );
    });
  }
}

function commandFailure(
  error: Error & { killed?: boolean; code?: unknown },
  stderr: Buffer,
  timeoutMs: number,
): QuoteError {
  if (errnoOf(error) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return tooLarge('nvattest: output', OUTPUT_BYTES_MAX);
  if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EACCES') {
    return new QuoteError('QUOTE_SOURCE_ABSENT', {
      what: 'nvattest',
      expected: 'the command on PATH',
      got: errnoOf(error),
      advice: 'install it with the driver packages, or mount libnvidia-ml.so.1',
    });
  }
  if (error.killed === true) {
    return new QuoteError('QUOTE_TIMEOUT', {
      what: 'nvattest',
      expected: `an end within ${timeoutMs} ms`,
      got: 'none',
      advice: 'look at nvidia-smi conf-compute; the GPU may wait for its ready state',
    });
  }
  return failed('exit code 0', `${String(error.code)} ${foreignText(stderr.subarray(0, 512).toString())}`);
}

function failed(expected: string, got: string): QuoteError {
  return new QuoteError('NVATTEST_FAILED', {
    what: 'nvattest collect-evidence',
    expected,
    got,
    advice: 'run it by hand with --log-level debug',
  });
}

/** Log lines may stand before the JSON. */
function jsonPart(output: Buffer): Buffer {
  const start = output.indexOf('{');
  return start < 0 ? output : output.subarray(start);
}
