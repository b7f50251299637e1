/** What the checks of one area are about: the middle part of a check's name. */
export interface Area {
  readonly subject: string;
  /** What a failure means, where the reason does not say more. */
  readonly meaning: string;
}

export const areas = {
  PKG: {
    subject: 'the evidence package that a worker shows of itself',
    meaning: 'The package is not what its format says; nothing in it can be judged.',
  },
  BND: {
    subject: 'the binding: the statement that ties keys, nonce and GPU evidence to the CPU evidence',
    meaning:
      'The keys in the binding are not proved to live in this machine, or not at this time. Do not seal to them.',
  },
  TDX: {
    subject: "an Intel TDX quote and Intel's data about its platform",
    meaning: 'The guest, its platform or what Intel says of it is not proved.',
  },
  SGX: {
    subject: "an Intel SGX quote and Intel's data about its platform",
    meaning: 'The enclave, its platform or what Intel says of it is not proved.',
  },
  SNP: {
    subject: 'an AMD SEV-SNP report, its endorsement key and the chain up to AMD',
    meaning: 'The guest, its chip or its firmware is not proved.',
  },
  GPU: {
    subject: "an NVIDIA device's report, its certificates and what NVIDIA publishes about it",
    meaning: 'The device, its firmware or its revocation state is not proved.',
  },
  PPC: {
    subject: 'GPUs and NVSwitches of one machine in protected PCIe mode, judged together',
    meaning: 'The devices shown are not proved to be linked to each other alone.',
  },
  RIM: {
    subject: 'a reference manifest: the values that NVIDIA signs for one driver or VBIOS',
    meaning: 'The manifest cannot be relied on, so measurements have nothing to be compared with.',
  },
  EAT: {
    subject: "a token of NVIDIA's attestation service, which can corroborate evidence and never replace it",
    meaning: 'The token says nothing. The evidence itself is judged all the same.',
  },
  POL: {
    subject: 'what the policy asks of evidence that is genuine',
    meaning: 'The evidence may be authentic; the policy does not accept what it shows.',
  },
  PHY: {
    subject: 'where the machine stands, by the word of registries that the policy names: no quote shows it',
    meaning: 'Nobody whom the policy believes vouches for physical access to this machine.',
  },
  RUL: {
    subject: 'the rules in CEL of the policy, over the claims of the evidence',
    meaning: 'A rule of the policy is false, or could not be evaluated, which counts as false.',
  },
} as const satisfies Record<string, Area>;

export type AreaName = keyof typeof areas;
