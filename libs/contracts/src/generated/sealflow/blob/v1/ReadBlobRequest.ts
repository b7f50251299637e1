// Original file: /proto/sealflow/blob/v1/blob.proto


export interface ReadBlobRequest {
  'digest'?: (string);
  'offset'?: (string);
  'length'?: (string);
}

export interface ReadBlobRequest__Output {
  'digest': (string);
  'offset': (string);
  'length': (string);
}
