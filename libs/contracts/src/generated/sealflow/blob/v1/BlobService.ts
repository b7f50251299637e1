// Original file: /proto/sealflow/blob/v1/blob.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { QueryWriteStatusRequest as _sealflow_blob_v1_QueryWriteStatusRequest, QueryWriteStatusRequest__Output as _sealflow_blob_v1_QueryWriteStatusRequest__Output } from '../../../sealflow/blob/v1/QueryWriteStatusRequest.js';
import type { QueryWriteStatusResponse as _sealflow_blob_v1_QueryWriteStatusResponse, QueryWriteStatusResponse__Output as _sealflow_blob_v1_QueryWriteStatusResponse__Output } from '../../../sealflow/blob/v1/QueryWriteStatusResponse.js';
import type { ReadBlobRequest as _sealflow_blob_v1_ReadBlobRequest, ReadBlobRequest__Output as _sealflow_blob_v1_ReadBlobRequest__Output } from '../../../sealflow/blob/v1/ReadBlobRequest.js';
import type { ReadBlobResponse as _sealflow_blob_v1_ReadBlobResponse, ReadBlobResponse__Output as _sealflow_blob_v1_ReadBlobResponse__Output } from '../../../sealflow/blob/v1/ReadBlobResponse.js';
import type { StatBlobRequest as _sealflow_blob_v1_StatBlobRequest, StatBlobRequest__Output as _sealflow_blob_v1_StatBlobRequest__Output } from '../../../sealflow/blob/v1/StatBlobRequest.js';
import type { StatBlobResponse as _sealflow_blob_v1_StatBlobResponse, StatBlobResponse__Output as _sealflow_blob_v1_StatBlobResponse__Output } from '../../../sealflow/blob/v1/StatBlobResponse.js';
import type { WriteBlobRequest as _sealflow_blob_v1_WriteBlobRequest, WriteBlobRequest__Output as _sealflow_blob_v1_WriteBlobRequest__Output } from '../../../sealflow/blob/v1/WriteBlobRequest.js';
import type { WriteBlobResponse as _sealflow_blob_v1_WriteBlobResponse, WriteBlobResponse__Output as _sealflow_blob_v1_WriteBlobResponse__Output } from '../../../sealflow/blob/v1/WriteBlobResponse.js';

export interface BlobServiceClient extends grpc.Client {
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
  QueryWriteStatus: grpc.handleUnaryCall<_sealflow_blob_v1_QueryWriteStatusRequest__Output, _sealflow_blob_v1_QueryWriteStatusResponse>;
  
  ReadBlob: grpc.handleServerStreamingCall<_sealflow_blob_v1_ReadBlobRequest__Output, _sealflow_blob_v1_ReadBlobResponse>;
  
  StatBlob: grpc.handleUnaryCall<_sealflow_blob_v1_StatBlobRequest__Output, _sealflow_blob_v1_StatBlobResponse>;
  
  WriteBlob: grpc.handleClientStreamingCall<_sealflow_blob_v1_WriteBlobRequest__Output, _sealflow_blob_v1_WriteBlobResponse>;
  
}

export interface BlobServiceDefinition extends grpc.ServiceDefinition {
  QueryWriteStatus: MethodDefinition<_sealflow_blob_v1_QueryWriteStatusRequest, _sealflow_blob_v1_QueryWriteStatusResponse, _sealflow_blob_v1_QueryWriteStatusRequest__Output, _sealflow_blob_v1_QueryWriteStatusResponse__Output>
  ReadBlob: MethodDefinition<_sealflow_blob_v1_ReadBlobRequest, _sealflow_blob_v1_ReadBlobResponse, _sealflow_blob_v1_ReadBlobRequest__Output, _sealflow_blob_v1_ReadBlobResponse__Output>
  StatBlob: MethodDefinition<_sealflow_blob_v1_StatBlobRequest, _sealflow_blob_v1_StatBlobResponse, _sealflow_blob_v1_StatBlobRequest__Output, _sealflow_blob_v1_StatBlobResponse__Output>
  WriteBlob: MethodDefinition<_sealflow_blob_v1_WriteBlobRequest, _sealflow_blob_v1_WriteBlobResponse, _sealflow_blob_v1_WriteBlobRequest__Output, _sealflow_blob_v1_WriteBlobResponse__Output>
}
