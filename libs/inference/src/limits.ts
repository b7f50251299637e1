/** What a network may be at most. Each bound keeps one reader, evaluator or circuit within what it was tested for. */
export const INPUTS_MAX = 4_096;
export const LAYERS_MAX = 16;
export const UNITS_MAX = 1_024;
/** A million constraints in the committed form, and beyond what one proof of this system can hold. */
export const WEIGHTS_MAX = 2 ** 18;
/** Below 2^53: the evaluator counts in doubles, and every value it meets must be an exact integer. */
export const ACCUMULATOR_BITS_MAX = 50;
export const WEIGHT_BITS_MAX = 16;
export const BIAS_BITS_MAX = 32;
export const SHIFT_MAX = 32;
export const NETWORK_BYTES_MAX = 4 * 2 ** 20;
/** Values of an edge that a Poseidon commitment takes. */
export const INPUT_FIELDS_MAX = 15;
/** Bits that are packed into one field element of BN254 without a way around its modulus. */
export const PACKED_BITS = 248;
