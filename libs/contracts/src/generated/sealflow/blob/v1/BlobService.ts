// Original file: /proto/sealflow/blob/v1/blob.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DeleteBlobRequest as _sealflow_blob_v1_DeleteBlobRequest, DeleteBlobRequest__Output as _sealflow_blob_v1_DeleteBlobRequest__Output } from '../../../sealflow/blob/v1/DeleteBlobRequest.js';
import type { DeleteBlobResponse as _sealflow_blob_v1_DeleteBlobResponse, DeleteBlobResponse__Output as _sealflow_blob_v1_DeleteBlobResponse__Output } from '../../../sealflow/blob/v1/DeleteBlobResponse.js';
import type { ListBlobsRequest as _sealflow_blob_v1_ListBlobsRequest, ListBlobsRequest__Output as _sealflow_blob_v1_ListBlobsRequest__Output } from '../../../sealflow/blob/v1/ListBlobsRequest.js';
import type { ListBlobsResponse as _sealflow_blob_v1_ListBlobsResponse, ListBlobsResponse__Output as _sealflow_blob_v1_ListBlobsResponse__Output } from '../../../sealflow/blob/v1/ListBlobsResponse.js';
import type { QueryWriteStatusRequest as _sealflow_blob_v1_QueryWriteStatusRequest, QueryWriteStatusRequest__Output as _sealflow_blob_v1_QueryWriteStatusRequest__Output } from '../../../sealflow/blob/v1/QueryWriteStatusRequest.js';
import type { QueryWriteStatusResponse as _sealflow_blob_v1_QueryWriteStatusResponse, QueryWriteStatusResponse__Output as _sealflow_blob_v1_QueryWriteStatusResponse__Output } from '../../../sealflow/blob/v1/QueryWriteStatusResponse.js';
import type { ReadBlobRequest as _sealflow_blob_v1_ReadBlobRequest, ReadBlobRequest__Output as _sealflow_blob_v1_ReadBlobRequest__Output } from '../../../sealflow/blob/v1/ReadBlobRequest.js';
import type { ReadBlobResponse as _sealflow_blob_v1_ReadBlobResponse, ReadBlobResponse__Output as _sealflow_blob_v1_ReadBlobResponse__Output } from '../../../sealflow/blob/v1/ReadBlobResponse.js';
import type { StatBlobRequest as _sealflow_blob_v1_StatBlobRequest, StatBlobRequest__Output as _sealflow_blob_v1_StatBlobRequest__Output } from '../../../sealflow/blob/v1/StatBlobRequest.js';
import type { StatBlobResponse as _sealflow_blob_v1_StatBlobResponse, StatBlobResponse__Output as _sealflow_blob_v1_StatBlobResponse__Output } from '../../../sealflow/blob/v1/StatBlobResponse.js';
import type { WriteBlobRequest as _sealflow_blob_v1_WriteBlobRequest, WriteBlobRequest__Output as _sealflow_blob_v1_WriteBlobRequest__Output } from '../../../sealflow/blob/v1/WriteBlobRequest.js';
import type { WriteBlobResponse as _sealflow_blob_v1_WriteBlobResponse, WriteBlobResponse__Output as _sealflow_blob_v1_WriteBlobResponse__Output } from '../../../sealflow/blob/v1/WriteBlobResponse.js';

export interface BlobServiceClient extends grpc.Client {
  DeleteBlob(argument: _sealflow_blob_v1_DeleteBlobRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_DeleteBlobResponse__Output>): grpc.ClientUnaryCall;
  DeleteBlob(argument: _sealflow_blob_v1_DeleteBlobRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_DeleteBlobResponse__Output>): grpc.ClientUnaryCall;
  DeleteBlob(argument: _sealflow_blob_v1_DeleteBlobRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_DeleteBlobResponse__Output>): grpc.ClientUnaryCall;
  DeleteBlob(argument: _sealflow_blob_v1_DeleteBlobRequest, callback: grpc.requestCallback<_sealflow_blob_v1_DeleteBlobResponse__Output>): grpc.ClientUnaryCall;
  deleteBlob(argument: _sealflow_blob_v1_DeleteBlobRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_DeleteBlobResponse__Output>): grpc.ClientUnaryCall;
  deleteBlob(argument: _sealflow_blob_v1_DeleteBlobRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_DeleteBlobResponse__Output>): grpc.ClientUnaryCall;
  deleteBlob(argument: _sealflow_blob_v1_DeleteBlobRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_DeleteBlobResponse__Output>): grpc.ClientUnaryCall;
  deleteBlob(argument: _sealflow_blob_v1_DeleteBlobRequest, callback: grpc.requestCallback<_sealflow_blob_v1_DeleteBlobResponse__Output>): grpc.ClientUnaryCall;
  
