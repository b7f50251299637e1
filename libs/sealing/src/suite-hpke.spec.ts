import { createCipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex, utf8 } from '#canonical';
import { generateSealKeyPair, sealKeyId } from './keys.js';
import { hpkeSuite } from './suite-hpke.js';

const openFailed = expect.objectContaining({ name: 'SealingError', code: 'ENVELOPE_OPEN_FAILED' });
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));

const recipient = generateSealKeyPair(random);
const kid = sealKeyId(recipient.publicKey);
const payloadKey = new Uint8Array(32).fill(9);
const context = new Uint8Array(32).fill(4);

async function wrapOne() {
  const [key] = await hpkeSuite.wrap(payloadKey, [{ publicKey: recipient.publicKey, kid }], context, random);
  if (key === undefined) throw new Error('nothing wrapped');
  return key;
}

describe('a key wrapped by HPKE', () => {
  const flip = (bytes: Uint8Array, index: number) =>
    bytes.map((byte, at) => (at === index ? byte ^ 1 : byte));

  it('does not unwrap for another key, kid or context, nor after a change', async () => {
    const key = await wrapOne();
    const other = generateSealKeyPair(random);
    const attempts = [
      () => hpkeSuite.unwrap(key, other.secretKey, kid, context),
      () => hpkeSuite.unwrap(key, recipient.secretKey, sealKeyId(other.publicKey), context),
      () => hpkeSuite.unwrap(key, recipient.secretKey, kid, flip(context, 0)),
      () => hpkeSuite.unwrap({ ...key, enc: flip(key.enc, 0) }, recipient.secretKey, kid, context),
      () => hpkeSuite.unwrap({ ...key, wrapped: flip(key.wrapped, 0) }, recipient.secretKey, kid, context),
      () => hpkeSuite.unwrap({ ...key, wrapped: key.wrapped.subarray(1) }, recipient.secretKey, kid, context),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(openFailed);
  });

  it('does not unwrap from an ephemeral key of small order', async () => {
    const key = await wrapOne();
    for (const enc of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))]) {
      await expect(hpkeSuite.unwrap({ ...key, enc }, recipient.secretKey, kid, context)).rejects.toThrow(
        openFailed,
      );
    }
  });

  it('unwraps for its recipient', async () => {
    const key = await wrapOne();
    expect(key.enc).toHaveLength(32);
    expect(key.wrapped).toHaveLength(48);
    expect(await hpkeSuite.unwrap(key, recipient.secretKey, kid, context)).toEqual(payloadKey);
  });

  it('has the bytes that RFC 9180 gives when written with node:crypto', async () => {
    const { enc, wrapped } = await wrapOne();
    const info = concatBytes(utf8('sealflow/seal/v1'), context);
    expect(toHex(wrapped)).toBe(toHex(sealByHand({ enc, info, aad: utf8(kid), plaintext: payloadKey })));
  });
});

describe('the HPKE library', () => {
  it('gives the known answer of RFC 9180 appendix A.1.1', async () => {
    const suite = new CipherSuite({
      kem: new DhkemX25519HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Aes128Gcm(),
    });
    const info = fromHex('4f6465206f6e2061204772656369616e2055726e');
    const ikmE = fromHex('7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234');
    const pkR = fromHex('3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d');
    const skR = fromHex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8');
    const aad = fromHex('436f756e742d30');
    const plaintext = fromHex('4265617574792069732074727574682c20747275746820626561757479');

    const recipientPublicKey = await suite.kem.deserializePublicKey(pkR);
    const { enc, ct } = await suite.seal({ recipientPublicKey, info, ekm: ikmE }, plaintext, aad);
    expect(toHex(new Uint8Array(enc))).toBe(
      '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
    );
    expect(toHex(new Uint8Array(ct))).toBe(
      'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
    );
    const recipientKey = await suite.kem.deserializePrivateKey(skR);
    expect(new Uint8Array(await suite.open({ recipientKey, info, enc }, ct, aad))).toEqual(plaintext);
  });
});

interface ByHand {
  readonly enc: Uint8Array;
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** RFC 9180 sections 4 and 5, Base mode; the recipient's half of the key agreement gives the same secret. */
function sealByHand({ enc, info, aad, plaintext }: ByHand): Uint8Array {
  const kemId = concatBytes(utf8('KEM'), fromHex('0020'));
  const suiteId = concatBytes(utf8('HPKE'), fromHex('002000010002'));
  const empty = new Uint8Array();
  const privateKey = createPrivateKey({
    key: Buffer.concat([fromHex('302e020100300506032b656e04220420'), recipient.secretKey]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey({
    key: Buffer.concat([fromHex('302a300506032b656e032100'), enc]),
    format: 'der',
    type: 'spki',
  });
  const dh = diffieHellman({ privateKey, publicKey });
  const sharedSecret = expand(
    extract(kemId, empty, 'eae_prk', dh),
    kemId,
    'shared_secret',
    concatBytes(enc, recipient.publicKey),
    32,
  );
  const scheduleContext = concatBytes(
    Uint8Array.of(0),
    extract(suiteId, empty, 'psk_id_hash', empty),
    extract(suiteId, empty, 'info_hash', info),
  );
  const secret = extract(suiteId, sharedSecret, 'secret', empty);
  const cipher = createCipheriv(
    'aes-256-gcm',
    expand(secret, suiteId, 'key', scheduleContext, 32),
    expand(secret, suiteId, 'base_nonce', scheduleContext, 12),
  );
  cipher.setAAD(aad);
  return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

function extract(suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return createHmac('sha256', salt)
    .update(concatBytes(utf8('HPKE-v1'), suite, utf8(label), ikm))
    .digest();
}

function expand(
  prk: Uint8Array,
  suite: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeled = concatBytes(
    Uint8Array.of(0, length),
    utf8('HPKE-v1'),
    suite,
    utf8(label),
    info,
    Uint8Array.of(1),
  );
  return createHmac('sha256', prk).update(labeled).digest().subarray(0, length);
}
