import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One way in which a text could have been written down. */
export interface Spelling {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * A text as it is and as UTF-16 of both orders, each of these also as hex of both cases, and as base64 of both
 * alphabets at each of the three places that it can have in a longer encoding.
 */
export function spellings(text: string): Spelling[] {
  const utf16le = Buffer.from(text, 'utf16le');
  const forms = { utf8: Buffer.from(text, 'utf8'), utf16le, utf16be: Buffer.from(utf16le).swap16() };
  return Object.entries(forms).flatMap(([name, bytes]) => [
    { name, bytes },
    { name: `${name} hex`, bytes: Buffer.from(bytes.toString('hex')) },
    { name: `${name} HEX`, bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
    ...[0, 1, 2].flatMap((shift) =>
      (['base64', 'base64url'] as const).map((encoding) => ({
        name: `${name} ${encoding} +${shift}`,
        bytes: Buffer.from(innerBase64(bytes, shift, encoding)),
      })),
    ),
  ]);
}

/** The characters that do not depend on what stands before or after. */
function innerBase64(bytes: Buffer, shift: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString(encoding);
  return text.slice(shift === 0 ? 0 : 4, Math.floor((shift + bytes.length) / 3) * 4);
}

interface Needle {
  readonly label: string;
  readonly bytes: Buffer;
}

/** Looks for many texts, in all their spellings, in one pass over the bytes. */
export class TextSearch {
  /** Which pairs of bytes begin a needle; most places are passed with one look. */
  readonly #starts = new Uint8Array(65_536);
  readonly #byPrefix = new Map<number, Needle[]>();

  constructor(texts: readonly string[]) {
    for (const text of texts) {
      for (const { name, bytes } of spellings(text)) {
        this.#starts[bytes.readUInt16BE(0)] = 1;
        const prefix = bytes.readUInt32BE(0);
        const needles = this.#byPrefix.get(prefix) ?? [];
        this.#byPrefix.set(prefix, [...needles, { label: `${text.slice(0, 24)} as ${name}`, bytes }]);
      }
    }
  }

  /** Labels of everything found, each once, in order. */
  in(haystack: Buffer): string[] {
    const found = new Set<string>();
    for (let at = 0; at + 4 <= haystack.length; at += 1) {
      const pair = ((haystack[at] ?? 0) << 8) | (haystack[at + 1] ?? 0);
      if (this.#starts[pair] === 0) continue;
      for (const { label, bytes } of this.#byPrefix.get(haystack.readUInt32BE(at)) ?? []) {
        if (haystack.subarray(at, at + bytes.length).equals(bytes)) found.add(label);
      }
    }
    return [...found].sort();
  }

  inFiles(files: readonly string[]): string[] {
    return files.flatMap((file) => this.in(contentOf(file)).map((label) => `${file}: ${label}`));
  }
}

/** A running database takes files away between a listing and a look; what is gone holds nothing. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
