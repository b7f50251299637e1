import { type Column, type Row, textOf } from './pages-table.js';
import { shownTime } from './time.js';

/** Columns that show one member of a row. */
export const plain = (title: string, name: string): Column => ({ title, cell: (row) => textOf(row, name) });
export const code = (title: string, name: string): Column => ({
  title,
  wide: true,
  cell: (row) => <code>{textOf(row, name)}</code>,
});
export const time = (title: string, name: string): Column => ({
  title,
  cell: (row) => <span className="nowrap">{shownTime(textOf(row, name) || undefined)}</span>,
});

export const keyOf =
  (...names: readonly string[]) =>
  (row: Row): string =>
    names.map((name) => textOf(row, name)).join(' ');
