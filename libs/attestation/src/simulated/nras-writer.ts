import { canonicalBytes, type JsonObject, sha256, toBase64Url, toHex, utf8 } from '#canonical';
import { ecdsaSign } from '../primitives.js';
import type { SimulatedIdentity } from './authority.js';
import { keyOf } from './nvidia-authority.js';

export interface SimulatedNras {
  readonly nonce: Uint8Array;
  readonly issuedMs: number;
  /** Names of the GPUs, see `ueidOf`. */
  readonly ueids: readonly string[];
  /** Members of every header and payload that differ from a good token's. */
  readonly header?: JsonObject;
  readonly payload?: JsonObject;
}

const KEY_ID = 'simulated-eat-key';
const LIFETIME_SECONDS = 3600;

/** A detached EAT of the remote attestation service, version 4, and the key set that was stored with it. */
export function writeNrasToken(
  nras: SimulatedNras,
  signers: readonly SimulatedIdentity[],
): { readonly token: Uint8Array; readonly keys: Uint8Array } {
  const [signer] = signers;
  if (signer === undefined) throw new RangeError('a token needs a signer');
  const iat = Math.floor(nras.issuedMs / 1000);
  const common = {
    iss: 'https://nras.attestation.nvidia.com',
    eat_nonce: toHex(nras.nonce),
    iat,
    nbf: iat,
    exp: iat + LIFETIME_SECONDS,
  };
  const sign = (payload: JsonObject): string => {
    const header = { alg: 'ES384', kid: KEY_ID, typ: 'JWT', ...nras.header };
    const part = (json: JsonObject): string => toBase64Url(canonicalBytes(json));
    const signed = `${part(header)}.${part({ ...common, ...payload, ...nras.payload })}`;
    return `${signed}.${toBase64Url(ecdsaSign(keyOf(signer), utf8(signed), 'raw'))}`;
  };
  const devices = nras.ueids.map((ueid, index): [string, string] => [
    `GPU-${index}`,
    sign({ measres: 'success', hwmodel: 'GH100 A01 GSP BROM', ueid }),
  ]);
  const overall = sign({
    'x-nvidia-ver': '4.0',
    'x-nvidia-overall-att-result': true,
    submods: Object.fromEntries(
      devices.map(([name, text]) => [name, ['DIGEST', ['SHA-256', toHex(sha256(utf8(text)))]]]),
    ),
  });
  const key = { kty: 'EC', crv: 'P-384', alg: 'ES384', kid: KEY_ID, x5c: signers.map(({ cert }) => cert) };
  return {
    token: canonicalBytes([['JWT', overall], Object.fromEntries(devices)]),
    keys: canonicalBytes({ keys: [key] }),
  };
}
