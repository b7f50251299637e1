/**
 * What vendors would have to say about the devices of a package. Nothing is judged here, and everything comes from
 * bytes that anybody may have made: a need is a question, and each answer is verified by its own signatures.
 */
import { toHex, utf8 } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import type { GpuEvidence } from '../binding.js';
import { type Collateral, collateralOf } from '../collateral.js';
import type { EvidencePackage } from '../evidence-package.js';
import { architectureOf } from '../nvidia/device-checks.js';
import { type DeviceKind, gpuKind, switchKind } from '../nvidia/device-kind.js';
import { parseGpuReport } from '../nvidia/gpu-report.js';
import { parseRim } from '../nvidia/rim.js';
import { rimIds } from '../nvidia/rim-ids.js';
import type { SnpProduct, SnpSigner } from '../policy/policy-groups.js';
import { signerOf } from '../snp/flags.js';
import { productOfCpuid } from '../snp/product.js';
import { parseSnpReport } from '../snp/report.js';
import { readTcb, type SnpTcb } from '../snp/tcb.js';
import { parseVekExtensions } from '../snp/vek.js';
import { parsePckPlatform } from '../tdx/pck.js';
import { parseTdxQuote } from '../tdx/quote.js';
import { parseSgxQuote } from '../tdx/sgx-quote.js';
import { type Certificate, parseCertificate } from '../x509/certificate.js';
import { parseCertificateChain } from '../x509/pem.js';

export type CollateralNeed =
  | {
      readonly vendor: 'intel';
      readonly tee: 'TDX' | 'SGX';
      /** 12 lower-case hex digits. */
      readonly fmspc: string;
      readonly ca: 'platform' | 'processor';
    }
  | {
      readonly vendor: 'amd';
      readonly product: SnpProduct;
      readonly signer: SnpSigner;
      /** Null when the machine brought its endorsement key, or has a VLEK, which nobody else can fetch. */
      readonly vcek: { readonly chipId: string; readonly tcb: SnpTcb } | null;
    }
  | {
      readonly vendor: 'nvidia';
      /** Names of manifests in NVIDIA's service. */
      readonly rims: readonly string[];
      /** DER of each device certificate below the root, with its issuer. */
      readonly certificates: readonly IssuedPair[];
    };

/** DER of a certificate, and of the one that issued it. */
export interface IssuedPair {
  readonly certificate: Uint8Array;
  readonly issuer: Uint8Array;
}

/** Short chip ids are Turin's. */
const TURIN_ID_BYTES = 8;

/** Devices of a machine, and what it brought along for them. */
export interface DevicesToEndorse extends Pick<EvidencePackage, 'gpus' | 'switches' | 'collateral'> {
  readonly cpu: EvidencePackage['cpu'] | null;
}

/** A device that cannot be read needs nothing: its own checks say what is wrong with it. */
export function collateralNeeds({ cpu, gpus, switches, collateral }: DevicesToEndorse): CollateralNeed[] {
  const ofCpu =
    cpu === null
      ? null
      : readable(() => (cpu.format === 'snp-report' ? amdNeed : intelNeed)(cpu, collateral));
  const devices = [
    ...gpus.map((device) => readable(() => nvidiaNeed(gpuKind, device))),
    ...switches.map((device) => readable(() => nvidiaNeed(switchKind, device))),
  ];
  return [ofCpu, ...devices].filter((need) => need !== null);
}

type Endorse = (cpu: EvidencePackage['cpu'], collateral: readonly Collateral[]) => CollateralNeed | null;

const intelNeed: Endorse = ({ format, quote }, collateral) => {
  if (collateralOf(collateral, 'intel-dcap').length > 0) return null;
  const isSgx = format === 'sgx-quote-v3';
  const { pckChain } = isSgx ? parseSgxQuote(quote) : parseTdxQuote(quote);
  const [pck, issuer] = parseCertificateChain(pckChain);
  if (pck === undefined) return null;
  const { fmspc } = parsePckPlatform(pck);
  const ca = issuer?.commonName?.includes('Processor') === true ? 'processor' : 'platform';
  return { vendor: 'intel', tee: isSgx ? 'SGX' : 'TDX', fmspc, ca };
};

const amdNeed: Endorse = (cpu, collateral) => {
  const report = parseSnpReport(cpu.quote);
  const [carried] = collateralOf(collateral, 'amd-vek');
  const vek = carried === undefined ? null : parseVekExtensions(anyCertificate(carried));
  // Reports before version 3 do not say what they come from; the key of the machine does.
  const product = (report.cpuid === null ? null : productOfCpuid(report.cpuid)) ?? vek?.product ?? null;
  const signer = signerOf(report.keyInfo);
  if (product === null || signer === null) return null;
  const wanted = vek === null && signer === 'VCEK';
  const chip = product === 'Turin' ? report.chipId.subarray(0, TURIN_ID_BYTES) : report.chipId;
  const vcek = wanted ? { chipId: toHex(chip), tcb: readTcb(report.tcb.reported, product) } : null;
  return { vendor: 'amd', product, signer, vcek };
};

function nvidiaNeed(kind: DeviceKind, { report, chain }: GpuEvidence): CollateralNeed {
  const certificates = parseCertificateChain(utf8(chain));
  const [leaf] = certificates;
  const architecture = leaf === undefined ? null : architectureOf(kind, leaf);
  const ids = architecture === null ? null : rimIds(parseGpuReport(report), architecture);
  return {
    vendor: 'nvidia',
    rims: [ids?.driver ?? null, ids?.vbios ?? null].filter((id) => id !== null),
    // The leaf is made by the device itself at every boot: no responder knows it.
    certificates: pairsOf(certificates).slice(1),
  };
}

/** The signers of a manifest of reference values, whose revocation is asked for like that of a device. */
export function rimSigners(rim: Uint8Array): IssuedPair[] {
  return readable(() => pairsOf(parseRim(rim).signature.chain)) ?? [];
}

function pairsOf(chain: readonly Certificate[]): IssuedPair[] {
  return chain.flatMap((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer === undefined ? [] : [{ certificate: certificate.der, issuer: issuer.der }];
  });
}

function anyCertificate(bytes: Uint8Array) {
  const first = bytes[0] === 0x2d ? parseCertificateChain(bytes)[0] : undefined;
  return first ?? parseCertificate(bytes);
}

function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}
