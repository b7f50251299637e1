// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface ListEvidenceAccessRequest {
  'parent'?: (string);
  'run'?: (string);
  'pageSize'?: (number);
  'pageToken'?: (string);
  'filter'?: (string);
  'orderBy'?: (string);
}

export interface ListEvidenceAccessRequest__Output {
  'parent': (string);
  'run': (string);
  'pageSize': (number);
  'pageToken': (string);
  'filter': (string);
  'orderBy': (string);
}
