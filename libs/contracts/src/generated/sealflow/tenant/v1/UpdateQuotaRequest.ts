// Original file: /proto/sealflow/tenant/v1/tenant.proto


export interface UpdateQuotaRequest {
  'name'?: (string);
  'openRunsMax'?: (number);
  'runsPerMinute'?: (number);
  'blobBytesMax'?: (string);
  'etag'?: (string);
  'requestId'?: (string);
  'validateOnly'?: (boolean);
  '_openRunsMax'?: "openRunsMax";
  '_runsPerMinute'?: "runsPerMinute";
  '_blobBytesMax'?: "blobBytesMax";
}

export interface UpdateQuotaRequest__Output {
  'name': (string);
  'openRunsMax'?: (number);
  'runsPerMinute'?: (number);
  'blobBytesMax'?: (string);
  'etag': (string);
  'requestId': (string);
  'validateOnly': (boolean);
  '_openRunsMax'?: "openRunsMax";
  '_runsPerMinute'?: "runsPerMinute";
  '_blobBytesMax'?: "blobBytesMax";
}
