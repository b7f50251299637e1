import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseTrustFile, type TrustFile } from '#evidence';

const folder = new URL('../../../../test/golden/v1/', import.meta.url);

/** A bundle that an installation really wrote. */
export function goldenBundle(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(new URL(`${name}.evidence.json.gz`, folder))));
}

/** The trust file of that installation. */
export function goldenTrust(): TrustFile {
  return parseTrustFile(readFileSync(new URL('trust.json', folder)));
}
