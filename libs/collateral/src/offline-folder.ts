import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CollateralDocument } from './collateral-document.js';
import { CollateralError } from './collateral-error.js';
import { answerBytesMax, type CollateralKindName } from './collateral-request.js';

/**
 * Collateral of an air-gapped site: `<key>` holds the vendor's answer as published, `<key>.chain.pem` the chain of its
 * signer where that came in a header. What lies there passes the same inspection as an answer from the network.
 */
export class OfflineFolder {
  constructor(private readonly folder: string) {}

  /** Null when the folder has no such piece. @throws CollateralError `COLLATERAL_TOO_LARGE` */
  read(key: string, kind: CollateralKindName): CollateralDocument | null {
    const body = this.#file(key, answerBytesMax[kind]);
    if (body === null) return null;
    const chain = this.#file(`${key}.chain.pem`, answerBytesMax['amd-chain']);
    return { body, chain: chain ?? new Uint8Array(0) };
  }

  /** For the connected site that fills such a folder. */
  write(key: string, { body, chain }: CollateralDocument): void {
    const path = join(this.folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
    if (chain.length > 0) writeFileSync(`${path}.chain.pem`, chain);
  }

  #file(name: string, bytesMax: number): Uint8Array | null {
    const path = join(this.folder, name);
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return null;
    if (size > bytesMax) {
      throw new CollateralError(
        'COLLATERAL_TOO_LARGE',
        `offline ${name}: ${size} bytes, at most ${bytesMax}`,
      );
    }
    return new Uint8Array(readFileSync(path));
  }
}
