// Original file: /proto/sealflow/report/v1/report.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetOverviewRequest as _sealflow_report_v1_GetOverviewRequest, GetOverviewRequest__Output as _sealflow_report_v1_GetOverviewRequest__Output } from '../../../sealflow/report/v1/GetOverviewRequest.js';
import type { GetOverviewResponse as _sealflow_report_v1_GetOverviewResponse, GetOverviewResponse__Output as _sealflow_report_v1_GetOverviewResponse__Output } from '../../../sealflow/report/v1/GetOverviewResponse.js';
import type { GetPolicyRequest as _sealflow_report_v1_GetPolicyRequest, GetPolicyRequest__Output as _sealflow_report_v1_GetPolicyRequest__Output } from '../../../sealflow/report/v1/GetPolicyRequest.js';
import type { GetPolicyResponse as _sealflow_report_v1_GetPolicyResponse, GetPolicyResponse__Output as _sealflow_report_v1_GetPolicyResponse__Output } from '../../../sealflow/report/v1/GetPolicyResponse.js';
import type { GetReportRequest as _sealflow_report_v1_GetReportRequest, GetReportRequest__Output as _sealflow_report_v1_GetReportRequest__Output } from '../../../sealflow/report/v1/GetReportRequest.js';
import type { GetReportResponse as _sealflow_report_v1_GetReportResponse, GetReportResponse__Output as _sealflow_report_v1_GetReportResponse__Output } from '../../../sealflow/report/v1/GetReportResponse.js';
import type { ListApprovalsRequest as _sealflow_report_v1_ListApprovalsRequest, ListApprovalsRequest__Output as _sealflow_report_v1_ListApprovalsRequest__Output } from '../../../sealflow/report/v1/ListApprovalsRequest.js';
import type { ListApprovalsResponse as _sealflow_report_v1_ListApprovalsResponse, ListApprovalsResponse__Output as _sealflow_report_v1_ListApprovalsResponse__Output } from '../../../sealflow/report/v1/ListApprovalsResponse.js';
import type { ListExecutorsRequest as _sealflow_report_v1_ListExecutorsRequest, ListExecutorsRequest__Output as _sealflow_report_v1_ListExecutorsRequest__Output } from '../../../sealflow/report/v1/ListExecutorsRequest.js';
import type { ListExecutorsResponse as _sealflow_report_v1_ListExecutorsResponse, ListExecutorsResponse__Output as _sealflow_report_v1_ListExecutorsResponse__Output } from '../../../sealflow/report/v1/ListExecutorsResponse.js';
import type { ListPoliciesRequest as _sealflow_report_v1_ListPoliciesRequest, ListPoliciesRequest__Output as _sealflow_report_v1_ListPoliciesRequest__Output } from '../../../sealflow/report/v1/ListPoliciesRequest.js';
import type { ListPoliciesResponse as _sealflow_report_v1_ListPoliciesResponse, ListPoliciesResponse__Output as _sealflow_report_v1_ListPoliciesResponse__Output } from '../../../sealflow/report/v1/ListPoliciesResponse.js';
import type { SampleRunsRequest as _sealflow_report_v1_SampleRunsRequest, SampleRunsRequest__Output as _sealflow_report_v1_SampleRunsRequest__Output } from '../../../sealflow/report/v1/SampleRunsRequest.js';
import type { SampleRunsResponse as _sealflow_report_v1_SampleRunsResponse, SampleRunsResponse__Output as _sealflow_report_v1_SampleRunsResponse__Output } from '../../../sealflow/report/v1/SampleRunsResponse.js';

export interface ReportServiceClient extends grpc.Client {
  GetOverview(argument: _sealflow_report_v1_GetOverviewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetOverviewResponse__Output>): grpc.ClientUnaryCall;
  GetOverview(argument: _sealflow_report_v1_GetOverviewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_GetOverviewResponse__Output>): grpc.ClientUnaryCall;
  GetOverview(argument: _sealflow_report_v1_GetOverviewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetOverviewResponse__Output>): grpc.ClientUnaryCall;
  GetOverview(argument: _sealflow_report_v1_GetOverviewRequest, callback: grpc.requestCallback<_sealflow_report_v1_GetOverviewResponse__Output>): grpc.ClientUnaryCall;
  getOverview(argument: _sealflow_report_v1_GetOverviewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetOverviewResponse__Output>): grpc.ClientUnaryCall;
  getOverview(argument: _sealflow_report_v1_GetOverviewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_GetOverviewResponse__Output>): grpc.ClientUnaryCall;
  getOverview(argument: _sealflow_report_v1_GetOverviewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetOverviewResponse__Output>): grpc.ClientUnaryCall;
  getOverview(argument: _sealflow_report_v1_GetOverviewRequest, callback: grpc.requestCallback<_sealflow_report_v1_GetOverviewResponse__Output>): grpc.ClientUnaryCall;
  
