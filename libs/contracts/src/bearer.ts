/** An API key, or what gives a token for each call, e.g. one that is renewed in time. */
export type Bearer = string | (() => string | Promise<string>);

const printable = /^[\x21-\x7e]{1,16384}$/;

/**
 * The credential of one call, for ways without interceptors; null without one.
 *
 * @throws RangeError for a text that is no credential, without the text; whatever the source of tokens throws
 */
export async function credentialOf(bearer: Bearer | undefined): Promise<string | null> {
  if (bearer === undefined) return null;
  const credential = typeof bearer === 'string' ? bearer : await bearer();
  requireCredential(credential);
  return credential;
}

/** A line break in a header would be refused with the header quoted, and with it the secret. */
export function requireCredential(credential: string): void {
  if (!printable.test(credential)) throw new RangeError('expected an API key or a token, got another text');
}
