// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface ReappraisalMatch {
  'by'?: (string);
  'value'?: (string);
  'certain'?: (boolean);
}

export interface ReappraisalMatch__Output {
  'by': (string);
  'value': (string);
  'certain': (boolean);
}
