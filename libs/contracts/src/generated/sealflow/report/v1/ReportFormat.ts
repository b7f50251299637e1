// Original file: /proto/sealflow/report/v1/report.proto


export interface ReportFormat {
  'format'?: (string);
  'mediaType'?: (string);
  'content'?: (Buffer | Uint8Array | string);
}

export interface ReportFormat__Output {
  'format': (string);
  'mediaType': (string);
  'content': (Buffer);
}
