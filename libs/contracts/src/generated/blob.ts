import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from './google/protobuf/Timestamp.js';
import type { Blob as _sealflow_blob_v1_Blob, Blob__Output as _sealflow_blob_v1_Blob__Output } from './sealflow/blob/v1/Blob.js';
import type { BlobServiceClient as _sealflow_blob_v1_BlobServiceClient, BlobServiceDefinition as _sealflow_blob_v1_BlobServiceDefinition } from './sealflow/blob/v1/BlobService.js';
import type { DeleteBlobRequest as _sealflow_blob_v1_DeleteBlobRequest, DeleteBlobRequest__Output as _sealflow_blob_v1_DeleteBlobRequest__Output } from './sealflow/blob/v1/DeleteBlobRequest.js';
import type { DeleteBlobResponse as _sealflow_blob_v1_DeleteBlobResponse, DeleteBlobResponse__Output as _sealflow_blob_v1_DeleteBlobResponse__Output } from './sealflow/blob/v1/DeleteBlobResponse.js';
import type { ListBlobsRequest as _sealflow_blob_v1_ListBlobsRequest, ListBlobsRequest__Output as _sealflow_blob_v1_ListBlobsRequest__Output } from './sealflow/blob/v1/ListBlobsRequest.js';
import type { ListBlobsResponse as _sealflow_blob_v1_ListBlobsResponse, ListBlobsResponse__Output as _sealflow_blob_v1_ListBlobsResponse__Output } from './sealflow/blob/v1/ListBlobsResponse.js';
import type { QueryWriteStatusRequest as _sealflow_blob_v1_QueryWriteStatusRequest, QueryWriteStatusRequest__Output as _sealflow_blob_v1_QueryWriteStatusRequest__Output } from './sealflow/blob/v1/QueryWriteStatusRequest.js';
import type { QueryWriteStatusResponse as _sealflow_blob_v1_QueryWriteStatusResponse, QueryWriteStatusResponse__Output as _sealflow_blob_v1_QueryWriteStatusResponse__Output } from './sealflow/blob/v1/QueryWriteStatusResponse.js';
import type { ReadBlobRequest as _sealflow_blob_v1_ReadBlobRequest, ReadBlobRequest__Output as _sealflow_blob_v1_ReadBlobRequest__Output } from './sealflow/blob/v1/ReadBlobRequest.js';
import type { ReadBlobResponse as _sealflow_blob_v1_ReadBlobResponse, ReadBlobResponse__Output as _sealflow_blob_v1_ReadBlobResponse__Output } from './sealflow/blob/v1/ReadBlobResponse.js';
import type { StatBlobRequest as _sealflow_blob_v1_StatBlobRequest, StatBlobRequest__Output as _sealflow_blob_v1_StatBlobRequest__Output } from './sealflow/blob/v1/StatBlobRequest.js';
import type { StatBlobResponse as _sealflow_blob_v1_StatBlobResponse, StatBlobResponse__Output as _sealflow_blob_v1_StatBlobResponse__Output } from './sealflow/blob/v1/StatBlobResponse.js';
import type { WriteBlobRequest as _sealflow_blob_v1_WriteBlobRequest, WriteBlobRequest__Output as _sealflow_blob_v1_WriteBlobRequest__Output } from './sealflow/blob/v1/WriteBlobRequest.js';
import type { WriteBlobResponse as _sealflow_blob_v1_WriteBlobResponse, WriteBlobResponse__Output as _sealflow_blob_v1_WriteBlobResponse__Output } from './sealflow/blob/v1/WriteBlobResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      Timestamp: MessageTypeDefinition<_google_protobuf_Timestamp, _google_protobuf_Timestamp__Output>
    }
  }
  sealflow: {
    blob: {
      v1: {
        Blob: MessageTypeDefinition<_sealflow_blob_v1_Blob, _sealflow_blob_v1_Blob__Output>
        BlobService: SubtypeConstructor<typeof grpc.Client, _sealflow_blob_v1_BlobServiceClient> & { service: _sealflow_blob_v1_BlobServiceDefinition }
        DeleteBlobRequest: MessageTypeDefinition<_sealflow_blob_v1_DeleteBlobRequest, _sealflow_blob_v1_DeleteBlobRequest__Output>
        DeleteBlobResponse: MessageTypeDefinition<_sealflow_blob_v1_DeleteBlobResponse, _sealflow_blob_v1_DeleteBlobResponse__Output>
        ListBlobsRequest: MessageTypeDefinition<_sealflow_blob_v1_ListBlobsRequest, _sealflow_blob_v1_ListBlobsRequest__Output>
        ListBlobsResponse: MessageTypeDefinition<_sealflow_blob_v1_ListBlobsResponse, _sealflow_blob_v1_ListBlobsResponse__Output>
        QueryWriteStatusRequest: MessageTypeDefinition<_sealflow_blob_v1_QueryWriteStatusRequest, _sealflow_blob_v1_QueryWriteStatusRequest__Output>
        QueryWriteStatusResponse: MessageTypeDefinition<_sealflow_blob_v1_QueryWriteStatusResponse, _sealflow_blob_v1_QueryWriteStatusResponse__Output>
        ReadBlobRequest: MessageTypeDefinition<_sealflow_blob_v1_ReadBlobRequest, _sealflow_blob_v1_ReadBlobRequest__Output>
        ReadBlobResponse: MessageTypeDefinition<_sealflow_blob_v1_ReadBlobResponse, _sealflow_blob_v1_ReadBlobResponse__Output>
        StatBlobRequest: MessageTypeDefinition<_sealflow_blob_v1_StatBlobRequest, _sealflow_blob_v1_StatBlobRequest__Output>
        StatBlobResponse: MessageTypeDefinition<_sealflow_blob_v1_StatBlobResponse, _sealflow_blob_v1_StatBlobResponse__Output>
        WriteBlobRequest: MessageTypeDefinition<_sealflow_blob_v1_WriteBlobRequest, _sealflow_blob_v1_WriteBlobRequest__Output>
        WriteBlobResponse: MessageTypeDefinition<_sealflow_blob_v1_WriteBlobResponse, _sealflow_blob_v1_WriteBlobResponse__Output>
      }
    }
  }
}