  GetPolicy(argument: _sealflow_report_v1_GetPolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetPolicyResponse__Output>): grpc.ClientUnaryCall;
  GetPolicy(argument: _sealflow_report_v1_GetPolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_GetPolicyResponse__Output>): grpc.ClientUnaryCall;
  GetPolicy(argument: _sealflow_report_v1_GetPolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetPolicyResponse__Output>): grpc.ClientUnaryCall;
  GetPolicy(argument: _sealflow_report_v1_GetPolicyRequest, callback: grpc.requestCallback<_sealflow_report_v1_GetPolicyResponse__Output>): grpc.ClientUnaryCall;
  getPolicy(argument: _sealflow_report_v1_GetPolicyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetPolicyResponse__Output>): grpc.ClientUnaryCall;
  getPolicy(argument: _sealflow_report_v1_GetPolicyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_GetPolicyResponse__Output>): grpc.ClientUnaryCall;
  getPolicy(argument: _sealflow_report_v1_GetPolicyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetPolicyResponse__Output>): grpc.ClientUnaryCall;
  getPolicy(argument: _sealflow_report_v1_GetPolicyRequest, callback: grpc.requestCallback<_sealflow_report_v1_GetPolicyResponse__Output>): grpc.ClientUnaryCall;
  
  GetReport(argument: _sealflow_report_v1_GetReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetReportResponse__Output>): grpc.ClientUnaryCall;
  GetReport(argument: _sealflow_report_v1_GetReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_GetReportResponse__Output>): grpc.ClientUnaryCall;
  GetReport(argument: _sealflow_report_v1_GetReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetReportResponse__Output>): grpc.ClientUnaryCall;
  GetReport(argument: _sealflow_report_v1_GetReportRequest, callback: grpc.requestCallback<_sealflow_report_v1_GetReportResponse__Output>): grpc.ClientUnaryCall;
  getReport(argument: _sealflow_report_v1_GetReportRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetReportResponse__Output>): grpc.ClientUnaryCall;
  getReport(argument: _sealflow_report_v1_GetReportRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_GetReportResponse__Output>): grpc.ClientUnaryCall;
  getReport(argument: _sealflow_report_v1_GetReportRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_GetReportResponse__Output>): grpc.ClientUnaryCall;
  getReport(argument: _sealflow_report_v1_GetReportRequest, callback: grpc.requestCallback<_sealflow_report_v1_GetReportResponse__Output>): grpc.ClientUnaryCall;
  
  ListApprovals(argument: _sealflow_report_v1_ListApprovalsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListApprovalsResponse__Output>): grpc.ClientUnaryCall;
  ListApprovals(argument: _sealflow_report_v1_ListApprovalsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_ListApprovalsResponse__Output>): grpc.ClientUnaryCall;
  ListApprovals(argument: _sealflow_report_v1_ListApprovalsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListApprovalsResponse__Output>): grpc.ClientUnaryCall;
  ListApprovals(argument: _sealflow_report_v1_ListApprovalsRequest, callback: grpc.requestCallback<_sealflow_report_v1_ListApprovalsResponse__Output>): grpc.ClientUnaryCall;
  listApprovals(argument: _sealflow_report_v1_ListApprovalsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListApprovalsResponse__Output>): grpc.ClientUnaryCall;
  listApprovals(argument: _sealflow_report_v1_ListApprovalsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_ListApprovalsResponse__Output>): grpc.ClientUnaryCall;
  listApprovals(argument: _sealflow_report_v1_ListApprovalsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListApprovalsResponse__Output>): grpc.ClientUnaryCall;
  listApprovals(argument: _sealflow_report_v1_ListApprovalsRequest, callback: grpc.requestCallback<_sealflow_report_v1_ListApprovalsResponse__Output>): grpc.ClientUnaryCall;
  
  ListExecutors(argument: _sealflow_report_v1_ListExecutorsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListExecutorsResponse__Output>): grpc.ClientUnaryCall;
  ListExecutors(argument: _sealflow_report_v1_ListExecutorsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_ListExecutorsResponse__Output>): grpc.ClientUnaryCall;
  ListExecutors(argument: _sealflow_report_v1_ListExecutorsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListExecutorsResponse__Output>): grpc.ClientUnaryCall;
  ListExecutors(argument: _sealflow_report_v1_ListExecutorsRequest, callback: grpc.requestCallback<_sealflow_report_v1_ListExecutorsResponse__Output>): grpc.ClientUnaryCall;
  listExecutors(argument: _sealflow_report_v1_ListExecutorsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListExecutorsResponse__Output>): grpc.ClientUnaryCall;
  listExecutors(argument: _sealflow_report_v1_ListExecutorsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_ListExecutorsResponse__Output>): grpc.ClientUnaryCall;
  listExecutors(argument: _sealflow_report_v1_ListExecutorsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListExecutorsResponse__Output>): grpc.ClientUnaryCall;
  listExecutors(argument: _sealflow_report_v1_ListExecutorsRequest, callback: grpc.requestCallback<_sealflow_report_v1_ListExecutorsResponse__Output>): grpc.ClientUnaryCall;
  
