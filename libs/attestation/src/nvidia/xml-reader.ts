import { fromUtf8 } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { byteRange } from '../byte-reader.js';
import { attestationLimits } from '../limits.js';

export interface XmlAttribute {
  readonly prefix: string;
  readonly local: string;
  /** Empty for an attribute without prefix: the default namespace does not reach attributes. */
  readonly namespace: string;
  readonly value: string;
}

export interface XmlElement {
  readonly prefix: string;
  readonly local: string;
  readonly namespace: string;
  /** Namespaces declared on this element, prefix to URI; the default namespace has the empty prefix. */
  readonly declarations: ReadonlyMap<string, string>;
  /** All namespaces in scope. */
  readonly scope: ReadonlyMap<string, string>;
  readonly attributes: readonly XmlAttribute[];
  /** Child elements and character data, in document order. */
  readonly children: readonly (XmlElement | string)[];
}

const DECLARATION = /<\?xml version="1\.0" encoding="(?:UTF-8|utf-8)"\?>/y;
const SPACE = /[ \t\n]*/y;
const NAME = /(?:([A-Za-z_][A-Za-z0-9_.-]*):)?([A-Za-z_][A-Za-z0-9_.-]*)/y;
const TEXT = /[^<]*/y;
const VALUE = /"([^"<\t\n]*)"|'([^'<\t\n]*)'/y;
const REFERENCE = /&([^;&]{0,8});?/g;
const NAMESPACE_URI = /^[\x21-\x7e]{1,256}$/;
const ATTRIBUTES_MAX = 64;
const NAME_CHARACTERS_MAX = 64;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Reads the part of XML 1.0 with namespaces that reference manifests use. Refused, because two readers could
 * disagree on it or because it does work for an attacker: document types, comments, processing instructions,
 * CDATA, character references, other entities, `xml:` attributes, undeclared prefixes, tabs and line breaks in
 * attribute values, and anything over its bound. Nothing is ever fetched.
 *
 * @throws AttestationError `RIM_MALFORMED` with the place
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  if (bytes.length > attestationLimits.rimBytesMax) {
    malformed(`has ${bytes.length} bytes, limit ${attestationLimits.rimBytesMax}`);
  }
  return new XmlReader(readText(bytes)).document();
}

class XmlReader {
  #at = 0;
  #elements = 0;

  constructor(private readonly text: string) {}

