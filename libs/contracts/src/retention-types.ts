export type {
  LegalHold,
  LegalHold__Output,
} from './generated/sealflow/retention/v1/LegalHold.js';
export type {
  LiftHoldRequest,
  LiftHoldRequest__Output,
} from './generated/sealflow/retention/v1/LiftHoldRequest.js';
export type {
  LiftHoldResponse,
  LiftHoldResponse__Output,
} from './generated/sealflow/retention/v1/LiftHoldResponse.js';
export type {
  ListHoldsRequest,
  ListHoldsRequest__Output,
} from './generated/sealflow/retention/v1/ListHoldsRequest.js';
export type {
  ListHoldsResponse,
  ListHoldsResponse__Output,
} from './generated/sealflow/retention/v1/ListHoldsResponse.js';
export type {
  ListRetentionRecordsRequest,
  ListRetentionRecordsRequest__Output,
} from './generated/sealflow/retention/v1/ListRetentionRecordsRequest.js';
export type {
  ListRetentionRecordsResponse,
  ListRetentionRecordsResponse__Output,
} from './generated/sealflow/retention/v1/ListRetentionRecordsResponse.js';
export type {
  ListRetentionRequest,
  ListRetentionRequest__Output,
} from './generated/sealflow/retention/v1/ListRetentionRequest.js';
export type {
  ListRetentionResponse,
  ListRetentionResponse__Output,
} from './generated/sealflow/retention/v1/ListRetentionResponse.js';
export type {
  PlaceHoldRequest,
  PlaceHoldRequest__Output,
} from './generated/sealflow/retention/v1/PlaceHoldRequest.js';
export type {
  PlaceHoldResponse,
  PlaceHoldResponse__Output,
} from './generated/sealflow/retention/v1/PlaceHoldResponse.js';
export type {
  RetentionRecord,
  RetentionRecord__Output,
} from './generated/sealflow/retention/v1/RetentionRecord.js';
export type {
  RetentionRule,
  RetentionRule__Output,
} from './generated/sealflow/retention/v1/RetentionRule.js';
export type {
  SetRetentionRequest,
  SetRetentionRequest__Output,
} from './generated/sealflow/retention/v1/SetRetentionRequest.js';
export type {
  SetRetentionResponse,
  SetRetentionResponse__Output,
} from './generated/sealflow/retention/v1/SetRetentionResponse.js';
