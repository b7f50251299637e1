import { invalidField } from '../request-fields.js';

/*
 * What handlers read of a request over HTTP. A parameter that is unknown, or given twice, is refused by its name.
 */

/** What is used of Express. */
export interface Request {
  readonly path: string;
}

/** A parameter that is given twice arrives as a list. */
export type Parameters = Readonly<Record<string, unknown>>;

export const JSON_TYPE = 'application/json; charset=utf-8';
const pageParameters = ['pageSize', 'pageToken'];
const listParameters = [...pageParameters, 'filter', 'orderBy'];

/** The address is the resource name: what the guard read is what is answered, undecoded. */
export function nameOf({ path }: Request): string {
  return path.replace(/^\/v1\//, '');
}

export function parentOf(request: Request): string {
  return nameOf(request).split('/').slice(0, 2).join('/');
}

/** Of a list that has no filter and one order. */
export function pageFields(query: Parameters): { pageSize: number; pageToken: string } {
  requireKnown(query, pageParameters);
  const size = oneText('pageSize', query['pageSize']);
  if (!/^[0-9]{0,6}$/.test(size)) throw invalidField('pageSize', 'a number, or nothing');
  return { pageSize: Number(size), pageToken: oneText('pageToken', query['pageToken']) };
}

/** @param others parameters of this list alone, which its caller has read */
export function listFields(
  query: Parameters,
  others: readonly string[] = [],
): { pageSize: number; pageToken: string; filter: string; orderBy: string } {
  requireKnown(query, [...listParameters, ...others]);
  const { filter, orderBy, ...page } = query;
  return {
    ...pageFields(page),
    filter: oneText('filter', filter),
    orderBy: oneText('orderBy', orderBy),
  };
}

export function requireKnown(query: Parameters, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidField(unknown, `one of ${known.join(', ')}`);
}

export function oneText(name: string, value: unknown): string {
  const text = value ?? '';
  if (typeof text !== 'string') throw invalidField(name, 'one text');
  return text;
}

export function numberField(query: Parameters, name: string): number {
  const text = oneText(name, query[name]);
  if (!/^[0-9]{0,6}$/.test(text)) throw invalidField(name, 'a number, or nothing');
  return Number(text);
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/** RFC 3339 in UTC, as a google.protobuf.Timestamp; null where it is left out. */
export function timeField(query: Parameters, name: string): { seconds: string; nanos: number } | null {
  const text = oneText(name, query[name]);
  if (text === '') return null;
  const ms = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw invalidField(name, 'a time like 2026-11-21T08:00:00Z, or nothing');
  const seconds = Math.floor(ms / 1_000);
  return { seconds: String(seconds), nanos: (ms - seconds * 1_000) * 1_000_000 };
}

export function periodFields(query: Parameters) {
  return { startTime: timeField(query, 'startTime'), endTime: timeField(query, 'endTime') };
}
