// Original file: /proto/sealflow/evidence/v1/evidence.proto

export const ReappraisalFate = {
  REAPPRAISAL_FATE_UNSPECIFIED: 'REAPPRAISAL_FATE_UNSPECIFIED',
  REAPPRAISAL_FATE_HOLDS: 'REAPPRAISAL_FATE_HOLDS',
  REAPPRAISAL_FATE_WOULD_FAIL: 'REAPPRAISAL_FATE_WOULD_FAIL',
  REAPPRAISAL_FATE_UNDECIDED: 'REAPPRAISAL_FATE_UNDECIDED',
} as const;

export type ReappraisalFate =
  | 'REAPPRAISAL_FATE_UNSPECIFIED'
  | 0
  | 'REAPPRAISAL_FATE_HOLDS'
  | 1
  | 'REAPPRAISAL_FATE_WOULD_FAIL'
  | 2
  | 'REAPPRAISAL_FATE_UNDECIDED'
  | 3

export type ReappraisalFate__Output = typeof ReappraisalFate[keyof typeof ReappraisalFate]