  document(): XmlElement {
    this.#match(DECLARATION);
    this.#match(SPACE);
    const root = this.#element(new Map(), 1);
    this.#match(SPACE);
    if (this.#at !== this.text.length) this.#fail('something follows the root element');
    return root;
  }

  #element(outer: ReadonlyMap<string, string>, depth: number): XmlElement {
    this.#elements += 1;
    if (this.#elements > attestationLimits.rimElementsMax) this.#fail('too many elements');
    if (depth > attestationLimits.rimDepthMax) this.#fail('elements are nested too deep');
    this.#expect('<');
    const [prefix, local] = this.#name();
    const { declarations, raw, isEmpty } = this.#startTag();
    const scope = declarations.size === 0 ? outer : new Map([...outer, ...declarations]);
    const attributes = raw.map(([attributePrefix, name, value]) => ({
      prefix: attributePrefix,
      local: name,
      namespace: attributePrefix === '' ? '' : this.#resolve(attributePrefix, scope),
      value,
    }));
    // Two prefixes of one namespace may name one attribute twice (Namespaces in XML 1.0 section 6.3).
    const names = new Set(attributes.map((attribute) => `${attribute.namespace}\n${attribute.local}`));
    if (names.size !== attributes.length) this.#fail('an attribute appears twice');
    const namespace = prefix === '' ? (scope.get('') ?? '') : this.#resolve(prefix, scope);
    const children = isEmpty ? [] : this.#content(scope, depth, prefix, local);
    return { prefix, local, namespace, declarations, scope, attributes, children };
  }

  #startTag(): {
    declarations: ReadonlyMap<string, string>;
    raw: readonly (readonly [string, string, string])[];
    isEmpty: boolean;
  } {
    const declarations = new Map<string, string>();
    const raw: (readonly [string, string, string])[] = [];
    for (;;) {
      const hasSpace = this.#match(SPACE) !== '';
      if (this.#take('>')) return { declarations, raw, isEmpty: false };
      if (this.#take('/>')) return { declarations, raw, isEmpty: true };
      if (!hasSpace) this.#fail('attributes must be separated by space');
      const [prefix, local] = this.#name();
      this.#expect('=');
      const value = this.#value();
      if (prefix === 'xmlns' || (prefix === '' && local === 'xmlns')) {
        this.#declare(declarations, prefix === '' ? '' : local, value);
      } else {
        raw.push([prefix, local, value]);
      }
      if (declarations.size + raw.length > ATTRIBUTES_MAX) this.#fail('an element has too many attributes');
    }
  }

  #declare(declarations: Map<string, string>, prefix: string, uri: string): void {
    if (declarations.has(prefix)) this.#fail('a namespace is declared twice');
    if (prefix === 'xml' || prefix === 'xmlns' || !NAMESPACE_URI.test(uri)) {
      this.#fail('a namespace declaration is not accepted');
    }
    declarations.set(prefix, uri);
  }

  #content(
    scope: ReadonlyMap<string, string>,
    depth: number,
    prefix: string,
    local: string,
  ): readonly (XmlElement | string)[] {
    const children: (XmlElement | string)[] = [];
    for (;;) {
      const text = this.#match(TEXT);
      if (text.includes(']]>')) this.#fail('"]]>" in text');
      if (text !== '') children.push(this.#decode(text));
      if (this.#take('</')) {
        const [endPrefix, endLocal] = this.#name();
        if (endPrefix !== prefix || endLocal !== local) this.#fail('an end tag does not fit its start tag');
        this.#match(SPACE);
        this.#expect('>');
        return children;
      }
      if (this.text.startsWith('<!', this.#at) || this.text.startsWith('<?', this.#at)) {
        this.#fail('document types, comments, CDATA and processing instructions are not accepted');
      }
      children.push(this.#element(scope, depth + 1));
    }
  }

  #name(): readonly [string, string] {
    NAME.lastIndex = this.#at;
    const found = NAME.exec(this.text);
    const local = found?.[2] ?? '';
    const prefix = found?.[1] ?? '';
    if (found === null || found[0].length > NAME_CHARACTERS_MAX) return this.#fail('expected a name');
    this.#at += found[0].length;
    return [prefix, local];
  }

  #value(): string {
    VALUE.lastIndex = this.#at;
    const found = VALUE.exec(this.text);
    if (found === null) return this.#fail('expected a quoted value on one line');
    this.#at += found[0].length;
    return this.#decode(found[1] ?? found[2] ?? '');
  }

  #decode(text: string): string {
    if (!text.includes('&')) return text;
    return text.replace(
      REFERENCE,
      (whole, name: string) =>
        (whole.endsWith(';') ? ENTITIES.get(name) : undefined) ??
        this.#fail('only the five predefined entities are accepted'),
    );
  }

  #resolve(prefix: string, scope: ReadonlyMap<string, string>): string {
    return scope.get(prefix) ?? this.#fail('a prefix is not declared');
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #take(token: string): boolean {
    if (!this.text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#fail(`expected "${token}"`);
  }

  #fail(message: string): never {
    return malformed(message, this.#at);
  }
}

/** UTF-8 without byte order mark and control characters; line ends as XML 1.0 section 2.11 normalises them. */
function readText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return malformed('is not UTF-8');
  }
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isLineOrTab = code === 9 || code === 10 || code === 13;
    if ((code < 0x20 && !isLineOrTab) || code === 0xfeff || code === 0xfffe || code === 0xffff) {
      malformed('has a character that is not accepted', at);
    }
  }
  return text.replace(/\r\n?/g, '\n');
}

/** `at`: character of the text, whose line ends are single. */
function malformed(message: string, at?: number): never {
  const where = at === undefined ? 'manifest' : byteRange('manifest', at);
  throw new AttestationError('RIM_MALFORMED', `reference manifest: ${message}`, where);
}
