// Original file: /proto/sealflow/blob/v1/blob.proto

import type { Blob as _sealflow_blob_v1_Blob, Blob__Output as _sealflow_blob_v1_Blob__Output } from '../../../sealflow/blob/v1/Blob.js';

export interface ListBlobsResponse {
  'blobs'?: (_sealflow_blob_v1_Blob)[];
  'nextPageToken'?: (string);
}

export interface ListBlobsResponse__Output {
  'blobs': (_sealflow_blob_v1_Blob__Output)[];
  'nextPageToken': (string);
}
