/**
 * YAML reduced to the data model of JSON.
 *
 * Refused: anchors and aliases (a few bytes can stand for gigabytes), tags, directives, several documents,
 * duplicate or non-string keys. Plain scalars are resolved by JSON's rules alone, so `no`, `0x10` and `1.5` are
 * the strings that they look like, on every reader.
 */

import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  type Scalar,
} from 'yaml';
import { fromUtf8, type Json } from '#canonical';
import { limits } from '../limits.js';
import { shown, type TextPosition, WorkflowError } from '../workflow-error.js';
import type { DefinitionDocument } from './document.js';
import { overLimit } from './object-reader.js';

const INTEGER = /^(0|-?[1-9][0-9]*)$/;

export function readYaml(bytes: Uint8Array): DefinitionDocument {
  const lines = new LineCounter();
  const document = parseDocument(fromUtf8(bytes), {
    schema: 'failsafe',
    version: '1.2',
    // The walk below finds duplicates in linear time; the parser's own check is quadratic.
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    lineCounter: lines,
    // At 'silent' the parser would drop a second document without a word.
    logLevel: 'error',
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) {
    throw refusal('YAML 1.2', problem.code, positionAt(lines, problem.pos[0]));
  }
  if (document.directives.yaml.explicit === true) throw refusal('no directives', 'a %YAML directive');
  const walk = new YamlWalk(lines);
  const value = walk.valueOf(document.contents, '', 0);
  return { value, positionOf: (path) => walk.positionOf(path) };
}

class YamlWalk {
  readonly #offsets = new Map<string, number>();

  constructor(private readonly lines: LineCounter) {}

  positionOf(path: string): TextPosition | undefined {
    for (let place = path; place !== ''; place = parentOf(place)) {
      const offset = this.#offsets.get(place);
      if (offset !== undefined) return positionAt(this.lines, offset);
    }
    return undefined;
  }

  valueOf(node: ParsedNode | Node | null, path: string, depth: number): Json {
    if (node === null) return null;
    const offset = node.range?.[0];
    if (offset !== undefined && !this.#offsets.has(path)) this.#offsets.set(path, offset);
    const position = positionAt(this.lines, offset);
    if (depth > limits.depthMax) {
      throw overLimit(path, `nesting of at most ${limits.depthMax} levels`, 'more').at(position);
    }
    if (isAlias(node) || ('anchor' in node && node.anchor !== undefined)) {
      throw refusal('the value itself', 'an anchor or alias', position);
    }
    if (node.tag !== undefined) throw refusal('no tag', shown(node.tag), position);
    if (isScalar(node)) return scalarOf(node, position);
    if (isSeq<Node>(node)) {
      return node.items.map((item, index) => this.valueOf(item, `${path}[${index}]`, depth + 1));
    }
    if (!isMap<Node, Node | null>(node)) throw refusal('a map, a list or a scalar', 'another node', position);
    // Without a prototype, as the JSON parser makes them: "constructor" is absent unless written.
    const object: Record<string, Json> = Object.create(null);
    for (const { key, value } of node.items) {
      const keyAt = positionAt(this.lines, key.range?.[0]);
      if (
        !isScalar(key) ||
        typeof key.value !== 'string' ||
        key.anchor !== undefined ||
        key.tag !== undefined
      ) {
        throw refusal('a plain string as key', 'another node', keyAt);
      }
      const name = key.value;
      if (Object.hasOwn(object, name)) throw refusal('each key once', `${shown(name)} twice`, keyAt);
      const place = path === '' ? name : `${path}.${name}`;
      if (key.range?.[0] !== undefined) this.#offsets.set(place, key.range[0]);
      object[name] = this.valueOf(value, place, depth + 1);
    }
    return object;
  }
}

function scalarOf(node: Scalar, position: TextPosition | undefined): Json {
  const text = node.value;
  if (typeof text !== 'string') throw refusal('a scalar', `a value of type ${typeof text}`, position);
  if (node.type !== 'PLAIN') return text;
  if (text === '' || text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (!INTEGER.test(text)) return text;
  const integer = Number(text);
  if (Number.isSafeInteger(integer)) return integer;
  throw refusal('an integer within 2^53 - 1', 'a larger one', position);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0));
}

function positionAt(lines: LineCounter, offset: number | undefined): TextPosition | undefined {
  if (offset === undefined) return undefined;
  const { line, col } = lines.linePos(offset);
  return line > 0 ? { line, column: col } : undefined;
}

function refusal(expected: string, got: string, position?: TextPosition): WorkflowError {
  return new WorkflowError('DOCUMENT_INVALID', {
    path: '',
    expected,
    got,
    hint: 'Correct the text at that place.',
    position,
  });
}
