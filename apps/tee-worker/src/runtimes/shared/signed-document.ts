import {
  canonicalBytes,
  concatBytes,
  ed25519Sign,
  ed25519Verify,
  fromBase64,
  type JsonObject,
  toBase64,
  utf8,
} from '#canonical';

/**
 * Small documents that carry their own signature: Ed25519 over `"<version>\0" || JCS(document without signature)`.
 * The version in front keeps a signature of one kind of document from fitting another.
 */
function signedBytes(document: JsonObject, version: string): Uint8Array {
  const { signature: _signature, ...unsigned } = document;
  return concatBytes(utf8(`${version}\0`), canonicalBytes(unsigned));
}

export function signDocument(document: JsonObject, version: string, seed: Uint8Array): JsonObject {
  return { ...document, signature: toBase64(ed25519Sign(seed, signedBytes(document, version))) };
}

/** @param publicKey and `signature` as base64 of 32 and 64 bytes, checked by the caller's parser. */
export function isSignedDocument(document: JsonObject, version: string, publicKey: string): boolean {
  const { signature } = document;
  if (typeof signature !== 'string') return false;
  return ed25519Verify(fromBase64(publicKey), signedBytes(document, version), fromBase64(signature));
}
