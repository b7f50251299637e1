// Original file: /proto/sealflow/worker/v1/worker.proto

import type { Challenge as _sealflow_worker_v1_Challenge, Challenge__Output as _sealflow_worker_v1_Challenge__Output } from '../../../sealflow/worker/v1/Challenge.js';
import type { Accepted as _sealflow_worker_v1_Accepted, Accepted__Output as _sealflow_worker_v1_Accepted__Output } from '../../../sealflow/worker/v1/Accepted.js';
import type { OfferRequest as _sealflow_worker_v1_OfferRequest, OfferRequest__Output as _sealflow_worker_v1_OfferRequest__Output } from '../../../sealflow/worker/v1/OfferRequest.js';
import type { Lease as _sealflow_worker_v1_Lease, Lease__Output as _sealflow_worker_v1_Lease__Output } from '../../../sealflow/worker/v1/Lease.js';
import type { Revoke as _sealflow_worker_v1_Revoke, Revoke__Output as _sealflow_worker_v1_Revoke__Output } from '../../../sealflow/worker/v1/Revoke.js';
import type { Drain as _sealflow_worker_v1_Drain, Drain__Output as _sealflow_worker_v1_Drain__Output } from '../../../sealflow/worker/v1/Drain.js';
import type { Call as _sealflow_worker_v1_Call, Call__Output as _sealflow_worker_v1_Call__Output } from '../../../sealflow/worker/v1/Call.js';
import type { CallCancel as _sealflow_worker_v1_CallCancel, CallCancel__Output as _sealflow_worker_v1_CallCancel__Output } from '../../../sealflow/worker/v1/CallCancel.js';

export interface ConnectResponse {
  'challenge'?: (_sealflow_worker_v1_Challenge | null);
  'accepted'?: (_sealflow_worker_v1_Accepted | null);
  'offerRequest'?: (_sealflow_worker_v1_OfferRequest | null);
  'lease'?: (_sealflow_worker_v1_Lease | null);
  'revoke'?: (_sealflow_worker_v1_Revoke | null);
  'drain'?: (_sealflow_worker_v1_Drain | null);
  'call'?: (_sealflow_worker_v1_Call | null);
  'callCancel'?: (_sealflow_worker_v1_CallCancel | null);
  'kind'?: "challenge"|"accepted"|"offerRequest"|"lease"|"revoke"|"drain"|"call"|"callCancel";
}

export interface ConnectResponse__Output {
  'challenge'?: (_sealflow_worker_v1_Challenge__Output | null);
  'accepted'?: (_sealflow_worker_v1_Accepted__Output | null);
  'offerRequest'?: (_sealflow_worker_v1_OfferRequest__Output | null);
  'lease'?: (_sealflow_worker_v1_Lease__Output | null);
  'revoke'?: (_sealflow_worker_v1_Revoke__Output | null);
  'drain'?: (_sealflow_worker_v1_Drain__Output | null);
  'call'?: (_sealflow_worker_v1_Call__Output | null);
  'callCancel'?: (_sealflow_worker_v1_CallCancel__Output | null);
  'kind'?: "challenge"|"accepted"|"offerRequest"|"lease"|"revoke"|"drain"|"call"|"callCancel";
}
