/**
 * Suite 1: NaCl box (X25519, XSalsa20-Poly1305) by tweetnacl, for short messages and for peers that have no
 * WebCrypto.
 *
 * The box has no associated data and its authentication can be denied by either side. So the header digest
 * travels inside every plaintext and is compared after opening, and the envelope's Ed25519 signature says who
 * sent it. The sender's box key is fresh for each message; a fixed pair would tie all messages to one secret.
 */

import nacl from 'tweetnacl';
import { type Bytes, concatBytes, equalBytes } from '#canonical';
import { draw, generateSealKeyPair, KEY_BYTES } from './keys.js';
import { SealingError } from './sealing-error.js';
import type { Suite } from './suite.js';

const NONCE_BYTES = nacl.box.nonceLength;
const CONTEXT_BYTES = 32;

export const boxSuite: Suite = {
  payloadBytes(plaintextBytes) {
    return NONCE_BYTES + nacl.secretbox.overheadLength + CONTEXT_BYTES + plaintextBytes;
  },

  async wrap(payloadKey, targets, context, random) {
    const ephemeral = generateSealKeyPair(random);
    return targets.map(({ publicKey }) => {
      const nonce = draw(random, NONCE_BYTES);
      const message = concatBytes(payloadKey, context);
      const box = nacl.box(message, nonce, concatBytes(publicKey), ephemeral.secretKey);
      return { enc: ephemeral.publicKey, wrapped: concatBytes(nonce, box) };
    });
  },

  async unwrap({ enc, wrapped }, secretKey, _kid, context) {
    const nonce = concatBytes(wrapped.subarray(0, NONCE_BYTES));
    const box = concatBytes(wrapped.subarray(NONCE_BYTES));
    const message = nacl.box.open(box, nonce, concatBytes(enc), concatBytes(secretKey));
    if (message === null || message.length !== KEY_BYTES + CONTEXT_BYTES) throw openFailed('wrapped key');
    if (!equalBytes(message.subarray(KEY_BYTES), context)) throw openFailed('wrapped key');
    return concatBytes(message.subarray(0, KEY_BYTES));
  },

  async encrypt(payloadKey, context, plaintext, random) {
    const nonce = draw(random, NONCE_BYTES);
    return concatBytes(
      nonce,
      nacl.secretbox(concatBytes(context, plaintext), nonce, concatBytes(payloadKey)),
    );
  },

  async decrypt(payloadKey, context, payload): Promise<Bytes> {
    if (payload.length < NONCE_BYTES) throw openFailed('payload');
    const nonce = concatBytes(payload.subarray(0, NONCE_BYTES));
    const box = concatBytes(payload.subarray(NONCE_BYTES));
    const message = nacl.secretbox.open(box, nonce, concatBytes(payloadKey));
    if (message === null || !equalBytes(message.subarray(0, CONTEXT_BYTES), context))
      throw openFailed('payload');
    return concatBytes(message.subarray(CONTEXT_BYTES));
  },
};

function openFailed(what: string): SealingError {
  return new SealingError('ENVELOPE_OPEN_FAILED', `${what} does not open under this key and header`);
}
