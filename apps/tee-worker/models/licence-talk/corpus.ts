import type { SeededRandom } from '#samples';
import { contextOf, symbolOf } from '../../src/model-server/byte-symbols.js';

export interface NextSymbol {
  readonly context: readonly number[];
  readonly next: number;
}

/** Paragraphs of a text, one line each. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\s+/g, ' '))
    .filter((paragraph) => /[a-z]/.test(paragraph));
}

/**
 * Each paragraph once, as an answer to a few words of the text: the model learns what comes after `assistant: `, whatever
 * was said before. Nothing is learned from the question.
 */
export function answers(
  paragraphs: readonly string[],
  contextLength: number,
  rng: SeededRandom,
): NextSymbol[] {
  return paragraphs.flatMap((paragraph) => {
    const words = rng.pick(paragraphs).split(' ');
    const at = rng.integer(0, words.length - 1);
    const question = `user: ${words.slice(at, at + 4).join(' ')}\nassistant: `;
    const symbols = [...Buffer.from(`${question}${paragraph}\n`, 'latin1')].map(symbolOf);
    return symbols.slice(question.length).map((next, index) => ({
      context: contextOf(symbols.slice(0, question.length + index), contextLength),
      next,
    }));
  });
}

/** Fisher and Yates. */
export function shuffle<T>(list: T[], rng: SeededRandom): void {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const at = rng.integer(0, last);
    const [a, b] = [list[last], list[at]];
    if (a === undefined || b === undefined) return;
    list[last] = b;
    list[at] = a;
  }
}
