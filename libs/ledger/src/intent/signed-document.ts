import {
  type Bytes,
  canonicalBytes,
  concatBytes,
  type Digest,
  digestOf,
  ed25519Sign,
  ed25519Verify,
  fromBase64,
  type JsonObject,
  toBase64,
  utf8,
} from '#canonical';

/*
 * Documents that carry their own signature: Ed25519 over `"<version>\0" || JCS(document without signature)`. The
 * version in front keeps a signature of one kind of document from fitting another.
 */

/** The bytes that a document's id is the digest of. */
export function unsignedBytes(document: JsonObject): Bytes {
  const { signature: _signature, ...unsigned } = document;
  return canonicalBytes(unsigned);
}

export function documentId(document: JsonObject): Digest {
  return digestOf(unsignedBytes(document));
}

export function signDocument(document: JsonObject, version: string, seed: Uint8Array): JsonObject {
  const bytes = concatBytes(utf8(`${version}\0`), unsignedBytes(document));
  return { ...document, signature: toBase64(ed25519Sign(seed, bytes)) };
}

/** @param publicKey and the signature as base64 of 32 and 64 bytes, checked by the caller's parser. */
export function isSignedDocument(
  unsigned: Uint8Array,
  version: string,
  keys: { readonly publicKey: string; readonly signature: string },
): boolean {
  const bytes = concatBytes(utf8(`${version}\0`), unsigned);
  return ed25519Verify(fromBase64(keys.publicKey), bytes, fromBase64(keys.signature));
}
