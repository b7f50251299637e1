import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetOverviewRequest__Output,
  GetOverviewResponse,
  GetPolicyRequest__Output,
  GetPolicyResponse,
  GetReportRequest__Output,
  GetReportResponse,
  ListApprovalsRequest__Output,
  ListApprovalsResponse,
  ListExecutorsRequest__Output,
  ListExecutorsResponse,
  ListPoliciesRequest__Output,
  ListPoliciesResponse,
  SampleRunsRequest__Output,
  SampleRunsResponse,
} from '#contracts';
import { ApprovalList } from './approval-list.js';
import { ExecutorList } from './executor-list.js';
import { OverviewReader } from './overview-reader.js';
import { PolicyReader } from './policy-reader.js';
import { ReportMaker } from './report-maker.js';
import { RunSampler } from './run-sampler.js';

/** What is asked over many runs. All of it reads. */
@Controller()
export class ReportController {
  constructor(
    private readonly overviews: OverviewReader,
    private readonly sampler: RunSampler,
    private readonly approvals: ApprovalList,
    private readonly policies: PolicyReader,
    private readonly executors: ExecutorList,
    private readonly reports: ReportMaker,
  ) {}

  @GrpcMethod('ReportService', 'GetOverview')
  getOverview(request: GetOverviewRequest__Output): Promise<GetOverviewResponse> {
    return this.overviews.overview(request);
  }

  @GrpcMethod('ReportService', 'SampleRuns')
  sampleRuns(request: SampleRunsRequest__Output): Promise<SampleRunsResponse> {
    return this.sampler.sample(request);
  }

  @GrpcMethod('ReportService', 'ListApprovals')
  listApprovals(request: ListApprovalsRequest__Output): Promise<ListApprovalsResponse> {
    return this.approvals.list(request);
  }

  @GrpcMethod('ReportService', 'ListPolicies')
  listPolicies(request: ListPoliciesRequest__Output): Promise<ListPoliciesResponse> {
    return this.policies.list(request);
  }

  @GrpcMethod('ReportService', 'GetPolicy')
  getPolicy(request: GetPolicyRequest__Output): Promise<GetPolicyResponse> {
    return this.policies.get(request);
  }

  @GrpcMethod('ReportService', 'ListExecutors')
  listExecutors(request: ListExecutorsRequest__Output): Promise<ListExecutorsResponse> {
    return this.executors.list(request);
  }

  @GrpcMethod('ReportService', 'GetReport')
  getReport(request: GetReportRequest__Output): Promise<GetReportResponse> {
    return this.reports.make(request);
  }
}
