/** Quantised networks: their file, what they compute, how they are committed, and the way to one from ONNX. */
export { type Interval, type LayerBounds, magnitudeBits, type NetworkMode, networkBounds } from './bounds.js';
export {
  bitLength,
  fieldCount,
  inputFields,
  inputOffset,
  inputSlots,
  inputWidth,
  modelSlots,
  modelValues,
  networkCommitment,
  packed,
  parseInputFields,
  poseidonChain,
  type Slot,
  slotsOf,
} from './commitment.js';
export { activated, checkInputs, dense, evaluateNetwork, type Inference } from './evaluate.js';
export {
  evaluateFloat,
  type FloatLayer,
  type FloatNetwork,
  indexOfLargest,
  type ScaledInputs,
} from './float-network.js';
export { InferenceError, type InferenceErrorCode } from './inference-error.js';
export { PACKED_BITS } from './limits.js';
export {
  checkNetwork,
  type DenseLayer,
  encodeNetwork,
  type InputGroup,
  inputCount,
  type Network,
  type NetworkOutput,
  networkDigest,
  parseNetwork,
  weightCount,
} from './network.js';
export { ONNX_OPERATORS, parseOnnx } from './onnx.js';
export { writeOnnx } from './onnx-writer.js';
export { type Accuracy, measureAccuracy, type QuantiseOptions, quantise } from './quantise.js';
