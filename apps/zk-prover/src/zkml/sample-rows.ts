// SPDX-License-Identifier: GPL-3.0
import type { InputGroup } from '#inference';
import { ZkmlError } from './zkml-error.js';

export interface SampleRow {
  readonly inputs: readonly number[];
  /** Index of the word that the line ends with; null where it ends with none. */
  readonly label: number | null;
}

export interface SampleShape {
  /** What errors call the file. */
  readonly file: string;
  readonly inputs: readonly InputGroup[];
  readonly labels: readonly string[];
  /** Whether each line must end with a word. */
  readonly labelled: boolean;
}

export const SAMPLES_BYTES_MAX = 64 * 2 ** 20;
const ROWS_MAX = 200_000;
const INTEGER = /^-?\d{1,15}$/;

/**
 * Reads samples: a line each, integers in the order of the network's inputs, parted by commas, then the word that the
 * sample should get. Empty lines are passed over.
 *
 * @throws ZkmlError SAMPLES_MALFORMED with file, line and value; of the value itself it says nothing, it is data
 */
export function parseSamples(text: string, shape: SampleShape): readonly SampleRow[] {
  const ranges = shape.inputs.flatMap(({ count, ...range }) => Array.from({ length: count }, () => range));
  const rows: SampleRow[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const at = `${shape.file} line ${number}`;
    if (rows.length >= ROWS_MAX) throw malformed(at, `at most ${ROWS_MAX} samples`);
    const parts = trimmed.split(',').map((part) => part.trim());
    const hasLabel = parts.length === ranges.length + 1;
    if (!hasLabel && (shape.labelled || parts.length !== ranges.length)) {
      const word = shape.labelled ? ' and a word' : '';
      throw malformed(at, `${ranges.length} integers${word}, got ${parts.length} values`);
    }
    const inputs = ranges.map(({ name, min, max }, index) => {
      const part = parts[index] ?? '';
      const value = INTEGER.test(part) ? Number(part) : Number.NaN;
      if (value >= min && value <= max) return value;
      throw malformed(`${at}, value ${index + 1} (${name})`, `an integer from ${min} to ${max}`);
    });
    rows.push({ inputs, label: hasLabel ? labelOf(parts.at(-1) ?? '', shape, at) : null });
  }
  if (rows.length === 0) throw malformed(shape.file, 'at least one sample');
  return rows;
}

function labelOf(word: string, { labels }: SampleShape, at: string): number {
  const index = labels.indexOf(word);
  if (index >= 0) return index;
  throw malformed(`${at}, last value`, `one of ${labels.slice(0, 16).join(', ')}`);
}

function malformed(at: string, expected: string): ZkmlError {
  return new ZkmlError('SAMPLES_MALFORMED', `${at}: expected ${expected}`);
}
