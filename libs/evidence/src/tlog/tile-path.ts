import { EvidenceError } from '../evidence-error.js';

/*
 * Names of a static-file log (C2SP tlog-tiles). A path is data from whoever asks or serves: it is taken apart by one
 * strict grammar, and what does not fit is no path.
 */

/** Hashes of one tile: trees of height 8. */
export const TILE_WIDTH = 256;

/** A tile of hashes. `width` below 256 names a partial one, its first hashes. */
export interface TileName {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** A bundle of entries: those below one tile of level 0. */
export type EntriesName = Omit<TileName, 'level'>;

const LEVEL_MAX = 63;
const paths = /^tile\/(0|[1-9][0-9]?|entries)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

export function tilePath({ level, index, width }: TileName): string {
  return `tile/${level}/${indexPath(index)}${partial(width)}`;
}

export function entriesPath({ index, width }: EntriesName): string {
  return `tile/entries/${indexPath(index)}${partial(width)}`;
}

/** Raises `TILE_PATH_MALFORMED`. */
export function parseTilePath(path: string): TileName | (EntriesName & { readonly level: 'entries' }) {
  const [, level = '', elements = '', part] = path.length > 64 ? [] : (paths.exec(path) ?? []);
  const index = Number(elements.replaceAll(/[x/]/g, ''));
  const width = part === undefined ? TILE_WIDTH : Number(part);
  const canonical = elements !== '' && Number.isSafeInteger(index) && indexPath(index) === elements;
  if (!canonical || width > TILE_WIDTH || (part !== undefined && width === TILE_WIDTH)) throw malformed(path);
  if (level === 'entries') return { level, index, width };
  if (Number(level) > LEVEL_MAX) throw malformed(path);
  return { level: Number(level), index, width };
}

/** 1234067 is `x001/x234/067`. */
function indexPath(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  return padded.replaceAll(/([0-9]{3})(?=[0-9])/g, 'x$1/');
}

function partial(width: number): string {
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}

function malformed(path: string): EvidenceError {
  const shown = path.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, '?');
  return new EvidenceError(
    'TILE_PATH_MALFORMED',
    `tile path: expected tile/<level or entries>/<index>[.p/<width>], got "${shown}"`,
  );
}
