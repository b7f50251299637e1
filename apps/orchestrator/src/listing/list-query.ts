import { and, asc, desc, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { JsonObject } from '#canonical';
import { limits } from '../config/limits.js';
import { invalidField } from '../request-fields.js';
import { type FieldTypes, type Filter, parseFilter } from './filter.js';
import { type Columns, filterSql } from './filter-sql.js';
import type { PageTokens } from './page-tokens.js';

/** What every List request carries, besides its parent. */
export interface ListRequest {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly filter?: string;
  readonly orderBy?: string;
}

/** A value to sort by; null sorts after all others. */
type SortValue = number | null;

export interface Ordering<Row> {
  readonly column: SQLWrapper;
  /** Milliseconds of a time, or a number, as `column` has it. */
  readonly of: (row: Row) => SortValue;
  readonly type: 'time' | 'number';
  /** A time that may be missing: it then comes after all others, at the price of an index. */
  readonly optional?: boolean;
}

/** How one list is asked: its fields, and the orders it can be given in. */
export interface ListShape<Row> {
  readonly method: string;
  readonly fields: FieldTypes;
  readonly columns: Columns;
  readonly orders: Readonly<Record<string, Ordering<Row>>>;
  /** As `order_by` would say it. */
  readonly defaultOrder: string;
  /** Decides between rows of one sort value, or a page that ends between them would lose some. */
  readonly id: { readonly column: SQLWrapper; readonly of: (row: Row) => string | number };
}

/** One call of a list, read and checked: what the database is asked, and how the next page is named. */
export interface ListQuery<Row> {
  readonly where: SQL | undefined;
  readonly orderBy: readonly SQL[];
  /** Of the page. */
  readonly size: number;
  /** One more than the page holds: that it comes says that there is a next page. */
  readonly limit: number;
  /** `size` is smaller where a page ends early. */
  page(
    rows: readonly Row[],
    size?: number,
  ): { readonly rows: readonly Row[]; readonly nextPageToken: string };
}

export function parseListQuery<Row>(
  shape: ListShape<Row>,
  scope: string,
  request: ListRequest,
  tokens: PageTokens,
  sizeMax: number = limits.pageSizeMax,
): ListQuery<Row> {
  const size = pageSize(request.pageSize, sizeMax);
  const { filter, question } = parseQuestion(shape, scope, request);
  const { name, descending } = parseOrder(shape, request.orderBy ?? '');
  const order = ordering(shape, name);
  const bound = { ...question, order: `${name}${descending ? ' desc' : ''}` };
  const after = tokens.open(bound, request.pageToken);
  const key = sortKey(order);
  const direction = descending ? desc : asc;
  return {
    where: and(
      filterSql(filter, shape.fields, shape.columns),
      after === null ? undefined : following(key, order, shape.id.column, after, descending),
    ),
    orderBy: [direction(key), direction(shape.id.column)],
    size,
    limit: size + 1,
    page(rows, shown = size) {
      const page = rows.slice(0, shown);
      const last = page.at(-1);
      const more = rows.length > shown && last !== undefined;
      const nextPageToken = more ? tokens.seal(bound, { key: order.of(last), id: shape.id.of(last) }) : '';
      return { rows: page, nextPageToken };
    },
  };
}

/** The filter, and what a token of this list is bound to. */
export function parseQuestion(
  shape: { readonly method: string; readonly fields: FieldTypes },
  scope: string,
  request: ListRequest,
): { filter: Filter | null; question: JsonObject } {
  const text = request.filter ?? '';
  return {
    filter: parseFilter(text, shape.fields),
    question: { method: shape.method, scope, filter: text.trim() },
  };
}

function parseOrder<Row>(shape: ListShape<Row>, text: string): { name: string; descending: boolean } {
  const asked = text.trim() === '' ? shape.defaultOrder : text.trim();
  const found = /^([a-z_]{1,32})(?:\s+(asc|desc))?$/.exec(asked);
  const names = Object.keys(shape.orders);
  const name = found?.[1] ?? '';
  if (!names.includes(name))
    throw invalidField('order_by', `one of ${names.join(', ')}, with or without desc`);
  return { name, descending: found?.[2] === 'desc' };
}

function ordering<Row>(shape: ListShape<Row>, name: string): Ordering<Row> {
  const order = shape.orders[name];
  if (order === undefined) throw new RangeError(`${shape.method} has no order ${name}`);
  return order;
}

function sortKey({ column, optional }: { readonly column: SQLWrapper; readonly optional?: boolean }): SQL {
  return optional === true ? sql`coalesce(${column}, 'infinity')` : sql`${column}`;
}

function following<Row>(
  key: SQL,
  { type }: Ordering<Row>,
  id: SQLWrapper,
  after: JsonObject,
  descending: boolean,
): SQL {
  const value = after['key'] as SortValue;
  const time = value === null ? 'infinity' : new Date(value).toISOString();
  const operand = type === 'time' ? sql`${time}::timestamptz` : sql`${value}`;
  return sql`(${key}, ${id}) ${sql.raw(descending ? '<' : '>')} (${operand}, ${after['id']})`;
}

/** AIP-158: 0 is the default size, a larger one than allowed is cut, a negative one is an error. */
export function pageSize(wanted: number, max: number = limits.pageSizeMax): number {
  if (wanted < 0) throw invalidField('page_size', `1 to ${max}, or 0 for the default`, String(wanted));
  return wanted === 0 ? max : Math.min(wanted, max);
}

/** The fields that all lists share; what a caller left out has its default. */
export function listRequest(request: {
  readonly pageSize?: number;
  readonly pageToken?: string;
  readonly filter?: string;
  readonly orderBy?: string;
}): ListRequest {
  const { pageSize = 0, pageToken = '', filter = '', orderBy = '' } = request;
  return { pageSize, pageToken, filter, orderBy };
}
