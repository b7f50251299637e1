import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as node from './primitives.js';
import * as browser from './primitives-browser.js';
import { parsePublicKey } from './public-key-browser.js';

const message = new TextEncoder().encode('a certificate');
const spkiOf = (key: KeyObject) => Uint8Array.from(key.export({ format: 'der', type: 'spki' }));
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** One bit more than whole bytes: the encoding of RSASSA-PSS is then a byte shorter than the signature. */
const oddRsa = generateKeyPairSync('rsa', { modulusLength: 2049 });
const curves = (['P-256', 'P-384', 'P-521'] as const).map((namedCurve) => ({
  namedCurve,
  ...generateKeyPairSync('ec', { namedCurve }),
}));

function flips(bytes: Uint8Array): Uint8Array[] {
  return [0, Math.floor(bytes.length / 2), bytes.length - 1].map((at) =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)),
  );
}

/** Each case as it is, and with the signature, the message and the key changed. */
function variants(input: browser.PublicSignatureInput): browser.PublicSignatureInput[] {
  return [
    ...flips(input.signature).map((signature) => ({ ...input, signature })),
    ...flips(input.spki).map((spki) => ({ ...input, spki })),
    { ...input, signature: input.signature.slice(1) },
    { ...input, signature: new Uint8Array(input.signature.length).fill(0xff) },
    { ...input, message: message.slice(1) },
    { ...input, spki: new Uint8Array() },
    { ...input, saltBytes: input.saltBytes + 1, scheme: 'rsa-pss' },
    input,
  ];
}

describe('signatures of public authorities in a browser', () => {
  const hashes = browser.hashNames;
  const cases = [
    ...hashes.flatMap((hash) =>
      curves.map(({ namedCurve, publicKey, privateKey }) => ({
        name: `ecdsa ${namedCurve} ${hash}`,
        input: {
          scheme: 'ecdsa' as const,
          hash,
          saltBytes: 0,
          spki: spkiOf(publicKey),
          message,
          signature: Uint8Array.from(sign(hash, message, { key: privateKey, dsaEncoding: 'der' })),
        },
      })),
    ),
    ...hashes.flatMap((hash) =>
      [rsa, oddRsa].flatMap(({ publicKey, privateKey }, index) =>
        (['rsa-pkcs1', 'rsa-pss'] as const).map((scheme) => {
          const padding =
            scheme === 'rsa-pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
          return {
            name: `${scheme} ${hash} of ${2048 + index} bits`,
            input: {
              scheme,
              hash,
              saltBytes: 32,
              spki: spkiOf(publicKey),
              message,
              signature: Uint8Array.from(sign(hash, message, { key: privateKey, padding, saltLength: 32 })),
            },
          };
        }),
      ),
    ),
  ];

  it.each(cases)('are judged as in Node, changed or not: $name', ({ input }) => {
    const made = variants(input);
    expect(made.map(browser.publicSignatureVerify)).toEqual(made.map(node.publicSignatureVerify));
    expect(browser.publicSignatureVerify(input)).toBe(true);
    expect(made.filter(browser.publicSignatureVerify)).toHaveLength(1);
  });

  it.each(['rsa-pkcs1', 'rsa-pss'] as const)('are refused without their leading zero: %s', (scheme) => {
    const padding = scheme === 'rsa-pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
    // One of 256 begins with a zero.
    for (let count = 0; ; count += 1) {
      const signed = new TextEncoder().encode(`a certificate, ${count}`);
      const signature = sign('sha256', signed, { key: rsa.privateKey, padding, saltLength: 32 });
      if (signature[0] !== 0) continue;
      const input = {
        scheme,
        hash: 'sha256',
        saltBytes: 32,
        spki: spkiOf(rsa.publicKey),
        message: signed,
      } as const;
      for (const { publicSignatureVerify } of [node, browser]) {
        expect(publicSignatureVerify({ ...input, signature })).toBe(true);
        expect(publicSignatureVerify({ ...input, signature: signature.subarray(1) })).toBe(false);
      }
      return;
    }
  });

  it('are refused of a small key', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const signature = Uint8Array.from(sign('sha256', message, privateKey));
    const input = { hash: 'sha256', saltBytes: 0, spki: spkiOf(publicKey), message, signature } as const;
    expect(browser.publicSignatureVerify({ ...input, scheme: 'rsa-pkcs1' })).toBe(false);
  });
});

describe('signatures of hardware in a browser', () => {
  it.each(['P-256', 'P-384'] as const)('are judged as in Node: %s', (curve) => {
    const key = node.ecKeyPair(curve, (length) => new Uint8Array(length).fill(3));
    const spki = node.spkiOfPoint(curve, key.point);
    expect(browser.spkiOfPoint(curve, key.point)).toEqual(spki);
    for (const encoding of ['raw', 'der'] as const) {
      const signature = node.ecdsaSign(key, message, encoding);
      const verify = (bytes: Uint8Array) =>
        browser.ecdsaVerify({ curve, spki, message, signature: bytes, encoding });
      expect(verify(signature)).toBe(true);
      expect(flips(signature).map(verify)).toEqual([false, false, false]);
    }
  });

  it('have RSASSA-PSS as AMD uses it', () => {
    const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 };
    const signature = Uint8Array.from(sign('sha384', message, { key: rsa.privateKey, ...pss }));
    const spki = spkiOf(rsa.publicKey);
    expect(browser.rsaPssVerify({ spki, message, signature })).toBe(true);
    for (const changed of [...flips(signature), signature.slice(1), Uint8Array.of(0, ...signature)]) {
      expect(browser.rsaPssVerify({ spki, message, signature: changed })).toBe(false);
      expect(node.rsaPssVerify({ spki, message, signature: changed })).toBe(false);
    }
  });

  it('find the same names of keys, and every name of those of Node', () => {
    expect(browser.sha1KeyName(message)).toEqual(node.sha1KeyName(message));
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
    expect(() => browser.rsaKeyPair()).toThrow('makes no keys');
    expect(browser.curves).toEqual(node.curves);
  });
});

describe('a public key', () => {
  const spki = spkiOf(rsa.publicKey);
  it.each<[name: string, bytes: Uint8Array]>([
    ['is cut off', spki.slice(0, -1)],
    ['has a byte behind it', Uint8Array.of(...spki, 0)],
    ['is Ed25519', spkiOf(generateKeyPairSync('ed25519').publicKey)],
    [
      'restricts RSASSA-PSS',
      spkiOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048, hashAlgorithm: 'sha256' }).publicKey),
    ],
    ['has an indefinite length', Uint8Array.of(0x30, 0x80, 0, 0)],
    ['leads outside', Uint8Array.of(0x30, 0x7f)],
  ])('that %s is none', (_, bytes) => {
    expect(parsePublicKey(bytes)).toBeNull();
  });
});
