import nacl from 'tweetnacl';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '#canonical';
import { generateSealKeyPair } from './keys.js';
import { boxSuite } from './suite-box.js';

const openFailed = expect.objectContaining({ name: 'SealingError', code: 'ENVELOPE_OPEN_FAILED' });
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const flip = (bytes: Uint8Array, index: number) =>
  bytes.map((byte, at) => (at === (index + bytes.length) % bytes.length ? byte ^ 1 : byte));

const recipient = generateSealKeyPair(random);
const other = generateSealKeyPair(random);
const payloadKey = new Uint8Array(32).fill(9);
const context = new Uint8Array(32).fill(4);
const kid = '';

async function wrapFor(...publicKeys: readonly Uint8Array[]) {
  return boxSuite.wrap(
    payloadKey,
    publicKeys.map((publicKey) => ({ publicKey, kid })),
    context,
    random,
  );
}

async function wrapOne() {
  const [key] = await wrapFor(recipient.publicKey);
  if (key === undefined) throw new Error('nothing wrapped');
  return key;
}

describe('a boxed key', () => {
  it('does not open for another key or context, nor after a change', async () => {
    const key = await wrapOne();
    const attempts = [
      () => boxSuite.unwrap(key, other.secretKey, kid, context),
      () => boxSuite.unwrap(key, recipient.secretKey, kid, flip(context, 0)),
      () => boxSuite.unwrap({ ...key, enc: flip(key.enc, 0) }, recipient.secretKey, kid, context),
      () => boxSuite.unwrap({ ...key, wrapped: flip(key.wrapped, 0) }, recipient.secretKey, kid, context),
      () => boxSuite.unwrap({ ...key, wrapped: flip(key.wrapped, -1) }, recipient.secretKey, kid, context),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(openFailed);
  });

  it('does not open when the box holds a key of another length', async () => {
    const ephemeral = nacl.box.keyPair();
    const nonce = random(24);
    const box = nacl.box(
      concatBytes(new Uint8Array(16), context),
      nonce,
      recipient.publicKey,
      ephemeral.secretKey,
    );
    const key = { enc: ephemeral.publicKey, wrapped: concatBytes(nonce, box) };
    await expect(boxSuite.unwrap(key, recipient.secretKey, kid, context)).rejects.toThrow(openFailed);
  });

  it('uses one ephemeral key a message and another for the next, and a nonce for each recipient', async () => {
    const [first, second] = await wrapFor(recipient.publicKey, other.publicKey);
    const [third] = await wrapFor(recipient.publicKey);
    expect(first?.enc).toEqual(second?.enc);
    expect(first?.enc).not.toEqual(third?.enc);
    expect(first?.wrapped.subarray(0, 24)).not.toEqual(second?.wrapped.subarray(0, 24));
  });

  it('is what tweetnacl alone opens, and opens what tweetnacl alone made', async () => {
    const { enc, wrapped } = await wrapOne();
    const message = nacl.box.open(wrapped.slice(24), wrapped.slice(0, 24), enc, recipient.secretKey);
    expect(message).toEqual(concatBytes(payloadKey, context));

    const ephemeral = nacl.box.keyPair();
    const nonce = random(24);
    const box = nacl.box(concatBytes(payloadKey, context), nonce, recipient.publicKey, ephemeral.secretKey);
    const key = { enc: ephemeral.publicKey, wrapped: concatBytes(nonce, box) };
    expect(await boxSuite.unwrap(key, recipient.secretKey, kid, context)).toEqual(payloadKey);
  });
});

describe('a boxed payload', () => {
  it('does not open under another key or context, nor cut or changed', async () => {
    const payload = await boxSuite.encrypt(payloadKey, context, Uint8Array.of(1, 2, 3), random);
    const attempts = [
      () => boxSuite.decrypt(new Uint8Array(32), context, payload),
      () => boxSuite.decrypt(payloadKey, flip(context, 31), payload),
      () => boxSuite.decrypt(payloadKey, context, flip(payload, 0)),
      () => boxSuite.decrypt(payloadKey, context, flip(payload, -1)),
      () => boxSuite.decrypt(payloadKey, context, payload.subarray(0, -1)),
      () => boxSuite.decrypt(payloadKey, context, payload.subarray(0, 23)),
      () => boxSuite.decrypt(payloadKey, context, payload.subarray(0, 24)),
      () => boxSuite.decrypt(payloadKey, context, new Uint8Array()),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow(openFailed);
  });

  it('does not open when its plaintext is too short to hold the context', async () => {
    const nonce = random(24);
    const payload = concatBytes(nonce, nacl.secretbox(context.subarray(0, 8), nonce, payloadKey));
    await expect(boxSuite.decrypt(payloadKey, context, payload)).rejects.toThrow(openFailed);
  });

  it('opens, empty too, and is what tweetnacl alone opens', async () => {
    for (const plaintext of [new Uint8Array(), Uint8Array.of(1, 2, 3)]) {
      const payload = await boxSuite.encrypt(payloadKey, context, plaintext, random);
      expect(payload).toHaveLength(boxSuite.payloadBytes(plaintext.length));
      expect(await boxSuite.decrypt(payloadKey, context, payload)).toEqual(plaintext);
      expect(nacl.secretbox.open(payload.slice(24), payload.slice(0, 24), payloadKey)).toEqual(
        concatBytes(context, plaintext),
      );
    }
  });
});

describe('tweetnacl', () => {
  it('gives the known answer of libsodium for crypto_box_easy', () => {
    const box = nacl.box(
      fromHex(
        'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01' +
          '233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd' +
          '4924ca1c60902e52f0a089bc76897040e082f937763848645e0705',
      ),
      fromHex('69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37'),
      fromHex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'),
      fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'),
    );
    expect(toHex(box)).toBe(
      'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c' +
        '98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfea' +
        'bd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5',
    );
  });
});
