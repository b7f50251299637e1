/**
 * The one parameter set of the page ledger.
 *
 * BFV with N = 8192 gives 8192 accounts a page; the 60-bit batching prime holds 59-bit amounts without limbs;
 * the coefficient modulus is SEAL's default for 128-bit classical security (HomomorphicEncryption.org table).
 */
export interface FheParameters {
  readonly scheme: 'BFV';
  /** N: ring dimension and number of slots. */
  readonly polyModulusDegree: number;
  /** Primes of a ciphertext, in order. SEAL keeps one more for key switching, which an add-only ledger never uses. */
  readonly coeffModulus: readonly bigint[];
  /** t: slot values are integers modulo this prime. */
  readonly plainModulus: bigint;
  readonly securityBits: number;
  /** SEAL's parms_id of a fresh ciphertext: a hash of all of the above, as its 32 bytes in hex. */
  readonly paramsId: string;
}

export const ledgerParameters: FheParameters = {
  scheme: 'BFV',
  polyModulusDegree: 8192,
  coeffModulus: [8796092858369n, 8796092792833n, 17592186028033n, 17592185438209n],
  plainModulus: 1152921504606830593n,
  securityBits: 128,
  paramsId: '9bc1cbb00dfbe14539aee0da9d45d8b8bcbf8523d1efe89dc715b55fcfec095d',
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
 * SECURITY.md). A fresh page has 106 bits of budget and n additions cost at most log2(n) of them, so 4096 leave 94.
 */
export const addCountMax = 4096;
