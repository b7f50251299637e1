/**
 * Text of a statement to token ids: the one rule that training and inference share. A change here makes the
 * committed weights meaningless; `tokenizerVersion` is in the model card, and loading compares the two.
 *
 * A line is one booking. Its tokens are words, pairs of neighbouring words, its amounts by size, and every
 * word joined with the size of the line's first amount, because "salary" and "2,036.37" mean little apart.
 * Nothing is kept of digits that are not amounts: dates, card and account numbers carry no meaning here.
 */
export const tokenizerVersion = 'statement-tokens/v1';

/** Ids run from 1; 0 is reserved and never produced. */
export const vocabularySize = 16_384;

const lineWordsMax = 64;

/** Token ids in reading order. Same text, same ids, on every machine. */
export function tokenizeStatement(text: string): number[] {
  const ids: number[] = [];
  for (const line of text.normalize('NFKD').toLowerCase().split(/\r?\n/)) pushLine(ids, line);
  return ids;
}

function pushLine(ids: number[], line: string): void {
  const { words, amounts } = readLine(line);
  const [first, ...later] = amounts;
  let previous = '^';
  for (const word of words) {
    ids.push(tokenId(`w ${word}`), tokenId(`b ${previous} ${word}`));
    if (first !== undefined) ids.push(tokenId(`x ${word} ${first.sign}${first.fine}`));
    previous = word;
  }
  if (first !== undefined)
    ids.push(tokenId(`a ${first.sign}${first.fine}`), tokenId(`c ${first.sign}${first.coarse}`));
  for (const amount of later) ids.push(tokenId(`l ${amount.sign}${amount.coarse}`));
}

interface Amount {
  readonly sign: '+' | '-' | '?';
  /** Steps of a tenth of an octave, 7 %. */
  readonly fine: number;
  /** Steps of half an octave. */
  readonly coarse: number;
}

interface Line {
  readonly words: readonly string[];
  readonly amounts: readonly Amount[];
}

/**
 * An amount has two decimals, at most four groups of thousands, and its sign before, behind, or as DR/CR;
 * it does not begin or end inside a longer number. A word is two or more letters and no digits, which leaves
 * out reference codes. Every repetition of digits is bounded: the text is a stranger's.
 */
const amountPattern =
  /(?<!\d|\d[.,])([+-]?)(\d{1,3}(?:,\d{3}){0,4}\.\d{2}|\d{1,3}(?:\.\d{3}){0,4},\d{2}|\d{1,12}[.,]\d{2})(?!\d|[.,]\d)([+-]| ?[cd]r\b)?/;
const wordPattern = /\b[a-z]{2,}\b/;
const tokenPattern = new RegExp(`${amountPattern.source}|${wordPattern.source}`, 'g');

function readLine(line: string): Line {
  const words: string[] = [];
  const amounts: Amount[] = [];
  for (const [match, before, digits, behind] of line.replace(/\p{M}/gu, '').matchAll(tokenPattern)) {
    if (digits !== undefined) amounts.push(amountOf(digits, `${before ?? ''}${behind ?? ''}`));
    else if (words.length < lineWordsMax) words.push(match);
  }
  return { words, amounts };
}

function amountOf(digits: string, mark: string): Amount {
  const euro = Number(digits.replace(/[.,]/g, '')) / 100;
  const octaves = Math.log2(Math.max(euro, 1));
  const sign = /\+|cr/.test(mark) ? '+' : /-|dr/.test(mark) ? '-' : '?';
  return { sign, fine: Math.floor(octaves * 10), coarse: Math.floor(octaves * 2) };
}

/** FNV-1a over UTF-16 units, mixed by murmur3's fmix32 because FNV's low bits alone spread badly. */
function tokenId(token: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < token.length; i += 1) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return 1 + (((hash ^ (hash >>> 16)) >>> 0) % (vocabularySize - 1));
}
