/**
 * Suite 2: the payload key is wrapped by HPKE (RFC 9180) in Base mode with DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256 and AES-256-GCM; the payload is chunked AES-256-GCM.
 *
 * Base mode says nothing about the sender, and Auth mode would let whoever steals a recipient's key pose as any
 * sender: the envelope's Ed25519 signature speaks for the sender.
 */

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { type Bytes, concatBytes, utf8 } from '#canonical';
import { chunkedBytes, decryptChunked, encryptChunked, SALT_BYTES } from './chunked.js';
import { draw, KEY_BYTES } from './keys.js';
import { SealingError } from './sealing-error.js';
import type { Suite } from './suite.js';

const INFO_PREFIX = utf8('sealflow/seal/v1');

const hpke = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

export const hpkeSuite: Suite = {
  payloadBytes: chunkedBytes,

  async wrap(payloadKey, targets, context, random) {
    return Promise.all(
      targets.map(async ({ publicKey, kid }) => {
        // DeriveKeyPair over random bytes is GenerateKeyPair (RFC 9180 section 7.1.3), with our randomness.
        const ekm = draw(random, KEY_BYTES);
        const recipientPublicKey = await hpke.kem.deserializePublicKey(concatBytes(publicKey));
        const params = { recipientPublicKey, info: wrapInfo(context), ekm };
        const { enc, ct } = await hpke.seal(params, concatBytes(payloadKey), utf8(kid));
        return { enc: new Uint8Array(enc), wrapped: new Uint8Array(ct) };
      }),
    );
  },

  async unwrap({ enc, wrapped }, secretKey, kid, context): Promise<Bytes> {
    const recipientKey = await hpke.kem.deserializePrivateKey(concatBytes(secretKey));
    try {
      const params = { recipientKey, info: wrapInfo(context), enc: concatBytes(enc) };
      return new Uint8Array(await hpke.open(params, concatBytes(wrapped), utf8(kid)));
    } catch {
      throw new SealingError('ENVELOPE_OPEN_FAILED', 'wrapped key does not open under this key and header');
    }
  },

  async encrypt(payloadKey, context, plaintext, random) {
    return encryptChunked(payloadKey, draw(random, SALT_BYTES), context, plaintext);
  },

  decrypt: decryptChunked,
};

function wrapInfo(context: Uint8Array): Bytes {
  return concatBytes(INFO_PREFIX, context);
}
