// Original file: /proto/sealflow/attestation/v1/attestation.proto

export const MachineLevel = {
  MACHINE_LEVEL_UNSPECIFIED: 'MACHINE_LEVEL_UNSPECIFIED',
  MACHINE_LEVEL_NONE: 'MACHINE_LEVEL_NONE',
  MACHINE_LEVEL_SIMULATED: 'MACHINE_LEVEL_SIMULATED',
  MACHINE_LEVEL_ATTESTED: 'MACHINE_LEVEL_ATTESTED',
} as const;

export type MachineLevel =
  | 'MACHINE_LEVEL_UNSPECIFIED'
  | 0
  | 'MACHINE_LEVEL_NONE'
  | 1
  | 'MACHINE_LEVEL_SIMULATED'
  | 2
  | 'MACHINE_LEVEL_ATTESTED'
  | 3

export type MachineLevel__Output = typeof MachineLevel[keyof typeof MachineLevel]
