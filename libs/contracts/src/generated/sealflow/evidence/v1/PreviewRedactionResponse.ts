// Original file: /proto/sealflow/evidence/v1/evidence.proto


export interface PreviewRedactionResponse {
  'digest'?: (string);
  'size'?: (string);
  'shownSteps'?: (string)[];
  'withheldSteps'?: (number);
  'detachedBlobs'?: (string)[];
  'withheldFields'?: (number);
  'bundle'?: (string);
}

export interface PreviewRedactionResponse__Output {
  'digest': (string);
  'size': (string);
  'shownSteps': (string)[];
  'withheldSteps': (number);
  'detachedBlobs': (string)[];
  'withheldFields': (number);
  'bundle': (string);
}
