import { concatBytes, sha256, u32be, utf8 } from '#canonical';

/** Repeatable bytes for fixtures: SHA-256 in counter mode over a seed. Not a source of randomness. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const blocks: Uint8Array[] = [];
    for (let have = 0; have < length; have += 32) {
      blocks.push(sha256(utf8(seed), u32be(counter)));
      counter += 1;
    }
    return concatBytes(...blocks).slice(0, length);
  };
}
