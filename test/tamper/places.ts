import { type Digest, digestOf, fromBase64, toBase64, utf8 } from '#canonical';
import { jsonTokens, type Token } from './json-tokens.js';

/**
 * A place in a bundle: a token of the container, or of a document that the container holds in base64. `write` gives
 * the bundle with other text at that place, everything around it as it was.
 */
export interface Place {
  /** The place with indexes, digests and ids taken out: what a reader would call the same kind of byte. */
  readonly name: string;
  readonly kind: Token['kind'];
  readonly text: string;
  readonly write: (text: string) => Uint8Array;
}

/** All places of a bundle. */
export function placesOf(bundle: Uint8Array): Place[] {
  const text = new TextDecoder().decode(bundle);
  const names = new Names(JSON.parse(text));
  return placesIn(text, '', names, (changed) => utf8(changed));
}

function placesIn(text: string, prefix: string, names: Names, wrap: (text: string) => Uint8Array): Place[] {
  return jsonTokens(text).flatMap((token) => {
    const content = text.slice(token.from, token.to);
    const write = (changed: string): Uint8Array =>
      wrap(`${text.slice(0, token.from)}${changed}${text.slice(token.to)}`);
    const name = `${prefix}${names.of(token.path)}`;
    const place: Place = { name, kind: token.kind, text: content, write };
    const inner = token.kind === 'string' ? documentIn(content) : null;
    if (inner === null) return [place];
    const within = placesIn(inner, `${name}>`, names, (changed) => write(toBase64(utf8(changed))));
    return [place, ...within];
  });
}

/** A JSON object in base64: payloads of envelopes, manifests, evidence packages and bindings. */
function documentIn(base64: string): string | null {
  if (!base64.startsWith('eyJ')) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(fromBase64(base64));
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}

class Names {
  readonly #mediaTypes = new Map<string, string>();

  constructor(bundle: { readonly blobs: Readonly<Record<Digest, { readonly mediaType: string }>> }) {
    for (const [digest, { mediaType }] of Object.entries(bundle.blobs)) {
      this.#mediaTypes.set(digest, mediaType.replace(/^application\/(vnd\.)?/, ''));
    }
  }

  of(path: Token['path']): string {
    return path
      .map((part) => (typeof part === 'number' ? '[]' : `.${this.#mediaTypes.get(part) ?? part}`))
      .join('');
  }
}

/** Names a bundle in a failed assertion. */
export function nameOf(bundle: Uint8Array): Digest {
  return digestOf(bundle);
}
