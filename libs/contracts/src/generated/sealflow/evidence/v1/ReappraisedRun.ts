// Original file: /proto/sealflow/evidence/v1/evidence.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { ReappraisalFate as _sealflow_evidence_v1_ReappraisalFate, ReappraisalFate__Output as _sealflow_evidence_v1_ReappraisalFate__Output } from '../../../sealflow/evidence/v1/ReappraisalFate.js';
import type { ReappraisalMatch as _sealflow_evidence_v1_ReappraisalMatch, ReappraisalMatch__Output as _sealflow_evidence_v1_ReappraisalMatch__Output } from '../../../sealflow/evidence/v1/ReappraisalMatch.js';

export interface ReappraisedRun {
  'run'?: (string);
  'endTime'?: (_google_protobuf_Timestamp | null);
  'fate'?: (_sealflow_evidence_v1_ReappraisalFate);
  'outcome'?: (string);
  'reason'?: (string);
  'reasons'?: (string)[];
  'matchedBy'?: (_sealflow_evidence_v1_ReappraisalMatch)[];
  'simulated'?: (boolean);
  'bundle'?: (string);
}

export interface ReappraisedRun__Output {
  'run': (string);
  'endTime': (_google_protobuf_Timestamp__Output | null);
  'fate': (_sealflow_evidence_v1_ReappraisalFate__Output);
  'outcome': (string);
  'reason': (string);
  'reasons': (string)[];
  'matchedBy': (_sealflow_evidence_v1_ReappraisalMatch__Output)[];
  'simulated': (boolean);
  'bundle': (string);
}
