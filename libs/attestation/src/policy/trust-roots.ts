import type { Json } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { isHex, StrictObject } from '../strict-object.js';

/**
 * The root keys a relying party trusts, each as SHA-256 of the DER SubjectPublicKeyInfo in lower-case hex.
 * The lists are the only thing that tells genuine from simulated hardware.
 */
export interface TrustRoots {
  readonly intel: readonly string[];
  /** AMD root keys (ARK), one a product. Absent: no SEV-SNP report is genuine. */
  readonly amd?: readonly string[];
  readonly nvidia: readonly string[];
  /** Signers of reference manifests. Absent: no manifest is believed. */
  readonly nvidiaRim?: readonly string[];
  readonly simulatedCpu: readonly string[];
  readonly simulatedGpu: readonly string[];
}

/** Root keys of the vendors, computed from the certificates that they publish. */
export const vendorRootKeys = {
  /** Intel SGX Root CA, P-256, 2018-05-21 to 2049-12-31. */
  intelSgxRootCa: 'a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e',
  /** AMD ARK-Milan, RSA-4096, 2020-10-22 to 2045-10-22. */
  amdArkMilan: '9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9',
  /** AMD ARK-Genoa, RSA-4096, 2022-01-26 to 2047-01-26. */
  amdArkGenoa: '429a69c9422aa258ee4d8db5fcda9c6470ef15f8cd5a9cebd6cbc7d90b863831',
  /** AMD ARK-Turin, RSA-4096, 2023-05-15 to 2048-05-15. */
  amdArkTurin: '4f125410563a2ab9a50356f9243f6fe0b6f73de98603f53f90339c70e9d7ad08',
  /** NVIDIA Device Identity CA, P-384, 2021-11-05 to 9999-12-31. */
  nvidiaDeviceIdentityCa: 'a90c4eb5acfd3e3d03a25db6a26b84f720ad0503196c627c21ddd48dd85b06a4',
  /** NVIDIA CoRIM signing Root CA, P-384, 2023-03-16 to 2053-03-08. */
  nvidiaCorimSigningRootCa: 'dec1dc316477aa851eebdf51327ae9f864bc8d89254657ed1e7eb9168af1e1a3',
  /** aws.nitro-enclaves G1, P-384, 2019-10-28 to 2049-10-28. */
  awsNitroEnclavesG1: 'f2caf5ecc6190b4a8399b78bc58a2bbcd0382375db8a1bfd78a82743874fd225',
} as const;

/** Genuine hardware and nothing else: the start of every trust policy. */
export const vendorTrustRoots: TrustRoots = {
  intel: [vendorRootKeys.intelSgxRootCa],
  amd: [vendorRootKeys.amdArkMilan, vendorRootKeys.amdArkGenoa, vendorRootKeys.amdArkTurin],
  nvidia: [vendorRootKeys.nvidiaDeviceIdentityCa],
  nvidiaRim: [vendorRootKeys.nvidiaCorimSigningRootCa],
  simulatedCpu: [],
  simulatedGpu: [],
};

const MEMBERS = ['intel', 'nvidia', 'simulatedCpu', 'simulatedGpu'] as const;
/** Trust files of the first days lack them. */
const OPTIONAL = ['amd', 'nvidiaRim'] as const;
type Member = (typeof MEMBERS)[number] | (typeof OPTIONAL)[number];
const ROOTS_MAX = 16;
const SHA256_BYTES = 32;

/** @throws AttestationError `TRUST_ROOTS_MALFORMED` */
export function parseTrustRoots(value: Json): TrustRoots {
  const object = new StrictObject(value, MEMBERS, 'TRUST_ROOTS_MALFORMED', 'trust roots', OPTIONAL);
  const list = (name: Member): string[] =>
    object.texts(name, ROOTS_MAX, SHA256_BYTES * 2).map((key) => {
      if (isHex(key, SHA256_BYTES)) return key;
      throw new AttestationError(
        'TRUST_ROOTS_MALFORMED',
        `trust roots: ${name} must hold SHA-256 as lower-case hex`,
      );
    });
  const roots = {
    intel: list('intel'),
    ...object.optional('amd', list),
    nvidia: list('nvidia'),
    ...object.optional('nvidiaRim', list),
    simulatedCpu: list('simulatedCpu'),
    simulatedGpu: list('simulatedGpu'),
  };
  const hardware = [...roots.intel, ...(roots.amd ?? []), ...roots.nvidia, ...(roots.nvidiaRim ?? [])];
  if ([...roots.simulatedCpu, ...roots.simulatedGpu].some((key) => hardware.includes(key))) {
    throw new AttestationError(
      'TRUST_ROOTS_MALFORMED',
      'trust roots: a key cannot be both genuine and simulated',
    );
  }
  return roots;
}
