/**
 * Who released a circuit: signatures over its manifest.
 *
 * A signature says who stands behind sources, setup and key; whether that is enough is the reader's decision, who
 * names the keys. A verifier of bundles pins digests of manifests in its trust file, and that stays the one way there:
 * signatures tell whoever writes that file, and the prover, what to pin and to load.
 */
import {
  canonicalBytes,
  type Digest,
  ed25519PublicKey,
  equalBytes,
  type Json,
  parseDigest,
  parseJsonStrict,
  sha256,
  utf8,
} from '#canonical';
import { MANIFEST_MEDIA_TYPE } from './manifest.js';
import { Shape } from './shape.js';
import { parseSigned, type SignedBytes, sealSigned, signersOf } from './signed-bytes.js';

export const REVOCATIONS_MEDIA_TYPE = 'application/vnd.sealflow.circuit-revocations.v1+json';

/**
 * Signs manifests of development circuits. Its seed is public, so that anybody can make a development circuit: a
 * signature by it says nothing, and counts for manifests in state `dev` alone.
 */
export const devCircuitSeed: Uint8Array = sha256(utf8('sealflow/dev-circuit-signer/v1'));
export const devCircuitSigner: Uint8Array = ed25519PublicKey(devCircuitSeed);

/** The file `manifest.dsse.json`: a DSSE envelope whose payload is the manifest. */
export function signManifest(manifest: Uint8Array, seeds: readonly Uint8Array[]): Uint8Array {
  return sealSigned(MANIFEST_MEDIA_TYPE, manifest, seeds);
}

/** Those of `keys` that signed exactly this manifest. @throws ProofsError MANIFEST_SIGNATURE_MALFORMED */
export function manifestSigners(
  envelope: Uint8Array,
  manifest: Uint8Array,
  keys: readonly Uint8Array[],
): readonly Uint8Array[] {
  const signed = parseSigned(envelope, MANIFEST_MEDIA_TYPE, 'MANIFEST_SIGNATURE_MALFORMED', 'signature');
  return equalBytes(signed.payload, manifest) ? signersOf(signed, MANIFEST_MEDIA_TYPE, keys) : [];
}

export interface Revocations {
  readonly v: 'sealflow/circuit-revocations/v1';
  /** Grows with each list: who has seen one refuses an older one. */
  readonly number: number;
  readonly manifests: readonly { readonly digest: Digest; readonly reason: string }[];
}

export function signRevocations(list: Revocations, seeds: readonly Uint8Array[]): Uint8Array {
  const manifests = list.manifests.map(({ digest, reason }) => ({ digest, reason }));
  return sealSigned(REVOCATIONS_MEDIA_TYPE, canonicalBytes({ ...list, manifests }), seeds);
}

/**
 * Reads a list and tells who of `keys` signed it. A list that nobody signed can only take circuits away, so it is the
 * caller's choice to heed it.
 *
 * @throws ProofsError REVOCATIONS_MALFORMED
 */
export function openRevocations(
  bytes: Uint8Array,
  keys: readonly Uint8Array[],
): { readonly list: Revocations; readonly signers: readonly Uint8Array[] } {
  const signed = parseSigned(bytes, REVOCATIONS_MEDIA_TYPE, 'REVOCATIONS_MALFORMED', 'revocations');
  return { list: parseList(signed), signers: signersOf(signed, REVOCATIONS_MEDIA_TYPE, keys) };
}

function parseList({ payload }: SignedBytes): Revocations {
  const shape = new Shape('REVOCATIONS_MALFORMED', 'revocations');
  let json: Json;
  try {
    json = parseJsonStrict(payload, { depthMax: 4 });
  } catch {
    throw shape.fail('strict JSON');
  }
  const list = shape.object(json, ['v', 'number', 'manifests']);
  return {
    v: shape.at('v').oneOf(list['v'], ['sealflow/circuit-revocations/v1']),
    number: shape.at('number').integer(list['number'], 1, 2 ** 31),
    manifests: shape
      .at('manifests')
      .array(list['manifests'], 0, 256)
      .map((entry) => {
        const one = shape.at('manifests').object(entry, ['digest', 'reason']);
        const digest = shape
          .at('manifests.digest')
          .text(one['digest'], /^sha256:[0-9a-f]{64}$/, 'sha256: and 64 lower-case hex digits');
        const reason = shape
          .at('manifests.reason')
          .text(one['reason'], /^[\x20-\x7e]{1,500}$/, '1 to 500 printable ASCII characters');
        return { digest: parseDigest(digest), reason };
      }),
  };
}

/** Names a manifest in a list. */
export function revokedDigests(list: Revocations): readonly Digest[] {
  return list.manifests.map(({ digest }) => digest);
}
