export type InferenceErrorCode =
  /** The bytes are no network of the format that this lib reads. */
  | 'NETWORK_MALFORMED'
  /** An accumulator could leave the integers that evaluator and circuit agree on. */
  | 'NETWORK_OVERFLOW'
  /** An input is no integer of its range. */
  | 'INPUT_OUT_OF_RANGE'
  /** The bytes are no ONNX file, or one with a part that is out of bounds. */
  | 'ONNX_MALFORMED'
  /** The file is ONNX and asks for something outside the subset. */
  | 'ONNX_UNSUPPORTED'
  /** No integers of the asked width stand for these weights. */
  | 'QUANTISATION_FAILED';

/** Messages name layers, units and limits, never an input or an activation: those are somebody's data. */
export class InferenceError extends Error {
  override readonly name = 'InferenceError';

  constructor(
    readonly code: InferenceErrorCode,
    message: string,
  ) {
    super(message);
  }
}
