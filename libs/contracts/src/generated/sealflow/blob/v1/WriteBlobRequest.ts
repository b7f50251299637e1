// Original file: /proto/sealflow/blob/v1/blob.proto


export interface WriteBlobRequest {
  'digest'?: (string);
  'size'?: (string);
  'data'?: (Buffer | Uint8Array | string);
  'offset'?: (string);
}

export interface WriteBlobRequest__Output {
  'digest': (string);
  'size': (string);
  'data': (Buffer);
  'offset': (string);
}
