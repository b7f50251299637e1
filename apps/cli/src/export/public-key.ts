import { fromBase64 } from '#canonical';
import { UsageError } from '../output/failure.js';

/** Of `--signer`: an Ed25519 key as `provenance sign` prints it. @throws UsageError */
export function parseSigner(text: string): Uint8Array {
  const wrong = new UsageError(`--signer: expected base64 of 32 bytes, got ${text.slice(0, 60)}`);
  try {
    const key = fromBase64(text);
    if (key.length === 32) return key;
  } catch {
    // The one message says what was expected.
  }
  throw wrong;
}
