import { createPrivateKey } from 'node:crypto';
import { fromBase64Url } from '#canonical';
import { readBounded } from '../batch/read-bundle.js';
import { exitCode, UsageError } from '../output/failure.js';

/** PKCS #8, as openssl writes it. Nothing of the file is ever repeated in a message. */
export function readSigningSeed(file: string): Uint8Array {
  const pem = Buffer.from(readBounded(file, exitCode.malformed)).toString('utf8');
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return fromBase64Url(key.export({ format: 'jwk' }).d ?? '');
  } catch {
    // The one message below says what was expected.
  }
  throw new UsageError(
    `${file}: expected a private Ed25519 key in PEM: make one with openssl genpkey -algorithm ed25519`,
  );
}
