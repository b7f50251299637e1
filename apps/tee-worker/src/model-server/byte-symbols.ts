/** The bytes that the small model reads and writes: a line feed and what can be printed of ASCII. */
const FIRST = 0x20;
const LAST = 0x7e;
const LINE_FEED = 0x0a;

/** Symbols that it can write. 0 is the line feed, which ends an answer. */
export const SYMBOLS = LAST - FIRST + 2;
/** Symbols that it can read: one more for every other byte. */
export const SYMBOLS_READ = SYMBOLS + 1;
export const END_SYMBOL = 0;

export function symbolOf(byte: number): number {
  if (byte === LINE_FEED) return END_SYMBOL;
  return byte >= FIRST && byte <= LAST ? byte - FIRST + 1 : SYMBOLS;
}

export function byteOf(symbol: number): number {
  return symbol === END_SYMBOL ? LINE_FEED : symbol + FIRST - 1;
}

/** The last symbols before the next one; lines feeds stand where there are none. */
export function contextOf(symbols: readonly number[], length: number): number[] {
  const last = symbols.slice(-length);
  return [...new Array<number>(length - last.length).fill(END_SYMBOL), ...last];
}
