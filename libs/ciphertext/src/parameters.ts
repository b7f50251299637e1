/**
 * The parameter sets of the two kinds of ledger. Everything that reads, makes or adds a ciphertext takes one of
 * these; a ciphertext says by its parms_id which one it belongs to.
 *
 * BFV with N = 8192 gives 8192 accounts a page; the 60-bit batching prime holds 59-bit amounts without limbs.
 */
export interface FheParameters {
  readonly name: ParameterSetName;
  readonly scheme: 'BFV';
  /** N: ring dimension and number of slots. */
  readonly polyModulusDegree: number;
  /** Primes of a ciphertext, in order. */
  readonly coeffModulus: readonly bigint[];
  /** SEAL's further prime, of keys only: public-key encryption works above it and divides it off with its noise. */
  readonly keyPrime: bigint;
  /** t: slot values are integers modulo this prime. */
  readonly plainModulus: bigint;
  readonly securityBits: number;
  /** SEAL's parms_id of a fresh ciphertext: a hash of scheme, N, the primes and t, as its 32 bytes in hex. */
  readonly paramsId: string;
  /** The same with `keyPrime` among the primes: what keys say. */
  readonly keyParamsId: string;
}

export type ParameterSetName = 'ledger' | 'ledger-pages';

/**
 * One page, one change a workflow step. The coefficient modulus is SEAL's default for 128-bit classical security
 * (HomomorphicEncryption.org table: at most 218 bits for this N).
 */
export const ledgerParameters: FheParameters = {
  name: 'ledger',
  scheme: 'BFV',
  polyModulusDegree: 8192,
  coeffModulus: [8796092858369n, 8796092792833n, 17592186028033n, 17592185438209n],
  keyPrime: 17592184717313n,
  plainModulus: 1152921504606830593n,
  securityBits: 128,
  paramsId: '9bc1cbb00dfbe14539aee0da9d45d8b8bcbf8523d1efe89dc715b55fcfec095d',
  keyParamsId: '05810a66212e1444ae085675ae4fac758f729728eacb3c7373eccd86325635da',
};

/**
 * Pages of many accounts, changed by batches of intents. The three largest 60-bit primes that are 1 modulo 2N, after
 * t, which is the largest of all: 180 bits of the 218, so more security than above, and half the bytes and time. An
 * add-only page needs no more: what a fresh one has and what 4096 additions leave is measured by a test.
 */
export const pageParameters: FheParameters = {
  name: 'ledger-pages',
  scheme: 'BFV',
  polyModulusDegree: 8192,
  coeffModulus: [1152921504606601217n, 1152921504606683137n],
  keyPrime: 1152921504606748673n,
  plainModulus: 1152921504606830593n,
  securityBits: 128,
  paramsId: 'a69c752ec3cec9fdf91be308e21595f24bf3b797e43ce5204b695b69f45f4fc9',
  keyParamsId: '4a9bc8e1e21b7ea6550f9a7ab72243da932d055cc3bd6cb7c52ac9838b64309c',
};

export const parameterSets: Readonly<Record<ParameterSetName, FheParameters>> = {
  ledger: ledgerParameters,
  'ledger-pages': pageParameters,
};

/** The form that step evidence carries; integers above 2^53 are decimal strings. */
export function parametersToJson(parameters: FheParameters = ledgerParameters): {
  readonly scheme: string;
  readonly polyModulusDegree: number;
  readonly coeffModulus: readonly string[];
  readonly plainModulus: string;
  readonly securityBits: number;
} {
  return {
    scheme: parameters.scheme,
    polyModulusDegree: parameters.polyModulusDegree,
    coeffModulus: parameters.coeffModulus.map(String),
    plainModulus: parameters.plainModulus.toString(),
    securityBits: parameters.securityBits,
  };
}

/**
 * Additions a page takes before it must be encrypted afresh.
 *
 * A static count, because asking SEAL for the remaining budget leaks the key on chosen ciphertexts (SEAL
 * SECURITY.md). n additions cost at most log2(n) bits: 12 of the 106 that a fresh page has under `ledgerParameters`,
 * and 12 of about 50 under `pageParameters`.
 */
export const addCountMax = 4096;
