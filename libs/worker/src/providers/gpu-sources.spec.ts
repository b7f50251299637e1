import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64 } from '#canonical';
import {
  buildLibrary,
  codeOf,
  describeWithCompiler,
  errorOf,
  gpu,
  gpuNonce,
  random,
  scratch,
} from './machine.fixture.js';
import { Nvattest } from './nvattest.js';
import { NvmlGpu } from './nvml.js';

/** A genuine report is made per nonce by hardware; the stub echoes the nonce into a template at the place of SPDM. */
const template = gpu(new Uint8Array(32));
const NONCE_IN_REPORT = 4;

function cArray(name: string, bytes: Uint8Array): string {
  return `static const unsigned char ${name}[] = {${[...bytes].join(',')}};`;
}

interface StubOptions {
  readonly gpus?: number;
  readonly init?: number;
  readonly count?: number;
  readonly feature?: number;
  readonly devTools?: number;
  readonly reportCode?: number;
  readonly certificateCode?: number;
  readonly reportSize?: number;
  readonly otherNonce?: boolean;
  readonly settings?: boolean;
  readonly multiGpu?: number;
}

/** The calls and structures of nvml.h that are in use, sizes asserted by the compiler. */
function nvmlStub(options: StubOptions): string {
  const {
    gpus = 2,
    init = 0,
    count = 0,
    feature = 1,
    devTools = 0,
    reportCode = 0,
    certificateCode = 0,
  } = options;
  const { reportSize = template.report.length, otherNonce = false, settings = true, multiGpu = 0 } = options;
  return `
#include <string.h>
typedef struct nvmlDevice_st { int index; } *nvmlDevice_t;
typedef struct { unsigned int certChainSize, attestationCertChainSize; unsigned char certChain[0x1000], attestationCertChain[0x1400]; } certificate_t;
typedef struct { unsigned int isCecAttestationReportPresent, attestationReportSize, cecAttestationReportSize; unsigned char nonce[0x20], attestationReport[0x2000], cecAttestationReport[0x1000]; } report_t;
typedef struct { unsigned int environment, ccFeature, devToolsMode; } state_t;
typedef struct { unsigned int version, environment, ccFeature, devToolsMode, multiGpuMode; } settings_t;
_Static_assert(sizeof(certificate_t) == 9224, "certificate");
_Static_assert(sizeof(report_t) == 12332, "report");
_Static_assert(sizeof(state_t) == 12, "state");
_Static_assert(sizeof(settings_t) == 20, "settings");
${cArray('report_template', template.report)}
${cArray('chain_template', Buffer.from(template.chain))}
static struct nvmlDevice_st devices[64];
int nvmlInit_v2(void) { return ${init}; }
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = ${gpus}; return ${count}; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  if (index >= ${gpus}) return 2;
  devices[index].index = (int)index;
  *device = &devices[index];
  return 0;
}
int nvmlSystemGetConfComputeState(state_t *state) { state->environment = 2; state->ccFeature = ${feature}; state->devToolsMode = ${devTools}; return 0; }
${
  settings
    ? `int nvmlSystemGetConfComputeSettings(settings_t *s) { if (s->version != (20 | (1 << 24))) return 25; s->multiGpuMode = ${multiGpu}; return 0; }`
    : ''
}
int nvmlDeviceGetConfComputeGpuCertificate(nvmlDevice_t device, certificate_t *c) {
  if (device != &devices[device->index]) return 2;
  memset(c, 0xaa, sizeof *c);
  c->certChainSize = 16;
  c->attestationCertChainSize = sizeof chain_template;
  memcpy(c->attestationCertChain, chain_template, sizeof chain_template);
  return ${certificateCode};
}
int nvmlDeviceGetConfComputeGpuAttestationReport(nvmlDevice_t device, report_t *r) {
  if (device != &devices[device->index]) return 2;
  r->isCecAttestationReportPresent = 0;
  r->attestationReportSize = ${reportSize};
  memcpy(r->attestationReport, report_template, sizeof report_template);
  memcpy(r->attestationReport + ${NONCE_IN_REPORT}, r->nonce, 32);
  ${otherNonce ? `r->attestationReport[${NONCE_IN_REPORT}] ^= 1;` : ''}
  return ${reportCode};
}
`;
}

describe('NVML', () => {
  it('that is not installed is told as such, with a way out', async () => {
    const error = await errorOf(() => new NvmlGpu('libnvidia-ml-none.so.1').gpuEvidence(gpuNonce));
    expect(error?.code).toBe('NVML_UNAVAILABLE');
    expect(error?.facts.advice).toContain('nvattest');
  });

  it('is asked with 32 bytes', async () => {
    expect(await codeOf(() => new NvmlGpu().gpuEvidence(random(64)))).toBe('QUOTE_REQUEST_INVALID');
  });
});

