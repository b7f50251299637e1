// Original file: /proto/sealflow/attestation/v1/attestation.proto


export interface FirmwareVersion {
  'device'?: (string);
  'part'?: (string);
  'version'?: (string);
}

export interface FirmwareVersion__Output {
  'device': (string);
  'part': (string);
  'version': (string);
}
