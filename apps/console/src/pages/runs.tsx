import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { idOf, type Run, type RunPage } from '../api/types.js';
import { StateBadge } from '../parts/badge.js';
import { download } from '../parts/download.js';
import { Empty, Failure, Loading } from '../parts/states.js';
import { shownDuration, shownTime } from '../parts/time.js';
import { useApi } from '../session.js';
import { text } from '../text.js';
import { filterOf, type RunFilter, runFilterNames } from './run-filter.js';
import { SampleBox } from './sample.js';

const PAGE = 200;
const ROW_PX = 42;
const states = [
  'RUNNING',
  'AWAITING_APPROVAL',
  'AWAITING_INPUT',
  'SUCCEEDED',
  'REJECTED',
  'FAILED',
  'CANCELLED',
  'EXPIRED',
  'PAUSED',
  'PARKED',
];
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

export function RunsPage(): ReactElement {
  const api = useApi();
  const [parameters, setParameters] = useSearchParams();
  const [, go] = useLocation();
  const [find, setFind] = useState('');
  const filter: RunFilter = Object.fromEntries(
    runFilterNames.map((name) => [name, parameters.get(name) ?? '']),
  );
  const query = filterOf(filter);
  const list = useInfiniteQuery({
    queryKey: [api.session.tenant, 'runs', query],
    queryFn: ({ pageParam, signal }) =>
      api.ofTenant<RunPage>('runs', { pageSize: PAGE, pageToken: pageParam, filter: query }, signal),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) =>
      nextPageToken === undefined || nextPageToken === '' ? undefined : nextPageToken,
  });
  const runs = list.data?.pages.flatMap(({ runs: found = [] }) => found) ?? [];
  const set = (name: string, value: string): void =>
    setParameters((before) => {
      const next = new URLSearchParams(before);
      if (value === '') next.delete(name);
      else next.set(name, value);
      return next;
    });
  const open = (event: FormEvent): void => {
    event.preventDefault();
    const id = find.trim().toUpperCase();
    if (ULID.test(id)) go(`/runs/${id}`);
  };
  const csv = async (): Promise<void> => {
    const bytes = await api.bytes(
      `runs.csv${query === '' ? '' : `?${new URLSearchParams({ filter: query })}`}`,
    );
    download('runs.csv', bytes, 'text/csv');
  };
  return (
    <>
      <h1>{text.runs.title}</h1>
      <form className="filters" onSubmit={open}>
        <label>
          {text.runs.find}
          <br />
          <input
            type="search"
            value={find}
            size={28}
            placeholder={text.runs.findHint}
            onChange={(event) => setFind(event.target.value)}
          />
        </label>
        <button type="submit">{text.runs.open}</button>
        <label>
          {text.runs.state}
          <br />
          <select value={filter['state'] ?? ''} onChange={(event) => set('state', event.target.value)}>
            <option value="">{text.runs.any}</option>
            {states.map((state) => (
              <option key={state} value={state}>
                {text.runStates[state]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {text.runs.workflow}
          <br />
          <input
            value={filter['workflow'] ?? ''}
            maxLength={128}
            size={12}
            onChange={(event) => set('workflow', event.target.value)}
          />
        </label>
        <label>
          {text.runs.from}
          <br />
          <input
            type="date"
            value={filter['from'] ?? ''}
            onChange={(event) => set('from', event.target.value)}
          />
        </label>
        <label>
          {text.runs.to}
          <br />
          <input type="date" value={filter['to'] ?? ''} onChange={(event) => set('to', event.target.value)} />
        </label>
        {filter['policy'] === '' ? null : (
          <span className="chip">
            {text.runs.policy} <code>{filter['policy']?.slice(7, 19)}</code>
          </span>
        )}
        <button type="button" onClick={() => setParameters({})}>
          {text.runs.clear}
        </button>
        <button type="button" onClick={() => void csv()}>
          {text.runs.csv}
        </button>
      </form>
      <SampleBox filter={query} />
      {list.isPending ? <Loading lines={6} /> : null}
      {list.isError ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      {list.isSuccess && runs.length === 0 ? <Empty>{text.runs.empty}</Empty> : null}
      {runs.length === 0 ? null : (
        <>
          <p className="faint" role="status">
            {text.runs.count(runs.length, list.hasNextPage)}
          </p>
          <Rows
            runs={runs}
            more={list.hasNextPage && !list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        </>
      )}
    </>
  );
}

interface RowsProps {
  readonly runs: readonly Run[];
  readonly more: boolean;
  readonly onMore: () => void;
}

/** Only rows in sight are drawn, and the next page is asked for when its rows come into sight. */
function Rows({ runs, more, onMore }: RowsProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= runs.length - 20) onMore();
  }, [more, last, runs.length, onMore]);
  const { columns } = text.runs;
  return (
    <div ref={box} className="rows runs">
      <table aria-rowcount={runs.length + 1}>
        <caption className="hidden">{text.runs.title}</caption>
        <thead>
          <tr className="row head" aria-rowindex={1}>
            {Object.values(columns).map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const run = runs[index];
            if (run === undefined) return null;
            const id = idOf(run.name);
            return (
              <tr
                key={run.name}
                className="row body"
                aria-rowindex={index + 2}
                style={{ transform: `translateY(${start}px)` }}
              >
                <td>
                  <StateBadge state={run.state} />
                </td>
                <td>
                  <Link href={`/runs/${id}`}>
                    <code>{id}</code>
                  </Link>
                </td>
                <td>{run.workflow}</td>
                <td>{shownTime(run.createTime)}</td>
                <td>{shownDuration(run.createTime, run.endTime)}</td>
                <td title={run.reason}>{run.reason}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
