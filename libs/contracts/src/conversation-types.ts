export type {
  ConverseRequest,
  ConverseRequest__Output,
} from './generated/sealflow/conversation/v1/ConverseRequest.js';
export type {
  ConverseResponse,
  ConverseResponse__Output,
} from './generated/sealflow/conversation/v1/ConverseResponse.js';
export type {
  RelayRequest,
  RelayRequest__Output,
} from './generated/sealflow/conversation/v1/RelayRequest.js';
export type {
  RelayResponse,
  RelayResponse__Output,
} from './generated/sealflow/conversation/v1/RelayResponse.js';
export type { Call__Output } from './generated/sealflow/worker/v1/Call.js';
