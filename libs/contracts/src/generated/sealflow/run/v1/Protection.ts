// Original file: /proto/sealflow/run/v1/assurance.proto

export const Protection = {
  PROTECTION_UNSPECIFIED: 'PROTECTION_UNSPECIFIED',
  PROTECTION_TEE: 'PROTECTION_TEE',
  PROTECTION_ZK: 'PROTECTION_ZK',
  PROTECTION_FHE: 'PROTECTION_FHE',
  PROTECTION_CLIENT: 'PROTECTION_CLIENT',
  PROTECTION_HUMAN: 'PROTECTION_HUMAN',
} as const;

export type Protection =
  | 'PROTECTION_UNSPECIFIED'
  | 0
  | 'PROTECTION_TEE'
  | 1
  | 'PROTECTION_ZK'
  | 2
  | 'PROTECTION_FHE'
  | 3
  | 'PROTECTION_CLIENT'
  | 4
  | 'PROTECTION_HUMAN'
  | 5

export type Protection__Output = typeof Protection[keyof typeof Protection]
