import type { GpuEvidence } from '#attestation';
import { tooLarge } from './cpu-quote.js';
import { type GpuEvidenceSource, gpuEvidenceOf, requireNonce } from './gpu-source.js';
import { nativeCalls } from './native.js';
import { QuoteError } from './quote-error.js';

export const NVML_LIBRARY = 'libnvidia-ml.so.1';

/** Structures of nvml.h by offset; sizes checked against a C program that includes the same definitions. */
const report = { bytes: 12_332, sizeAt: 4, nonceAt: 12, dataAt: 44, dataBytesMax: 0x2000 } as const;
const certificate = { bytes: 9224, chainSizeAt: 4, chainAt: 8 + 0x1000, chainBytesMax: 0x1400 } as const;
const stateBytes = 12;
const settings = { bytes: 20, version: 20 | (1 << 24), multiGpuAt: 16 } as const;
const GPUS_MAX = 16;

const RETURN_NAMES: Readonly<Record<number, string>> = {
  1: 'uninitialized',
  2: 'invalid argument',
  3: 'not supported',
  4: 'no permission',
  6: 'not found',
  7: 'insufficient size',
  9: 'driver not loaded',
  10: 'timeout',
  12: 'library not found',
  13: 'function not found',
  15: 'GPU is lost',
  16: 'reset required',
  17: 'operating system',
  18: 'library and driver differ in version',
  19: 'in use',
  25: 'argument version mismatch',
  999: 'unknown',
};
const SUCCESS = 0;
const NOT_SUPPORTED = 3;
const NO_PERMISSION = 4;
const DRIVER_NOT_LOADED = 9;
const TIMEOUT = 10;
const FUNCTION_NOT_FOUND = 13;
const IN_USE = 19;

type NvmlCall = (...parameters: unknown[]) => number;

/** The functions in use, bound once. Every call returns an nvmlReturn_t. */
interface Nvml {
  readonly init: NvmlCall;
  readonly count: NvmlCall;
  readonly handle: NvmlCall;
  readonly state: NvmlCall;
  readonly settings: NvmlCall | null;
  readonly certificate: NvmlCall;
  /** Takes seconds on some driver versions, so it runs off the event loop. */
  readonly report: (device: unknown, buffer: Uint8Array) => Promise<number>;
}

/** What the driver says about confidential computing; the GPU's report is what proves it. */
export interface ConfComputeMode {
  readonly multiGpu: 'none' | 'protected-pcie' | 'nvlink-encryption' | 'unknown';
}

/**
 * GPU evidence through the driver's own library, without Python and without a sub-process.
 *
 * A GPU in DevTools mode answers with genuine reports while its memory is open to the host: refused here, since no
 * field of a report is known to show it to a verifier.
 */
export class NvmlGpu implements GpuEvidenceSource {
  readonly name = 'nvml';
  #nvml: Nvml | null = null;

  constructor(private readonly library = NVML_LIBRARY) {}

  async gpuEvidence(nonce: Uint8Array): Promise<readonly GpuEvidence[]> {
    requireNonce(this.name, nonce);
    const nvml = this.#open();
    this.mode();
    const evidence: GpuEvidence[] = [];
    for (const device of this.#devices(nvml)) evidence.push(await this.#device(nvml, device, nonce));
    return evidence;
  }

  /** @throws QuoteError `GPU_CC_OFF`, `GPU_DEV_TOOLS`, and what loading the library throws */
  mode(): ConfComputeMode {
    const nvml = this.#open();
    const state = new Uint8Array(stateBytes);
    this.#require('nvmlSystemGetConfComputeState', nvml.state(state));
    const [, feature, devTools] = new Uint32Array(state.buffer);
    if (feature !== 1) {
      throw new QuoteError('GPU_CC_OFF', {
        what: `${this.name}: confidential computing`,
        expected: 'on',
        got: 'off',
        advice: 'switch the GPUs of the node to CC mode (label nvidia.com/cc.mode=on) and restart the guest',
      });
    }
    if (devTools !== 0) {
      throw new QuoteError('GPU_DEV_TOOLS', {
        what: `${this.name}: confidential computing`,
        expected: 'on, without DevTools',
        got: 'DevTools mode, in which the memory of the GPU is not protected',
        advice: 'switch the GPUs to mode on',
      });
    }
    return { multiGpu: this.#multiGpu(nvml) };
  }

  #multiGpu(nvml: Nvml): ConfComputeMode['multiGpu'] {
    if (nvml.settings === null) return 'unknown';
    const buffer = new Uint8Array(settings.bytes);
    const view = new DataView(buffer.buffer);
    view.setUint32(0, settings.version, true);
    if (nvml.settings(buffer) !== SUCCESS) return 'unknown';
    const names = ['none', 'protected-pcie', 'nvlink-encryption'] as const;
    return names[view.getUint32(settings.multiGpuAt, true)] ?? 'unknown';
  }

  #devices(nvml: Nvml): readonly unknown[] {
    const count = [0];
    this.#require('nvmlDeviceGetCount_v2', nvml.count(count));
    const total = count[0] ?? 0;
    if (total > GPUS_MAX) throw tooLarge(`${this.name}: number of GPUs`, GPUS_MAX);
    return Array.from({ length: total }, (_, index) => {
      const device: unknown[] = [null];
      this.#require(`nvmlDeviceGetHandleByIndex_v2(${index})`, nvml.handle(index, device));
      return device[0];
    });
  }

