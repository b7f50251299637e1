// Original file: /proto/sealflow/worker/v1/worker.proto

import type { Register as _sealflow_worker_v1_Register, Register__Output as _sealflow_worker_v1_Register__Output } from '../../../sealflow/worker/v1/Register.js';
import type { Offer as _sealflow_worker_v1_Offer, Offer__Output as _sealflow_worker_v1_Offer__Output } from '../../../sealflow/worker/v1/Offer.js';
import type { Progress as _sealflow_worker_v1_Progress, Progress__Output as _sealflow_worker_v1_Progress__Output } from '../../../sealflow/worker/v1/Progress.js';
import type { Renew as _sealflow_worker_v1_Renew, Renew__Output as _sealflow_worker_v1_Renew__Output } from '../../../sealflow/worker/v1/Renew.js';
import type { Complete as _sealflow_worker_v1_Complete, Complete__Output as _sealflow_worker_v1_Complete__Output } from '../../../sealflow/worker/v1/Complete.js';
import type { Fail as _sealflow_worker_v1_Fail, Fail__Output as _sealflow_worker_v1_Fail__Output } from '../../../sealflow/worker/v1/Fail.js';
import type { CallChunk as _sealflow_worker_v1_CallChunk, CallChunk__Output as _sealflow_worker_v1_CallChunk__Output } from '../../../sealflow/worker/v1/CallChunk.js';
import type { CallEnd as _sealflow_worker_v1_CallEnd, CallEnd__Output as _sealflow_worker_v1_CallEnd__Output } from '../../../sealflow/worker/v1/CallEnd.js';
import type { CallFail as _sealflow_worker_v1_CallFail, CallFail__Output as _sealflow_worker_v1_CallFail__Output } from '../../../sealflow/worker/v1/CallFail.js';

export interface ConnectRequest {
  'register'?: (_sealflow_worker_v1_Register | null);
  'offer'?: (_sealflow_worker_v1_Offer | null);
  'progress'?: (_sealflow_worker_v1_Progress | null);
  'renew'?: (_sealflow_worker_v1_Renew | null);
  'complete'?: (_sealflow_worker_v1_Complete | null);
  'fail'?: (_sealflow_worker_v1_Fail | null);
  'callChunk'?: (_sealflow_worker_v1_CallChunk | null);
  'callEnd'?: (_sealflow_worker_v1_CallEnd | null);
  'callFail'?: (_sealflow_worker_v1_CallFail | null);
  'kind'?: "register"|"offer"|"progress"|"renew"|"complete"|"fail"|"callChunk"|"callEnd"|"callFail";
}

export interface ConnectRequest__Output {
  'register'?: (_sealflow_worker_v1_Register__Output | null);
  'offer'?: (_sealflow_worker_v1_Offer__Output | null);
  'progress'?: (_sealflow_worker_v1_Progress__Output | null);
  'renew'?: (_sealflow_worker_v1_Renew__Output | null);
  'complete'?: (_sealflow_worker_v1_Complete__Output | null);
  'fail'?: (_sealflow_worker_v1_Fail__Output | null);
  'callChunk'?: (_sealflow_worker_v1_CallChunk__Output | null);
  'callEnd'?: (_sealflow_worker_v1_CallEnd__Output | null);
  'callFail'?: (_sealflow_worker_v1_CallFail__Output | null);
  'kind'?: "register"|"offer"|"progress"|"renew"|"complete"|"fail"|"callChunk"|"callEnd"|"callFail";
}
