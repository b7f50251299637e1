import { utf8 } from '#canonical';
import type { XmlElement } from './xml-reader.js';

/**
 * Inclusive Canonical XML without comments of one element and all below it, less `omit`.
 *
 * Canonical XML 1.0 and 1.1 differ only in how `xml:` attributes reach a part of a document; the reader refuses
 * those attributes, so one writer serves both names. Inclusive: the apex shows every namespace in scope, also
 * those that its ancestors declared.
 */
export function canonicalXml(apex: XmlElement, omit: XmlElement | null = null): Uint8Array {
  const out: string[] = [];
  write(apex, null, omit, out);
  return utf8(out.join(''));
}

function write(element: XmlElement, parent: XmlElement | null, omit: XmlElement | null, out: string[]): void {
  const name = qualified(element.prefix, element.local);
  out.push('<', name);
  for (const [prefix, uri] of visibleNamespaces(element, parent)) {
    out.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, escapeAttribute(uri), '"');
  }
  for (const { prefix, local, value } of [...element.attributes].sort(byNamespaceThenName)) {
    out.push(' ', qualified(prefix, local), '="', escapeAttribute(value), '"');
  }
  out.push('>');
  for (const child of element.children) {
    if (typeof child === 'string') out.push(escapeText(child));
    else if (child !== omit) write(child, element, omit, out);
  }
  out.push('</', name, '>');
}

/** A declaration that repeats what the parent has in scope is left out (Canonical XML section 2.3). */
function visibleNamespaces(
  element: XmlElement,
  parent: XmlElement | null,
): readonly (readonly [string, string])[] {
  const entries =
    parent === null
      ? [...element.scope]
      : [...element.declarations].filter(([prefix, uri]) => parent.scope.get(prefix) !== uri);
  return entries.sort(([left], [right]) => compare(left, right));
}

function byNamespaceThenName(left: XmlElement['attributes'][number], right: typeof left): number {
  return compare(left.namespace, right.namespace) || compare(left.local, right.local);
}

/** Names and namespace URIs are ASCII here, so code units order as code points do. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function qualified(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`;
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function escapeAttribute(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
