import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { Api, Parameters } from '../api/client.js';
import { useApi } from '../session.js';
import { text } from '../text.js';
import { Empty, Failure, Loading } from './states.js';

export type Row = Readonly<Record<string, unknown>>;

export interface Column {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Of long values: wide enough for them to be read. */
  readonly wide?: boolean;
}

export interface TableProps {
  readonly name: string;
  readonly read: (api: Api, parameters: Parameters, signal: AbortSignal) => Promise<Row>;
  /** Member of the answer that has the rows. */
  readonly rows: string;
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly Column[];
  readonly empty: string;
}

/** A list of the API as a table, page by page. */
export function PagesTable({ name, read, rows, keyOf, columns, empty }: TableProps): ReactElement {
  const api = useApi();
  const list = useInfiniteQuery({
    queryKey: [api.session.tenant, 'table', name],
    queryFn: ({ pageParam, signal }) => read(api, { pageToken: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => textOf(page, 'nextPageToken') || undefined,
  });
  if (list.isPending) return <Loading lines={5} />;
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />;
  const found = list.data.pages.flatMap((page) => (Array.isArray(page[rows]) ? (page[rows] as Row[]) : []));
  if (found.length === 0) return <Empty>{empty}</Empty>;
  return (
    <div className="scroll-x">
      <table>
        <thead>
          <tr>
            {columns.map(({ title }) => (
              <th key={title}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, wide }) => (
                <td key={title} className={wide === true ? 'long' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {list.hasNextPage ? (
        <button type="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {text.tables.more}
        </button>
      ) : null}
    </div>
  );
}

/** A member as text: lists joined, what is absent as nothing. */
export function textOf(row: Row, name: string): string {
  const value = row[name];
  if (Array.isArray(value)) return value.map(String).join(', ');
  return value === undefined || value === null ? '' : String(value);
}
