import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseEvidencePackage } from '#attestation';
import { parseDigest } from '#canonical';
import { openHardware } from '../config/open-hardware.js';
import { createBootIdentity } from '../identity/boot-identity.js';
import { EvidenceSource } from '../identity/evidence-source.js';
import { type CpuQuoteSource, checkedQuote } from './cpu-quote.js';
import { detectProvider, type ProviderConfig, readProviderConfig } from './detect-provider.js';
import { NoGpu } from './gpu-source.js';
import { type Handler, json, serve, text } from './guest-server.fixture.js';
import { HardwareProvider } from './hardware-provider.js';
import { codeOf, errorOf, gpu, random, scratch, snpReport, tdxQuote } from './machine.fixture.js';
import { machineCollateral } from './machine-collateral.js';
import { SNP_CERTIFICATE_GUIDS } from './snp-certificates.js';

const missing = join(scratch, 'missing');
function config(parts: Partial<ProviderConfig> = {}): ProviderConfig {
  return {
    ...readProviderConfig({}, { gpus: 0, random }),
    cocoPort: 1,
    dstackSockets: [missing],
    tsmRoot: missing,
    sevGuestDevice: missing,
    tdxGuestDevice: missing,
    nvmlLibrary: missing,
    nvattestCommand: missing,
    ...parts,
  };
}
function file(name: string): string {
  const path = join(scratch, name);
  writeFileSync(path, '');
  return path;
}
async function nameOf(parts: Partial<ProviderConfig>): Promise<string> {
  const found = await detectProvider(config(parts));
  return found.kind === 'hardware'
    ? `${found.sources.cpu.name} ${found.sources.gpu.name} ${found.sources.bindingRule}`
    : found.kind;
}
const coco: Handler = (_, response) => json(response, { version: 'v1', tee: 'tdx', feature: 'all' });

describe('detection', () => {
  it('takes the guest API first, then dstack, configfs-tsm and the devices', async () => {
    const everything = {
      dstackSockets: [missing, file('dstack.sock')],
      tsmRoot: file('tsm'),
      sevGuestDevice: file('sev-guest'),
      tdxGuestDevice: file('tdx_guest'),
    };
    const rule = 'no GPU sealflow/binding/v1';
    expect(await nameOf({ ...everything, cocoPort: await serve(coco) })).toBe(`coco ${rule}`);
    expect(await nameOf(everything)).toBe(`dstack ${rule}`);
    expect(await nameOf({ ...everything, dstackSockets: [missing] })).toBe(`configfs-tsm ${rule}`);
    expect(await nameOf({ ...everything, dstackSockets: [missing], tsmRoot: missing })).toBe(
      `sev-guest ${rule}`,
    );
    expect(await nameOf({ tdxGuestDevice: everything.tdxGuestDevice })).toBe(`tdx-guest ${rule}`);
  });

  it('never falls back to simulation', async () => {
    const error = await errorOf(() => detectProvider(config()));
    expect(error?.code).toBe('QUOTE_SOURCE_ABSENT');
    expect(error?.facts.advice).toContain('SEALFLOW_QUOTE_PROVIDER=simulated');
    expect(await nameOf({ provider: 'simulated' })).toBe('simulated');
  });

  it('does not step past a CoCo guest that refuses to attest', async () => {
    const port = await serve((_, response) => json(response, { version: 'v1', feature: 'resource' }));
    expect(await codeOf(() => detectProvider(config({ cocoPort: port, tsmRoot: file('tsm') })))).toBe(
      'COCO_ATTESTATION_DISABLED',
    );
  });

  it('does step past something else on that port', async () => {
    for (const handler of [
      ((_, response) => text(response, 404, 'no')) satisfies Handler,
      ((_, response) => text(response, 200, '<html>')) satisfies Handler,
    ]) {
      const port = await serve(handler);
      expect(await nameOf({ cocoPort: port, sevGuestDevice: file('sev-guest') })).toContain('sev-guest');
    }
  });

  it.each(['coco', 'dstack', 'tsm', 'sev-guest', 'tdx-guest'] as const)(
    'forced to %s, uses it or fails',
    async (provider) => {
      expect(await codeOf(() => detectProvider(config({ provider })))).toBe('QUOTE_SOURCE_ABSENT');
      const there = {
        dstackSockets: [file('d.sock')],
        tsmRoot: file('t'),
        sevGuestDevice: file('s'),
        tdxGuestDevice: file('x'),
      };
      const name = await nameOf({ ...there, provider, cocoPort: await serve(coco) });
      expect(name).toContain(provider);
    },
  );

  it('reads the environment and names what it may say', async () => {
    expect(readProviderConfig({ SEALFLOW_QUOTE_PROVIDER: 'tsm' }, { gpus: 0, random }).provider).toBe('tsm');
    const error = await errorOf(() =>
      readProviderConfig({ SEALFLOW_QUOTE_PROVIDER: 'sgx\n' }, { gpus: 0, random }),
    );
    expect(error?.code).toBe('QUOTE_SOURCE_UNKNOWN');
    expect(error?.message).toContain('sev-guest');
  });

  it('chooses the source of GPU evidence, and the binding rule by it', async () => {
    const port = await serve(coco);
    expect(await nameOf({ cocoPort: port, gpus: 1 })).toBe('coco coco sealflow/binding/v1+coco');
    expect(await nameOf({ cocoPort: port, gpus: 1, gpuSource: 'nvml' })).toBe(
      'coco nvml sealflow/binding/v1',
    );
    expect(await nameOf({ sevGuestDevice: file('s'), gpus: 1 })).toContain('nvml or nvattest');
    expect(await nameOf({ sevGuestDevice: file('s'), gpus: 1, gpuSource: 'none' })).toContain('no GPU');
    expect(await nameOf({ sevGuestDevice: file('s'), gpuSource: 'nvattest' })).toContain('nvattest');
    expect(await codeOf(() => nameOf({ sevGuestDevice: file('s'), gpuSource: 'coco' }))).toBe(
      'QUOTE_SOURCE_UNKNOWN',
    );
  });

  it('tells the first reason when neither NVML nor nvattest is there', async () => {
    const found = await detectProvider(config({ sevGuestDevice: file('s'), gpus: 1 }));
    if (found.kind !== 'hardware') throw new Error('expected hardware');
    const { gpu: source } = found.sources;
    expect(await codeOf(() => source.gpuEvidence(random(32)))).toBe('NVML_UNAVAILABLE');
  });
});

