import { readFileSync, statSync } from 'node:fs';
import { CanonicalError, type Json, parseJsonStrict } from '#canonical';
import type { InputDefinition, WorkflowDefinition } from '#workflow';
import { exitCode, UsageError } from '../output/failure.js';

/** Above what any workflow may ask for; the client holds each value against `bytesMax` of its workflow. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const VALUES_MAX = 1_000_000;

/**
 * Values of the inputs of a workflow, out of `NAME=FILE` each; `-` is standard input, once. A text is the file as it
 * is, everything else is JSON. No message quotes what is in a file.
 *
 * @throws UsageError
 */
export function readInputs(
  entries: readonly string[],
  { inputs }: Pick<WorkflowDefinition, 'inputs'>,
): Record<string, Json> {
  const files = new Map<string, string>();
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const [name, file] = [entry.slice(0, at), entry.slice(at + 1)];
    if (at < 1 || file === '') throw new UsageError(`--input ${entry}: expected NAME=FILE`);
    if (files.has(name)) throw new UsageError(`--input ${name}: expected one file, got two`);
    files.set(name, file);
  }
  const unknown = [...files.keys()].filter((name) => !Object.hasOwn(inputs, name));
  const missing = Object.keys(inputs).filter((name) => !files.has(name));
  if (unknown.length > 0 || missing.length > 0) {
    throw new UsageError(
      `--input: expected ${Object.entries(inputs).map(described).join(', ') || 'none'}; missing ${missing.join(', ') || 'none'}, unknown ${unknown.join(', ') || 'none'}`,
    );
  }
  if ([...files.values()].filter((file) => file === '-').length > 1)
    throw new UsageError('--input: standard input can be one input, got several');
  return Object.fromEntries(
    [...files].map(([name, file]) => [name, readInput(`--input ${name}=${file}`, file, inputs[name])]),
  );
}

function described([name, { type, items }]: [string, InputDefinition]): string {
  return `${name} (${items === undefined ? type : `a list of ${items} ${type}`})`;
}

/**
 * One value out of a file, or of standard input as `-`.
 *
 * @param label what an error calls it
 * @throws UsageError
 */
export function readInput(label: string, file: string, definition: InputDefinition | undefined): Json {
  if (file !== '-' && statSync(file).size > FILE_BYTES_MAX) {
    throw new UsageError(`${label}: expected at most ${FILE_BYTES_MAX} bytes, got more`, exitCode.malformed);
  }
  const bytes = new Uint8Array(readFileSync(file === '-' ? 0 : file));
  try {
    if (definition?.type === 'text' && definition.items === undefined)
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return parseJsonStrict(bytes, { bytesMax: FILE_BYTES_MAX, valuesMax: VALUES_MAX });
  } catch (error) {
    const why = error instanceof CanonicalError ? `${error.code}: ${error.message}` : 'not UTF-8';
    throw new UsageError(`${label}: ${why}`, exitCode.malformed);
  }
}