  async #device(nvml: Nvml, device: unknown, nonce: Uint8Array): Promise<GpuEvidence> {
    const certificates = new Uint8Array(certificate.bytes);
    this.#require('nvmlDeviceGetConfComputeGpuCertificate', nvml.certificate(device, certificates));
    const chain = this.#slice(certificates, {
      what: 'attestation certificate chain',
      sizeAt: certificate.chainSizeAt,
      at: certificate.chainAt,
      bytesMax: certificate.chainBytesMax,
    });
    const buffer = new Uint8Array(report.bytes);
    buffer.set(nonce, report.nonceAt);
    this.#require('nvmlDeviceGetConfComputeGpuAttestationReport', await nvml.report(device, buffer));
    const bytes = this.#slice(buffer, {
      what: 'attestation report',
      sizeAt: report.sizeAt,
      at: report.dataAt,
      bytesMax: report.dataBytesMax,
    });
    return gpuEvidenceOf(this.name, bytes, chain, nonce);
  }

  #slice(
    buffer: Uint8Array,
    { what, sizeAt, at, bytesMax }: { what: string; sizeAt: number; at: number; bytesMax: number },
  ): Uint8Array {
    const size = new DataView(buffer.buffer).getUint32(sizeAt, true);
    if (size > 0 && size <= bytesMax) return buffer.slice(at, at + size);
    throw new QuoteError('QUOTE_MALFORMED', {
      what: `${this.name}: ${what}`,
      expected: `1 to ${bytesMax} bytes`,
      got: `${size}`,
      advice: 'the driver uses a layout that is not known here; use nvattest',
    });
  }

  #open(): Nvml {
    if (this.#nvml !== null) return this.#nvml;
    const nvml = loadNvml(this.library);
    // Never shut down: the process keeps asking, and NVML counts its users.
    this.#require('nvmlInit_v2', nvml.init());
    this.#nvml = nvml;
    return nvml;
  }

  #require(call: string, code: number): void {
    if (code === SUCCESS) return;
    const facts = {
      what: `${this.name}: ${call}`,
      expected: 'success',
      got: `${code} (${RETURN_NAMES[code] ?? 'a code that is not known here'})`,
    };
    if (code === TIMEOUT)
      throw new QuoteError('QUOTE_TIMEOUT', { ...facts, advice: 'the GPU did not answer; try again' });
    if (code === IN_USE)
      throw new QuoteError('QUOTE_BUSY', { ...facts, advice: 'the GPU is busy; try again' });
    if (code === NO_PERMISSION) {
      throw new QuoteError('QUOTE_PERMISSION', {
        ...facts,
        advice: 'give the process the NVIDIA device files',
      });
    }
    if (code === NOT_SUPPORTED || code === FUNCTION_NOT_FOUND) {
      throw new QuoteError('QUOTE_UNSUPPORTED', {
        ...facts,
        advice: 'needs Hopper or Blackwell in CC mode and driver 535 or later',
      });
    }
    if (code === DRIVER_NOT_LOADED) {
      throw new QuoteError('NVML_UNAVAILABLE', { ...facts, advice: 'load the NVIDIA driver in the guest' });
    }
    throw new QuoteError('NVML_ERROR', { ...facts, advice: 'see nvidia-smi and the kernel log (Xid)' });
  }
}

function loadNvml(library: string): Nvml {
  try {
    const handle = nativeCalls().load(library);
    const bind = (definition: string): NvmlCall => handle.func(definition);
    const reportCall = handle.func(
      'int nvmlDeviceGetConfComputeGpuAttestationReport(void *device, _Inout_ uint8_t *report)',
    );
    return {
      init: bind('int nvmlInit_v2()'),
      count: bind('int nvmlDeviceGetCount_v2(_Out_ unsigned int *count)'),
      handle: bind('int nvmlDeviceGetHandleByIndex_v2(unsigned int index, _Out_ void **device)'),
      state: bind('int nvmlSystemGetConfComputeState(_Out_ uint8_t *state)'),
      settings: optional(() => bind('int nvmlSystemGetConfComputeSettings(_Inout_ uint8_t *settings)')),
      certificate: bind(
        'int nvmlDeviceGetConfComputeGpuCertificate(void *device, _Inout_ uint8_t *certificate)',
      ),
      report: (device, buffer) =>
        new Promise((resolve, reject) => {
          reportCall.async(device, buffer, (error: unknown, code: unknown) => {
            if (error === null && typeof code === 'number') resolve(code);
            else reject(error instanceof Error ? error : new Error('NVML call failed'));
          });
        }),
    };
  } catch (error) {
    throw new QuoteError('NVML_UNAVAILABLE', {
      what: `loading ${library}`,
      expected: 'NVML with the calls of confidential computing',
      got: (error instanceof Error ? error.message : 'an error').split('\n')[0]?.slice(0, 160) ?? 'an error',
      advice: 'mount the driver libraries into the container, or install nvattest',
    });
  }
}

/** Drivers before 550 lack it. */
function optional<T>(load: () => T): T | null {
  try {
    return load();
  } catch {
    return null;
  }
}
