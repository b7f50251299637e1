/**
 * In a browser a trust file is brought by the page, or chosen by its reader. An address is not enough: whoever answers
 * there would say what is to be believed.
 *
 * @throws RangeError
 */
export async function readTrust(): Promise<Uint8Array> {
  throw new RangeError('trust: expected a trust file or its bytes in a browser, got a path');
}
