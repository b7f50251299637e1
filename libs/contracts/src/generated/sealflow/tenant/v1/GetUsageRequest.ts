// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface GetUsageRequest {
  'name'?: (string);
}

export interface GetUsageRequest__Output {
  'name': (string);
}
