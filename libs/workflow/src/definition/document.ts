/**
 * Untrusted text to a JSON value. JSON goes through the one strict parser; YAML is held to the same data model,
 * so that a definition has one meaning in both spellings.
 */
import { CanonicalError, type Json, parseJsonStrict, utf8 } from '#canonical';
import { limits } from '../limits.js';
import { type TextPosition, WorkflowError } from '../workflow-error.js';
import { overLimit } from './object-reader.js';
import { readYaml } from './yaml-document.js';

export type DefinitionFormat = 'json' | 'yaml';

export interface DefinitionDocument {
  readonly value: Json;
  /** Place of the value at `path`, or of the nearest value around it. */
  positionOf(path: string): TextPosition | undefined;
}

/** @throws WorkflowError `DOCUMENT_INVALID` or `LIMIT_EXCEEDED` */
export function readDocument(input: Uint8Array | string, format?: DefinitionFormat): DefinitionDocument {
  const bytes = typeof input === 'string' ? utf8(input) : input;
  if (bytes.length > limits.documentBytesMax) {
    throw overLimit('', `at most ${limits.documentBytesMax} bytes`, `${bytes.length} bytes`);
  }
  try {
    if ((format ?? guessFormat(bytes)) === 'yaml') return readYaml(bytes);
    const value = parseJsonStrict(bytes, { bytesMax: limits.documentBytesMax, depthMax: limits.depthMax });
    return { value, positionOf: (path) => jsonPositions(bytes)?.positionOf(path) };
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    throw new WorkflowError(error.code === 'JSON_DEPTH' ? 'LIMIT_EXCEEDED' : 'DOCUMENT_INVALID', {
      path: '',
      expected: `UTF-8 JSON or YAML, nested at most ${limits.depthMax} levels, integers only`,
      got: `${error.code}: ${error.message}`,
      hint: 'Correct the text at that place.',
    });
  }
}

/** YAML 1.2 reads JSON too. Asked only where there is something to point at; what it cannot read has no places. */
function jsonPositions(bytes: Uint8Array): DefinitionDocument | undefined {
  try {
    return readYaml(bytes);
  } catch (error) {
    if (error instanceof WorkflowError) return undefined;
    throw error;
  }
}

/** A JSON definition is an object, so it starts with a brace; a YAML one, as people write it, with a key. */
function guessFormat(bytes: Uint8Array): DefinitionFormat {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b ? 'json' : 'yaml';
}
