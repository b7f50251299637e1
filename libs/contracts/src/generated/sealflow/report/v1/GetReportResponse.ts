// Original file: /proto/sealflow/report/v1/report.proto

import type { ReportFormat as _sealflow_report_v1_ReportFormat, ReportFormat__Output as _sealflow_report_v1_ReportFormat__Output } from '../../../sealflow/report/v1/ReportFormat.js';

export interface GetReportResponse {
  'formats'?: (_sealflow_report_v1_ReportFormat)[];
}

export interface GetReportResponse__Output {
  'formats': (_sealflow_report_v1_ReportFormat__Output)[];
}
