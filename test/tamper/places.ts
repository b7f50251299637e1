import { type Digest, fromBase64, toBase64, utf8 } from '#canonical';
import { derParts } from './der-values.js';
import { jsonTokens, type Token } from './json-tokens.js';
import { lineKinds } from './note-lines.js';

/**
 * A place in a bundle: a token of the container, or a part of what the container holds in a text. `write` gives the
 * bundle with another content at that place, everything around it as it was.
 */
export interface Place {
  /** The place with indexes, digests and ids taken out: what a reader would call the same kind of byte. */
  readonly name: string;
  /** `line` is one of a signed note, `bytes` a part of a DER encoding, one character a byte. */
  readonly kind: Token['kind'] | 'line' | 'bytes';
  readonly text: string;
  readonly write: (text: string) => Uint8Array;
}

/** All places of a bundle. */
export function placesOf(bundle: Uint8Array): Place[] {
  const text = new TextDecoder().decode(bundle);
  const names = new Names(JSON.parse(text));
  return placesIn({ text, prefix: '', names, wrap: utf8 });
}

interface Document {
  readonly text: string;
  readonly prefix: string;
  readonly names: Naming;
  /** The bundle with another text of this document. */
  readonly wrap: (text: string) => Uint8Array;
}

function placesIn({ text, prefix, names, wrap }: Document): Place[] {
  return jsonTokens(text).flatMap((token) => {
    const content = text.slice(token.from, token.to);
    const write = (changed: string): Uint8Array =>
      wrap(`${text.slice(0, token.from)}${changed}${text.slice(token.to)}`);
    const name = `${prefix}${names.of(token.path)}`;
    const place: Place = { name, kind: token.kind, text: content, write };
    return token.kind === 'string' ? [place, ...placesWithin(place, names)] : [place];
  });
}

/** Places of what a string holds. */
function placesWithin({ name, text, write }: Place, names: Naming): Place[] {
  const prefix = `${name}>`;
  const document = documentIn(text);
  if (document !== null)
    return placesIn({ text: document, prefix, names, wrap: (changed) => write(toBase64(utf8(changed))) });
  const disclosure = disclosureIn(text);
  if (disclosure !== null) {
    const wrap = (changed: string): Uint8Array => write(Buffer.from(changed, 'utf8').toString('base64url'));
    return placesIn({ text: disclosure, prefix, names: disclosureNames, wrap });
  }
  if (/^(\.log\[\]\.proof|\.renewals\[\]\.checkpoint)$/.test(name)) return linesOf(text, prefix, write);
  if (/\.(token|chain\[\]|crls\[\])$/.test(name)) return derPlaces(text, prefix, write);
  return [];
}

/** Lines of a note, which stands in JSON with its line ends escaped. */
function linesOf(text: string, prefix: string, write: Place['write']): Place[] {
  const lines = text.split('\\n');
  const kinds = lineKinds(lines);
  return lines.map((line, index) => ({
    name: `${prefix}${kinds[index]}`,
    kind: 'line',
    text: line,
    write: (changed) => write([...lines.slice(0, index), changed, ...lines.slice(index + 1)].join('\\n')),
  }));
}

function derPlaces(base64: string, prefix: string, write: Place['write']): Place[] {
  const bytes = fromBase64(base64);
  return (derParts(bytes) ?? []).map(({ name, from, to }) => ({
    name: `${prefix}${name}`,
    kind: 'bytes',
    text: Buffer.from(bytes.subarray(from, to)).toString('latin1'),
    write: (changed) => {
      const content = Buffer.from(changed, 'latin1');
      return write(toBase64(Buffer.concat([bytes.subarray(0, from), content, bytes.subarray(to)])));
    },
  }));
}

/** A JSON object in base64: payloads of envelopes, manifests, evidence packages and bindings. */
function documentIn(base64: string): string | null {
  return base64.startsWith('eyJ') ? jsonIn(() => fromBase64(base64)) : null;
}

/** A JSON list in base64url: a salt, a name and a value. */
function disclosureIn(base64url: string): string | null {
  return base64url.startsWith('WyJ') ? jsonIn(() => Buffer.from(base64url, 'base64url')) : null;
}

function jsonIn(bytes: () => Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes());
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}

interface Naming {
  of(path: Token['path']): string;
}

const disclosureNames: Naming = {
  of: ([index, ...below]) => {
    const part = typeof index === 'number' ? ['salt', 'name', 'value'][index] : undefined;
    return `${part ?? ''}${below.length === 0 ? '' : ' inside'}`;
  },
};

class Names implements Naming {
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