  ListPolicies(argument: _sealflow_report_v1_ListPoliciesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _sealflow_report_v1_ListPoliciesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _sealflow_report_v1_ListPoliciesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  ListPolicies(argument: _sealflow_report_v1_ListPoliciesRequest, callback: grpc.requestCallback<_sealflow_report_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _sealflow_report_v1_ListPoliciesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _sealflow_report_v1_ListPoliciesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _sealflow_report_v1_ListPoliciesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  listPolicies(argument: _sealflow_report_v1_ListPoliciesRequest, callback: grpc.requestCallback<_sealflow_report_v1_ListPoliciesResponse__Output>): grpc.ClientUnaryCall;
  
  SampleRuns(argument: _sealflow_report_v1_SampleRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_SampleRunsResponse__Output>): grpc.ClientUnaryCall;
  SampleRuns(argument: _sealflow_report_v1_SampleRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_SampleRunsResponse__Output>): grpc.ClientUnaryCall;
  SampleRuns(argument: _sealflow_report_v1_SampleRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_SampleRunsResponse__Output>): grpc.ClientUnaryCall;
  SampleRuns(argument: _sealflow_report_v1_SampleRunsRequest, callback: grpc.requestCallback<_sealflow_report_v1_SampleRunsResponse__Output>): grpc.ClientUnaryCall;
  sampleRuns(argument: _sealflow_report_v1_SampleRunsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_SampleRunsResponse__Output>): grpc.ClientUnaryCall;
  sampleRuns(argument: _sealflow_report_v1_SampleRunsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_sealflow_report_v1_SampleRunsResponse__Output>): grpc.ClientUnaryCall;
  sampleRuns(argument: _sealflow_report_v1_SampleRunsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_sealflow_report_v1_SampleRunsResponse__Output>): grpc.ClientUnaryCall;
  sampleRuns(argument: _sealflow_report_v1_SampleRunsRequest, callback: grpc.requestCallback<_sealflow_report_v1_SampleRunsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ReportServiceHandlers extends grpc.UntypedServiceImplementation {
  GetOverview: grpc.handleUnaryCall<_sealflow_report_v1_GetOverviewRequest__Output, _sealflow_report_v1_GetOverviewResponse>;
  
  GetPolicy: grpc.handleUnaryCall<_sealflow_report_v1_GetPolicyRequest__Output, _sealflow_report_v1_GetPolicyResponse>;
  
  GetReport: grpc.handleUnaryCall<_sealflow_report_v1_GetReportRequest__Output, _sealflow_report_v1_GetReportResponse>;
  
  ListApprovals: grpc.handleUnaryCall<_sealflow_report_v1_ListApprovalsRequest__Output, _sealflow_report_v1_ListApprovalsResponse>;
  
  ListExecutors: grpc.handleUnaryCall<_sealflow_report_v1_ListExecutorsRequest__Output, _sealflow_report_v1_ListExecutorsResponse>;
  
  ListPolicies: grpc.handleUnaryCall<_sealflow_report_v1_ListPoliciesRequest__Output, _sealflow_report_v1_ListPoliciesResponse>;
  
  SampleRuns: grpc.handleUnaryCall<_sealflow_report_v1_SampleRunsRequest__Output, _sealflow_report_v1_SampleRunsResponse>;
  
}

export interface ReportServiceDefinition extends grpc.ServiceDefinition {
  GetOverview: MethodDefinition<_sealflow_report_v1_GetOverviewRequest, _sealflow_report_v1_GetOverviewResponse, _sealflow_report_v1_GetOverviewRequest__Output, _sealflow_report_v1_GetOverviewResponse__Output>
  GetPolicy: MethodDefinition<_sealflow_report_v1_GetPolicyRequest, _sealflow_report_v1_GetPolicyResponse, _sealflow_report_v1_GetPolicyRequest__Output, _sealflow_report_v1_GetPolicyResponse__Output>
  GetReport: MethodDefinition<_sealflow_report_v1_GetReportRequest, _sealflow_report_v1_GetReportResponse, _sealflow_report_v1_GetReportRequest__Output, _sealflow_report_v1_GetReportResponse__Output>
  ListApprovals: MethodDefinition<_sealflow_report_v1_ListApprovalsRequest, _sealflow_report_v1_ListApprovalsResponse, _sealflow_report_v1_ListApprovalsRequest__Output, _sealflow_report_v1_ListApprovalsResponse__Output>
  ListExecutors: MethodDefinition<_sealflow_report_v1_ListExecutorsRequest, _sealflow_report_v1_ListExecutorsResponse, _sealflow_report_v1_ListExecutorsRequest__Output, _sealflow_report_v1_ListExecutorsResponse__Output>
  ListPolicies: MethodDefinition<_sealflow_report_v1_ListPoliciesRequest, _sealflow_report_v1_ListPoliciesResponse, _sealflow_report_v1_ListPoliciesRequest__Output, _sealflow_report_v1_ListPoliciesResponse__Output>
  SampleRuns: MethodDefinition<_sealflow_report_v1_SampleRunsRequest, _sealflow_report_v1_SampleRunsResponse, _sealflow_report_v1_SampleRunsRequest__Output, _sealflow_report_v1_SampleRunsResponse__Output>
}
