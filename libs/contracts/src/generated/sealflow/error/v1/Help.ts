// Original file: /proto/sealflow/error/v1/status.proto


export interface _sealflow_error_v1_Help_Link {
  'description'?: (string);
  'url'?: (string);
}

export interface _sealflow_error_v1_Help_Link__Output {
  'description': (string);
  'url': (string);
}

export interface Help {
  'links'?: (_sealflow_error_v1_Help_Link)[];
}

export interface Help__Output {
  'links': (_sealflow_error_v1_Help_Link__Output)[];
}
