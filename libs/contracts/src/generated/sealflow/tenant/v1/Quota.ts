// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface Quota {
  'openRunsMax'?: (number);
  'runsPerMinute'?: (number);
  'blobBytesMax'?: (string);
  'etag'?: (string);
}

export interface Quota__Output {
  'openRunsMax': (number);
  'runsPerMinute': (number);
  'blobBytesMax': (string);
  'etag': (string);
}
