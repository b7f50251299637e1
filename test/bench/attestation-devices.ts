import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  amdRootKeys,
  standardSnpRequirements,
  vendorRootKeys,
  verifyGpuReport,
  verifySnpReport,
} from '#attestation';
import { type Check, fromHex, fromUtf8 } from '#canonical';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type Figure, median } from './figures.js';

const ROUNDS = 200;
const WARM_UP = 20;
const VECTORS = join(projectRoot, '../shared/vectors/attestation');

/** Real reports of an AMD machine and an NVIDIA GPU. Empty where the vectors are absent. */
export function measureDevices(): Figure[] {
  return existsSync(VECTORS) ? [measureSnp(), measureGpu()] : [];
}

/** Report, endorsement key and its chain; the vectors hold no revocation list. */
function measureSnp(): Figure {
  const input = {
    report: read('snp/snp-genoa-v5/report.bin'),
    certificates: [read('snp/snp-genoa-v5/vcek.der'), read('snp/certs/genoa-ask-ark.pem')],
    roots: { hardware: amdRootKeys, simulated: [] },
    requirements: { ...standardSnpRequirements, revocation: 'optional' as const },
    atMs: Date.parse('2026-03-01T00:00:00Z'),
  };
  return {
    name: 'SNP report, signature and chain',
    value: medianOf(() => verifySnpReport(input).checks),
    unit: 'ms',
    target: 1.5,
    samples: ROUNDS,
    note: 'real report v5 of a Genoa',
  };
}

/** Report, device chain, both manifests of reference values, seven OCSP responses. */
function measureGpu(): Figure {
  const folder = 'nvidia/gpu-hopper-full';
  const ocsp = ['device-l2', 'device-l3', 'device-l4', 'rim-driver-l4', 'rim-l2', 'rim-l3', 'rim-vbios-l4'];
  const input = {
    index: 0,
    evidence: { report: read(`${folder}/report.bin`), chain: fromUtf8(read(`${folder}/chain.pem`)) },
    roots: { hardware: [vendorRootKeys.nvidiaDeviceIdentityCa], simulated: [] },
    expectedNonce: fromHex('931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb'),
    atMs: Date.parse('2025-10-24T12:00:00Z'),
    endorsements: {
      rims: ['driver', 'vbios'].map((kind) => read(`${folder}/rim-${kind}.xml`)),
      ocsp: ocsp.map(
        (name) => new Uint8Array(Buffer.from(fromUtf8(read(`${folder}/ocsp-${name}.b64`)), 'base64')),
      ),
      rimRoots: { hardware: [vendorRootKeys.nvidiaCorimSigningRootCa], simulated: [] },
      ocspAt: { deviceMs: Date.parse('2025-08-21T12:00:00Z'), rimMs: Date.parse('2025-10-24T12:00:00Z') },
    },
  };
  return {
    name: 'GPU report with two RIMs',
    value: medianOf(() => verifyGpuReport(input).checks),
    unit: 'ms',
    target: 30,
    samples: ROUNDS,
    note: 'real H100 report, seven OCSP responses',
  };
}

/** Only a verification that passes is worth a figure: a refusal may be quick. */
function medianOf(verify: () => readonly Check[]): number {
  const failed = verify().filter(({ result }) => result === 'fail' || result === 'error');
  if (failed.length > 0)
    throw new Error(`the vector fails: ${failed.map(({ reason }) => reason).join(', ')}`);
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const start = performance.now();
    verify();
    if (round >= WARM_UP) times.push(performance.now() - start);
  }
  return median(times);
}

function read(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(VECTORS, path)));
}
