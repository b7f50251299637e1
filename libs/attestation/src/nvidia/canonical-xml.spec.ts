import { describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '#canonical';
import { attestationLimits } from '../limits.js';
import { canonicalXml } from './canonical-xml.js';
import { parseXml, type XmlElement } from './xml-reader.js';

function canonical(text: string): string {
  return fromUtf8(canonicalXml(parseXml(utf8(text))));
}

describe('canonical XML', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['spells out an empty element', '<a/>', '<a></a>'],
    ['drops the declaration and space around', '<?xml version="1.0" encoding="UTF-8"?>\n<a/>\n', '<a></a>'],
    [
      'sorts attributes by namespace, then name',
      '<a xmlns:x="u:1" x:b="1" c="2" b="3"/>',
      '<a xmlns:x="u:1" b="3" c="2" x:b="1"></a>',
    ],
    [
      'sorts namespaces by prefix, the default first',
      '<a xmlns:z="u:z" xmlns:b="u:b" xmlns="u:d"/>',
      '<a xmlns="u:d" xmlns:b="u:b" xmlns:z="u:z"></a>',
    ],
    [
      'orders attributes by URI, not by prefix',
      '<a xmlns:a="u:2" xmlns:b="u:1" a:x="1" b:x="2"/>',
      '<a xmlns:a="u:2" xmlns:b="u:1" b:x="2" a:x="1"></a>',
    ],
    [
      'drops a declaration that is in scope',
      '<a xmlns:n="u"><n:b xmlns:n="u"/></a>',
      '<a xmlns:n="u"><n:b></n:b></a>',
    ],
    [
      'keeps a declaration that changes',
      '<a xmlns="u"><b xmlns="v"><c xmlns="u"/></b></a>',
      '<a xmlns="u"><b xmlns="v"><c xmlns="u"></c></b></a>',
    ],
    ['keeps one that nothing uses', '<a xmlns:n="u"/>', '<a xmlns:n="u"></a>'],
    ['takes space out of tags', '<a  b = "1"\n c="2" ></a >'.replace(' = ', '='), '<a b="1" c="2"></a>'],
    ['keeps text as it is', '<a> x\n\ty </a>', '<a> x\n\ty </a>'],
    ['makes one kind of line end', '<a>x\r\ny\rz</a>', '<a>x\ny\nz</a>'],
    ['escapes text', '<a>&lt;&gt;&amp;&quot;&apos;</a>', '<a>&lt;&gt;&amp;"\'</a>'],
    ['escapes attributes', `<a b='&lt;>&amp;"'/>`, '<a b="&lt;>&amp;&quot;"></a>'],
  ];

  it.each(table)('%s', (_name, text, expected) => {
    expect(canonical(text)).toBe(expected);
    expect(canonical(expected)).toBe(expected);
  });

  it('of a part shows the namespaces of its ancestors (inclusive)', () => {
    const root = parseXml(utf8('<a xmlns="u:d" xmlns:x="u:x"><x:b><c/></x:b></a>'));
    expect(fromUtf8(canonicalXml(childOf(root)))).toBe('<x:b xmlns="u:d" xmlns:x="u:x"><c></c></x:b>');
  });

  it('leaves out the enveloped signature and nothing around it', () => {
    const root = parseXml(utf8('<a> <b>1</b>\n<c/></a>'));
    expect(fromUtf8(canonicalXml(root, childOf(root)))).toBe('<a> \n<c></c></a>');
  });
});

describe('the XML of manifests refuses', () => {
  const table: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['text alone', 'a'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['an entity declaration', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an external entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ['a comment before', '<!-- x --><a/>'],
    ['a comment inside', '<a><!-- x --></a>'],
    ['a comment after', '<a/><!-- x -->'],
    ['a processing instruction', '<a><?x y?></a>'],
    ['a stylesheet', '<?xml-stylesheet href="x"?><a/>'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
    ['a late declaration', ' <?xml version="1.0" encoding="UTF-8"?><a/>'],
    ['CDATA', '<a><![CDATA[x]]></a>'],
    ['a character reference', '<a>&#65;</a>'],
    ['an unknown entity', '<a>&b;</a>'],
    ['a bare ampersand', '<a>a & b</a>'],
    ['an ampersand at the end', '<a b="x&"/>'],
    ['two roots', '<a/><b/>'],
    ['an open element', '<a><b></a>'],
    ['a missing end', '<a><b/>'],
    ['a wrong end tag', '<a></b>'],
    ['an end tag of another prefix', '<x:a xmlns:x="u" xmlns:y="u"></y:a>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an attribute twice by two prefixes', '<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>'],
    ['a namespace twice', '<a xmlns:x="u" xmlns:x="v"/>'],
    ['an undeclared prefix', '<x:a/>'],
    ['an undeclared prefix of an attribute', '<a x:b="1"/>'],
    ['a prefix of a sibling', '<a><b xmlns:x="u"/><x:c/></a>'],
    ['an empty namespace', '<a xmlns=""/>'],
    ['the namespace xml', '<a xmlns:xml="http://www.w3.org/XML/1998/namespace"/>'],
    ['an xml attribute', '<a xml:lang="en"/>'],
    ['attributes without space', '<a b="1"c="2"/>'],
    ['a value without quotes', '<a b=1/>'],
    ['a line break in a value', '<a b="1\n2"/>'],
    ['a tab in a value', '<a b="1\t2"/>'],
    ['a less-than sign in a value', '<a b="<"/>'],
    ['"]]>" in text', '<a>]]></a>'],
    ['a NUL', '<a>\u0000</a>'],
    ['a byte order mark', '\ufeff<a/>'],
    ['two colons', '<a:b:c/>'],
    ['a name of another script', '<\u00e4/>'],
  ];

  it.each(table)('%s', (_name, text) => {
    expect(() => parseXml(utf8(text))).toThrowError(expect.objectContaining({ code: 'RIM_MALFORMED' }));
  });

  it('what is too deep, too wide, too large or not UTF-8', () => {
    const deep = `${'<a>'.repeat(100_000)}`;
    const many = `<a>${'<b/>'.repeat(attestationLimits.rimElementsMax)}</a>`;
    const wide = `<a ${Array.from({ length: 100 }, (_, index) => `b${index}=""`).join(' ')}/>`;
    const long = `<${'a'.repeat(100)}/>`;
    for (const text of [deep, many, wide, long]) {
      expect(() => parseXml(utf8(text))).toThrowError(expect.objectContaining({ code: 'RIM_MALFORMED' }));
    }
    for (const bytes of [
      new Uint8Array(attestationLimits.rimBytesMax + 1),
      Uint8Array.of(0x3c, 0xff, 0x3e),
    ]) {
      expect(() => parseXml(bytes)).toThrowError(expect.objectContaining({ code: 'RIM_MALFORMED' }));
    }
  });
});

function childOf(element: XmlElement): XmlElement {
  const child = element.children.find((candidate) => typeof candidate !== 'string');
  if (child === undefined) throw new Error('an element without child');
  return child;
}