describeWithCompiler('NVML as a C stub', () => {
  let builds = 0;
  function nvml(options: StubOptions = {}): NvmlGpu {
    builds += 1;
    return new NvmlGpu(buildLibrary(`nvml${builds}`, nvmlStub(options)));
  }

  it('gives the evidence of every GPU over our nonce', async () => {
    const evidence = await nvml({ gpus: 3 }).gpuEvidence(gpuNonce);
    expect(evidence).toHaveLength(3);
    for (const { report, chain } of evidence) {
      expect(report.subarray(NONCE_IN_REPORT, NONCE_IN_REPORT + 32)).toEqual(gpuNonce);
      expect(chain).toBe(template.chain);
    }
  });

  it('gives none where there is none', async () => {
    expect(await nvml({ gpus: 0 }).gpuEvidence(gpuNonce)).toEqual([]);
  });

  it('tells the mode of several GPUs', () => {
    expect(nvml().mode().multiGpu).toBe('none');
    expect(nvml({ multiGpu: 1 }).mode().multiGpu).toBe('protected-pcie');
    expect(nvml({ multiGpu: 2 }).mode().multiGpu).toBe('nvlink-encryption');
    expect(nvml({ multiGpu: 9 }).mode().multiGpu).toBe('unknown');
  });

  it('works with drivers that lack the settings call', async () => {
    expect(nvml({ settings: false }).mode().multiGpu).toBe('unknown');
  });

  it.each<[string, StubOptions, string]>([
    ['confidential computing off', { feature: 0 }, 'GPU_CC_OFF'],
    ['DevTools mode', { devTools: 1 }, 'GPU_DEV_TOOLS'],
    ['no driver', { init: 9 }, 'NVML_UNAVAILABLE'],
    ['a driver of another version', { init: 18 }, 'NVML_ERROR'],
    ['no permission', { init: 4 }, 'QUOTE_PERMISSION'],
    ['a count that fails', { count: 999 }, 'NVML_ERROR'],
    ['more GPUs than a machine has', { gpus: 17 }, 'QUOTE_TOO_LARGE'],
    ['a GPU without the feature', { reportCode: 3 }, 'QUOTE_UNSUPPORTED'],
    ['a GPU that is lost', { reportCode: 15 }, 'NVML_ERROR'],
    ['a GPU that does not answer', { reportCode: 10 }, 'QUOTE_TIMEOUT'],
    ['a GPU in use', { reportCode: 19 }, 'QUOTE_BUSY'],
    ['a certificate that fails', { certificateCode: 13 }, 'QUOTE_UNSUPPORTED'],
    ['a size beyond the structure', { reportSize: 0x2001 }, 'QUOTE_MALFORMED'],
    ['no report', { reportSize: 0 }, 'QUOTE_MALFORMED'],
    ['a report cut short', { reportSize: 100 }, 'QUOTE_MALFORMED'],
    ['bytes behind the report', { reportSize: template.report.length + 1 }, 'QUOTE_MALFORMED'],
    ['the report of another request', { otherNonce: true }, 'GPU_NONCE_MISMATCH'],
  ])('%s is %s', async (_, options, code) => {
    expect(await codeOf(() => nvml(options).gpuEvidence(gpuNonce))).toBe(code);
  });

  it('a library without the calls of confidential computing is too old', async () => {
    const old = new NvmlGpu(buildLibrary('oldnvml', 'int nvmlInit_v2(void) { return 0; }'));
    expect(await codeOf(() => old.gpuEvidence(gpuNonce))).toBe('NVML_UNAVAILABLE');
  });
});

describe('the command nvattest', () => {
  let calls = 0;
  /** A command that answers like nvattest 1.x, or as `body` (shell) says. */
  function command(body: string): string {
    calls += 1;
    const path = join(scratch, `nvattest-${calls}`);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  }
  function answer(nonce: Uint8Array): string {
    const { report, chain } = gpu(nonce);
    const evidence = {
      arch: 'HOPPER',
      nonce: Buffer.from(nonce).toString('hex'),
      evidence: toBase64(report),
    };
    return JSON.stringify({
      evidences: [{ ...evidence, certificate: Buffer.from(chain).toString('base64') }],
      result_code: 0,
      result_message: 'Ok',
    });
  }
  let good = '';
  beforeAll(() => {
    good = join(scratch, 'answer.json');
    writeFileSync(good, answer(gpuNonce));
  });

  it('is asked for GPUs with our nonce in hex, and sees nothing of our environment', async () => {
    const hex = Buffer.from(gpuNonce).toString('hex');
    const path = command(
      `[ "$*" = "collect-evidence --device gpu --nonce ${hex} --format json" ] || exit 3
[ -z "$SEALFLOW_HOME" ] || exit 4
echo "[info] starting"; cat ${good}`,
    );
    process.env['SEALFLOW_HOME'] = 'x';
    expect(await new Nvattest({ command: path }).gpuEvidence(gpuNonce)).toHaveLength(1);
    delete process.env['SEALFLOW_HOME'];
  });

  it.each([
    ['an exit code', 'echo "no such device" >&2; exit 1', 'NVATTEST_FAILED'],
    ['a result code', `echo '{"evidences":[],"result_code":7,"result_message":"driver"}'`, 'NVATTEST_FAILED'],
    ['no JSON', 'echo done', 'QUOTE_MALFORMED'],
    ['no list', `echo '{"result_code":0}'`, 'QUOTE_MALFORMED'],
    [
      'a report that is none',
      `echo '{"evidences":[{"evidence":"AAAA","certificate":"AAAA"}]}'`,
      'QUOTE_MALFORMED',
    ],
    ['silence', 'exec sleep 20', 'QUOTE_TIMEOUT'],
    ['an endless answer', 'exec yes', 'QUOTE_TOO_LARGE'],
  ])('%s is told as such', async (_, body, code) => {
    const nvattest = new Nvattest({ command: command(body), timeoutMs: 1500 });
    expect(await codeOf(() => nvattest.gpuEvidence(gpuNonce))).toBe(code);
  });

  it('that is not installed, and evidence of another nonce', async () => {
    expect(await codeOf(() => new Nvattest({ command: join(scratch, 'none') }).gpuEvidence(gpuNonce))).toBe(
      'QUOTE_SOURCE_ABSENT',
    );
    const stored = new Nvattest({ command: command(`cat ${good}`) });
    expect(await codeOf(() => stored.gpuEvidence(random(32)))).toBe('GPU_NONCE_MISMATCH');
  });
});
