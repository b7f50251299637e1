// Original file: /proto/sealflow/tenant/v1/tenant.proto

import type { UsageSteps as _sealflow_tenant_v1_UsageSteps, UsageSteps__Output as _sealflow_tenant_v1_UsageSteps__Output } from '../../../sealflow/tenant/v1/UsageSteps.js';

export interface UsageDay {
  'day'?: (string);
  'runs'?: (string);
  'steps'?: (_sealflow_tenant_v1_UsageSteps)[];
  'bytesIn'?: (string);
  'bytesOut'?: (string);
  'bytesStored'?: (string);
  'endedRuns'?: (string);
  'runMilliseconds'?: (string);
  'overheadMilliseconds'?: (string);
}

export interface UsageDay__Output {
  'day': (string);
  'runs': (string);
  'steps': (_sealflow_tenant_v1_UsageSteps__Output)[];
  'bytesIn': (string);
  'bytesOut': (string);
  'bytesStored': (string);
  'endedRuns': (string);
  'runMilliseconds': (string);
  'overheadMilliseconds': (string);
}
