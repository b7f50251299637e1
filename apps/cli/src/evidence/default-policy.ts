import type { AppraisalPolicy } from '#attestation';

/** Genuine, current, checked in full, and no measurement known: whoever relies on a guest has to name it. */
export const defaultPolicy: AppraisalPolicy = {
  v: 'sealflow/appraisal-policy/v1',
  tier: 'standard',
  allowSimulated: false,
  gpu: { required: false },
  measurements: [],
  bindingRules: ['sealflow/binding/v1'],
  freshness: ['nonce'],
  bindingLifetimeMsMax: 60 * 60 * 1000,
};
