import { createRequire } from 'node:module';

type Koffi = typeof import('koffi');

let loaded: Koffi | null = null;

/**
 * koffi, loaded when the first native call is made: it brings a binary per platform, and most processes that know
 * this lib never make such a call.
 */
export function nativeCalls(): Koffi {
  loaded ??= createRequire(import.meta.url)('koffi') as Koffi;
  return loaded;
}
