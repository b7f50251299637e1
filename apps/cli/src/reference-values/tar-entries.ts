import { UsageError } from '../output/failure.js';

/*
 * Entries of an image's layer (ustar, with the long names of POSIX.1-2001 and of GNU). Strict: what is not understood is
 * refused and never skipped, since a file that is overlooked here would run in the guest all the same.
 */

export type TarKind = 'file' | 'folder' | 'link' | 'other';

export interface TarEntry {
  /** Relative, without `./` in front and `/` at the end. */
  readonly path: string;
  readonly kind: TarKind;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;
const ENTRIES_MAX = 200_000;
const kinds: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'link',
  '2': 'link',
  '3': 'other',
  '4': 'other',
  '5': 'folder',
  '6': 'other',
};

/** @throws UsageError */
export function tarEntries(archive: Uint8Array, where: string): readonly TarEntry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const entries: TarEntry[] = [];
  let long: string | null = null;
  let at = 0;
  while (at + BLOCK <= bytes.length) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return entries;
    expectSum(header, where);
    const size = octal(header.subarray(124, 136), where);
    const start = at + BLOCK;
    if (start + size > bytes.length) throw broken(where, 'an entry that is longer than the archive');
    const content = bytes.subarray(start, start + size);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L') long = text(content);
    else if (type === 'x') long = paxPath(content, where) ?? long;
    else if (type !== 'K' && type !== 'g') {
      const kind = kinds[type];
      if (kind === undefined) throw broken(where, `an entry of type ${JSON.stringify(type)}`);
      const path = pathOf(long ?? nameOf(header), where);
      if (path !== '') entries.push({ path, kind, bytes: kind === 'file' ? content : new Uint8Array() });
      if (entries.length > ENTRIES_MAX) throw broken(where, `more than ${ENTRIES_MAX} entries`);
      long = null;
    }
  }
  throw broken(where, 'no end');
}

function nameOf(header: Buffer): string {
  const prefix =
    header.subarray(257, 263).toString('latin1') === 'ustar\0' ? text(header.subarray(345, 500)) : '';
  const name = text(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

function pathOf(name: string, where: string): string {
  const path = name.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  if (path === '.') return '';
  if (path.split('/').some((part) => part === '..' || part === ''))
    throw broken(where, `the path ${JSON.stringify(name.slice(0, 120))}`);
  return path;
}

function paxPath(content: Buffer, where: string): string | null {
  let path: string | null = null;
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space).toString('latin1'));
    if (space < 0 || !Number.isSafeInteger(length) || length < 5 || at + length > content.length)
      throw broken(where, 'a broken extended header');
    const record = content.subarray(space + 1, at + length - 1).toString('utf8');
    if (record.startsWith('path=')) path = record.slice('path='.length);
    if (record.startsWith('size=') || record.startsWith('GNU.sparse'))
      throw broken(where, 'an entry whose size is not in its header');
    at += length;
  }
  return path;
}

function expectSum(header: Buffer, where: string): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== octal(header.subarray(148, 156), where)) throw broken(where, 'a header with a wrong sum');
}

function octal(field: Buffer, where: string): number {
  const digits = text(field).trim();
  if (!/^[0-7]{1,12}$/.test(digits)) throw broken(where, 'a number that is not octal');
  return Number.parseInt(digits, 8);
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? field.length : end).toString('utf8');
}

function broken(where: string, got: string): UsageError {
  return new UsageError(`${where}: expected a tar archive of an image's layer, got ${got}`);
}