  ListBlobs(argument: _sealflow_blob_v1_ListBlobsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_ListBlobsResponse__Output>): grpc.ClientUnaryCall;
  ListBlobs(argument: _sealflow_blob_v1_ListBlobsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_ListBlobsResponse__Output>): grpc.ClientUnaryCall;
  ListBlobs(argument: _sealflow_blob_v1_ListBlobsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_ListBlobsResponse__Output>): grpc.ClientUnaryCall;
  ListBlobs(argument: _sealflow_blob_v1_ListBlobsRequest, callback: grpc.requestCallback<_sealflow_blob_v1_ListBlobsResponse__Output>): grpc.ClientUnaryCall;
  listBlobs(argument: _sealflow_blob_v1_ListBlobsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_ListBlobsResponse__Output>): grpc.ClientUnaryCall;
  listBlobs(argument: _sealflow_blob_v1_ListBlobsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_ListBlobsResponse__Output>): grpc.ClientUnaryCall;
  listBlobs(argument: _sealflow_blob_v1_ListBlobsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_ListBlobsResponse__Output>): grpc.ClientUnaryCall;
  listBlobs(argument: _sealflow_blob_v1_ListBlobsRequest, callback: grpc.requestCallback<_sealflow_blob_v1_ListBlobsResponse__Output>): grpc.ClientUnaryCall;
  
  QueryWriteStatus(argument: _sealflow_blob_v1_QueryWriteStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_QueryWriteStatusResponse__Output>): grpc.ClientUnaryCall;
  QueryWriteStatus(argument: _sealflow_blob_v1_QueryWriteStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_QueryWriteStatusResponse__Output>): grpc.ClientUnaryCall;
  QueryWriteStatus(argument: _sealflow_blob_v1_QueryWriteStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_QueryWriteStatusResponse__Output>): grpc.ClientUnaryCall;
  QueryWriteStatus(argument: _sealflow_blob_v1_QueryWriteStatusRequest, callback: grpc.requestCallback<_sealflow_blob_v1_QueryWriteStatusResponse__Output>): grpc.ClientUnaryCall;
  queryWriteStatus(argument: _sealflow_blob_v1_QueryWriteStatusRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_QueryWriteStatusResponse__Output>): grpc.ClientUnaryCall;
  queryWriteStatus(argument: _sealflow_blob_v1_QueryWriteStatusRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_QueryWriteStatusResponse__Output>): grpc.ClientUnaryCall;
  queryWriteStatus(argument: _sealflow_blob_v1_QueryWriteStatusRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_QueryWriteStatusResponse__Output>): grpc.ClientUnaryCall;
  queryWriteStatus(argument: _sealflow_blob_v1_QueryWriteStatusRequest, callback: grpc.requestCallback<_sealflow_blob_v1_QueryWriteStatusResponse__Output>): grpc.ClientUnaryCall;
  
