import { concatBytes, type Digest, digestOf, utf8 } from '#canonical';

/** DSSE 1.0.2 protocol.md, "Pre-Authentication Encoding": the only bytes that are ever signed. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/** Names a statement whoever signed it: `sha256:` of its pre-authentication encoding. */
export function paeDigest(payloadType: string, payload: Uint8Array): Digest {
  return digestOf(pae(payloadType, payload));
}