describe('a worker', () => {
  it('is simulated only where its installation was made for it, or where that is said', async () => {
    const parts = { gpus: 0, sealing: false, random };
    expect(await openHardware({ SEALFLOW_QUOTE_PROVIDER: 'simulated' }, missing, parts)).toBeNull();
    file('simulation.json');
    expect(await openHardware({}, scratch, parts)).toBeNull();
    expect(await codeOf(() => openHardware({ SEALFLOW_QUOTE_PROVIDER: 'tdx-guest' }, scratch, parts))).toBe(
      'QUOTE_SOURCE_ABSENT',
    );
  });
});

describe('evidence of a real machine', () => {
  const identity = createBootIdentity('worker', random);
  const digest = parseDigest(`sha256:${'ab'.repeat(32)}`);
  function cpu(
    quote: (data: Uint8Array) => Uint8Array,
    certificates: Uint8Array | null = null,
  ): CpuQuoteSource {
    return {
      name: 'fake',
      cpuQuote: async (data) => checkedQuote('fake', quote(data), data, { certificates }),
      sealingKey: async () => new Uint8Array(32).fill(1),
    };
  }
  function source(provider: HardwareProvider): EvidenceSource {
    return new EvidenceSource({
      identity,
      provider,
      imageDigest: digest,
      bindingLifetimeMs: 1000,
      now: () => 1_700_000_000_000,
    });
  }

  it('names its format and carries the certificates of the host', async () => {
    const provider = await HardwareProvider.open(
      {
        cpu: cpu(snpReport, certificateTable()),
        gpu: new NoGpu(),
        bindingRule: 'sealflow/binding/v1',
      },
      true,
    );
    expect(provider.sealingKey()).toHaveLength(32);
    expect(await provider.quote(new Uint8Array(64))).toHaveLength(1184);
    const evidence = parseEvidencePackage(await source(provider).answer(random(32), digest));
    expect(evidence.cpu.format).toBe('snp-report');
    expect(evidence.collateral.map(({ kind }) => kind)).toEqual(['amd-vek', 'amd-chain']);
  });

  it('binds GPUs by the rule of CoCo where one value serves both', async () => {
    let seen: Uint8Array | undefined;
    const provider = await HardwareProvider.open(
      {
        cpu: cpu(tdxQuote),
        gpu: {
          name: 'fake',
          gpuEvidence: async (nonce, data) => {
            seen = data;
            return [gpu(nonce)];
          },
        },
        bindingRule: 'sealflow/binding/v1+coco',
      },
      false,
    );
    expect(() => provider.sealingKey()).toThrow('sealing key');
    const evidence = parseEvidencePackage(await source(provider).answer(random(32), digest));
    const binding = JSON.parse(new TextDecoder().decode(evidence.binding)) as Record<string, unknown>;
    expect(binding['v']).toBe('sealflow/binding/v1+coco');
    expect(binding['gpuEvidenceDigest']).toBeNull();
    expect(evidence.gpus[0]?.report.subarray(4, 36)).toEqual(seen?.slice(0, 32));
  });

  it('leaves out a certificate table that is broken, and a log of another form', () => {
    const broken = certificateTable();
    broken.set([255, 255, 255], 20);
    const quote = checkedQuote('fake', snpReport(new Uint8Array(64)), new Uint8Array(64), {
      certificates: broken,
      eventLog: new Uint8Array(64),
    });
    expect(machineCollateral(quote, 'fake')).toEqual([]);
    const log = new Uint8Array(64);
    log.set(new TextEncoder().encode('Spec ID Event03'), 32);
    expect(machineCollateral({ ...quote, eventLog: log }, 'fake').map(({ kind }) => kind)).toEqual([
      'tdx-event-log',
    ]);
  });

  function certificateTable(): Uint8Array {
    const kinds = ['vcek', 'ask', 'ark'];
    const table = Buffer.alloc(4096);
    for (const [index, kind] of kinds.entries()) {
      const guid =
        Object.keys(SNP_CERTIFICATE_GUIDS).find((key) => SNP_CERTIFICATE_GUIDS[key] === kind) ?? '';
      table.set(Buffer.from(guid.replaceAll('-', ''), 'hex'), index * 24);
      table.writeUInt32LE(512 + index * 64, index * 24 + 16);
      table.writeUInt32LE(64, index * 24 + 20);
      table.fill(0x30, 512 + index * 64, 576 + index * 64);
    }
    return new Uint8Array(table);
  }
});
