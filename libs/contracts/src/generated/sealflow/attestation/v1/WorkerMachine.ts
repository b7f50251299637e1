// Original file: /proto/sealflow/attestation/v1/attestation.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../../google/protobuf/Timestamp.js';
import type { MachineLevel as _sealflow_attestation_v1_MachineLevel, MachineLevel__Output as _sealflow_attestation_v1_MachineLevel__Output } from '../../../sealflow/attestation/v1/MachineLevel.js';
import type { FirmwareVersion as _sealflow_attestation_v1_FirmwareVersion, FirmwareVersion__Output as _sealflow_attestation_v1_FirmwareVersion__Output } from '../../../sealflow/attestation/v1/FirmwareVersion.js';

export interface WorkerMachine {
  'evidenceTime'?: (_google_protobuf_Timestamp | null);
  'level'?: (_sealflow_attestation_v1_MachineLevel);
  'platform'?: (string);
  'tcbStatus'?: (string);
  'tcbTime'?: (_google_protobuf_Timestamp | null);
  'collateralTime'?: (_google_protobuf_Timestamp | null);
  'firmware'?: (_sealflow_attestation_v1_FirmwareVersion)[];
  'advisories'?: (string)[];
  'reasons'?: (string)[];
}

export interface WorkerMachine__Output {
  'evidenceTime': (_google_protobuf_Timestamp__Output | null);
  'level': (_sealflow_attestation_v1_MachineLevel__Output);
  'platform': (string);
  'tcbStatus': (string);
  'tcbTime': (_google_protobuf_Timestamp__Output | null);
  'collateralTime': (_google_protobuf_Timestamp__Output | null);
  'firmware': (_sealflow_attestation_v1_FirmwareVersion__Output)[];
  'advisories': (string)[];
  'reasons': (string)[];
}