  ReadBlob(argument: _sealflow_blob_v1_ReadBlobRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_blob_v1_ReadBlobResponse__Output>;
  ReadBlob(argument: _sealflow_blob_v1_ReadBlobRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_blob_v1_ReadBlobResponse__Output>;
  readBlob(argument: _sealflow_blob_v1_ReadBlobRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_blob_v1_ReadBlobResponse__Output>;
  readBlob(argument: _sealflow_blob_v1_ReadBlobRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_sealflow_blob_v1_ReadBlobResponse__Output>;
  
  StatBlob(argument: _sealflow_blob_v1_StatBlobRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_StatBlobResponse__Output>): grpc.ClientUnaryCall;
  StatBlob(argument: _sealflow_blob_v1_StatBlobRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_StatBlobResponse__Output>): grpc.ClientUnaryCall;
  StatBlob(argument: _sealflow_blob_v1_StatBlobRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_StatBlobResponse__Output>): grpc.ClientUnaryCall;
  StatBlob(argument: _sealflow_blob_v1_StatBlobRequest, callback: grpc.requestCallback<_sealflow_blob_v1_StatBlobResponse__Output>): grpc.ClientUnaryCall;
  statBlob(argument: _sealflow_blob_v1_StatBlobRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_StatBlobResponse__Output>): grpc.ClientUnaryCall;
  statBlob(argument: _sealflow_blob_v1_StatBlobRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_StatBlobResponse__Output>): grpc.ClientUnaryCall;
  statBlob(argument: _sealflow_blob_v1_StatBlobRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_StatBlobResponse__Output>): grpc.ClientUnaryCall;
  statBlob(argument: _sealflow_blob_v1_StatBlobRequest, callback: grpc.requestCallback<_sealflow_blob_v1_StatBlobResponse__Output>): grpc.ClientUnaryCall;
  
  WriteBlob(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_WriteBlobResponse__Output>): grpc.ClientWritableStream<_sealflow_blob_v1_WriteBlobRequest>;
  WriteBlob(metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_WriteBlobResponse__Output>): grpc.ClientWritableStream<_sealflow_blob_v1_WriteBlobRequest>;
  WriteBlob(options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_WriteBlobResponse__Output>): grpc.ClientWritableStream<_sealflow_blob_v1_WriteBlobRequest>;
  WriteBlob(callback: grpc.requestCallback<_sealflow_blob_v1_WriteBlobResponse__Output>): grpc.ClientWritableStream<_sealflow_blob_v1_WriteBlobRequest>;
  writeBlob(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_WriteBlobResponse__Output>): grpc.ClientWritableStream<_sealflow_blob_v1_WriteBlobRequest>;
  writeBlob(metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_blob_v1_WriteBlobResponse__Output>): grpc.ClientWritableStream<_sealflow_blob_v1_WriteBlobRequest>;
  writeBlob(options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_blob_v1_WriteBlobResponse__Output>): grpc.ClientWritableStream<_sealflow_blob_v1_WriteBlobRequest>;
  writeBlob(callback: grpc.requestCallback<_sealflow_blob_v1_WriteBlobResponse__Output>): grpc.ClientWritableStream<_sealflow_blob_v1_WriteBlobRequest>;
  
}

export interface BlobServiceHandlers extends grpc.UntypedServiceImplementation {
  DeleteBlob: grpc.handleUnaryCall<_sealflow_blob_v1_DeleteBlobRequest__Output, _sealflow_blob_v1_DeleteBlobResponse>;
  
  ListBlobs: grpc.handleUnaryCall<_sealflow_blob_v1_ListBlobsRequest__Output, _sealflow_blob_v1_ListBlobsResponse>;
  
  QueryWriteStatus: grpc.handleUnaryCall<_sealflow_blob_v1_QueryWriteStatusRequest__Output, _sealflow_blob_v1_QueryWriteStatusResponse>;
  
  ReadBlob: grpc.handleServerStreamingCall<_sealflow_blob_v1_ReadBlobRequest__Output, _sealflow_blob_v1_ReadBlobResponse>;
  
  StatBlob: grpc.handleUnaryCall<_sealflow_blob_v1_StatBlobRequest__Output, _sealflow_blob_v1_StatBlobResponse>;
  
  WriteBlob: grpc.handleClientStreamingCall<_sealflow_blob_v1_WriteBlobRequest__Output, _sealflow_blob_v1_WriteBlobResponse>;
  
}

export interface BlobServiceDefinition extends grpc.ServiceDefinition {
  DeleteBlob: MethodDefinition<_sealflow_blob_v1_DeleteBlobRequest, _sealflow_blob_v1_DeleteBlobResponse, _sealflow_blob_v1_DeleteBlobRequest__Output, _sealflow_blob_v1_DeleteBlobResponse__Output>
  ListBlobs: MethodDefinition<_sealflow_blob_v1_ListBlobsRequest, _sealflow_blob_v1_ListBlobsResponse, _sealflow_blob_v1_ListBlobsRequest__Output, _sealflow_blob_v1_ListBlobsResponse__Output>
  QueryWriteStatus: MethodDefinition<_sealflow_blob_v1_QueryWriteStatusRequest, _sealflow_blob_v1_QueryWriteStatusResponse, _sealflow_blob_v1_QueryWriteStatusRequest__Output, _sealflow_blob_v1_QueryWriteStatusResponse__Output>
  ReadBlob: MethodDefinition<_sealflow_blob_v1_ReadBlobRequest, _sealflow_blob_v1_ReadBlobResponse, _sealflow_blob_v1_ReadBlobRequest__Output, _sealflow_blob_v1_ReadBlobResponse__Output>
  StatBlob: MethodDefinition<_sealflow_blob_v1_StatBlobRequest, _sealflow_blob_v1_StatBlobResponse, _sealflow_blob_v1_StatBlobRequest__Output, _sealflow_blob_v1_StatBlobResponse__Output>
  WriteBlob: MethodDefinition<_sealflow_blob_v1_WriteBlobRequest, _sealflow_blob_v1_WriteBlobResponse, _sealflow_blob_v1_WriteBlobRequest__Output, _sealflow_blob_v1_WriteBlobResponse__Output>
}
