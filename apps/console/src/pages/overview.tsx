import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { idOf, type Overview, type RunPage } from '../api/types.js';
import {
  type Confidentiality,
  ConfidentialityBadge,
  IntegrityBadge,
  knownIntegrity,
  StateBadge,
} from '../parts/badge.js';
import { Empty, Failure, Loading } from '../parts/states.js';
import { shownTime } from '../parts/time.js';
import { useApi } from '../session.js';
import { text } from '../text.js';

export function OverviewPage(): ReactElement {
  const api = useApi();
  const { tenant } = api.session;
  const overview = useQuery({
    queryKey: [tenant, 'overview'],
    queryFn: ({ signal }) => api.ofTenant<Overview>('overview', {}, signal),
    refetchInterval: 30_000,
  });
  const latest = useQuery({
    queryKey: [tenant, 'latest'],
    queryFn: ({ signal }) => api.ofTenant<RunPage>('runs', { pageSize: 8 }, signal),
    refetchInterval: 10_000,
  });
  return (
    <>
      <h1>{text.overview.title}</h1>
      {overview.isPending ? <Loading lines={6} /> : null}
      {overview.isError ? <Failure error={overview.error} retry={() => void overview.refetch()} /> : null}
      {overview.data === undefined ? null : <Cards overview={overview.data} />}
      <h2>{text.overview.latest}</h2>
      {latest.isPending ? <Loading /> : null}
      {latest.isError ? <Failure error={latest.error} retry={() => void latest.refetch()} /> : null}
      {latest.data?.runs?.length === 0 || (latest.isSuccess && latest.data.runs === undefined) ? (
        <Empty>{text.overview.noRuns}</Empty>
      ) : null}
      {latest.data?.runs === undefined || latest.data.runs.length === 0 ? null : (
        <table>
          <thead>
            <tr>
              <th>{text.runs.columns.state}</th>
              <th>{text.runs.columns.id}</th>
              <th>{text.runs.columns.workflow}</th>
              <th>{text.runs.columns.began}</th>
            </tr>
          </thead>
          <tbody>
            {latest.data.runs.map(({ name, state, workflow, createTime }) => (
              <tr key={name}>
                <td>
                  <StateBadge state={state} />
                </td>
                <td>
                  <Link href={`/runs/${idOf(name)}`}>
                    <code>{idOf(name)}</code>
                  </Link>
                </td>
                <td>{workflow}</td>
                <td>{shownTime(createTime)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Cards({ overview }: { readonly overview: Overview }): ReactElement {
  const { runs = 0, states = [], levels = [], incomplete, log, approvalsWaiting = 0, days = [] } = overview;
  const gaps = [
    [incomplete?.openRuns, text.overview.open],
    [incomplete?.parkedRuns, text.overview.parked],
    [incomplete?.unstampedRuns, text.overview.unstamped],
    [incomplete?.deletedRuns, text.overview.deleted],
  ] as const;
  return (
    <>
      {approvalsWaiting === 0 ? null : (
        <p className="note warn">
          <Link href="/approvals">{text.overview.approvals(approvalsWaiting)}</Link>
        </p>
      )}
      <div className="cards">
        <Card title={text.overview.population}>
          <p className="big">{runs.toLocaleString('en')}</p>
          <ul className="plain">
            {states.map(({ state, runs: count }) => (
              <li key={state}>
                <StateBadge state={state} /> {count}
              </li>
            ))}
          </ul>
        </Card>
        <Card title={text.overview.incomplete}>
          <ul className="plain">
            {gaps.map(([count = 0, what]) => (
              <li key={what}>
                <strong>{count}</strong> {what}
              </li>
            ))}
          </ul>
        </Card>
        <Card title={text.overview.log}>
          <p className="big">{log?.size ?? '0'}</p>
          <p className="faint">
            {text.overview.logSize}; {log?.publishedSize ?? '0'} {text.overview.logPublished}
          </p>
          <p>
            {log?.leavesWaiting ?? 0} {text.overview.logWaiting}
          </p>
          <p>
            {(log?.witnesses ?? []).length === 0
              ? text.overview.noWitness
              : text.overview.witnessed(log?.witnesses?.length ?? 0, log?.quorum ?? 0)}
          </p>
        </Card>
      </div>
      <div className="cards">
        <Card title={text.overview.assurance}>
          <p className="faint small">{text.overview.assuranceWhy}</p>
          {levels.length === 0 ? <p>{text.overview.noLevels}</p> : null}
          <ul className="plain">
            {levels.map(({ integrity, confidentiality, steps }) => (
              <li key={`${integrity} ${confidentiality}`}>
                <IntegrityBadge level={knownIntegrity(integrity.replace('INTEGRITY_', ''))} />{' '}
                <ConfidentialityBadge
                  level={confidentiality.replace('CONFIDENTIALITY_', '') as Confidentiality}
                />{' '}
                {text.overview.steps(steps)}
              </li>
            ))}
          </ul>
        </Card>
        <Card title={text.overview.days}>
          <DayBars days={days} />
        </Card>
      </div>
    </>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Runs of each day, the newest first: a table whose last column is drawn. */
function DayBars({ days }: { readonly days: NonNullable<Overview['days']> }): ReactElement {
  const counts = days
    .map(({ day, states = [] }) => ({ day, runs: states.reduce((sum, { runs }) => sum + runs, 0) }))
    .sort((left, right) => right.day.localeCompare(left.day))
    .slice(0, 14);
  const most = Math.max(1, ...counts.map(({ runs }) => runs));
  if (counts.length === 0) return <p>{text.overview.noRuns}</p>;
  return (
    <table>
      <tbody>
        {counts.map(({ day, runs }) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            <td>{runs}</td>
            <td>
              <div className="meter">
                <span style={{ width: `${(runs / most) * 100}%` }} />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
