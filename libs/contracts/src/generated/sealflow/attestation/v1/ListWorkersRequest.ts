// Original file: /proto/sealflow/attestation/v1/attestation.proto


export interface ListWorkersRequest {
  'pageSize'?: (number);
  'pageToken'?: (string);
  'filter'?: (string);
}

export interface ListWorkersRequest__Output {
  'pageSize': (number);
  'pageToken': (string);
  'filter': (string);
}
