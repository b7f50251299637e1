import { useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { Overview } from '../api/types.js';
import { idOf } from '../api/types.js';
import { readMachine } from '../parts/machine.js';
import { PeriodFields } from '../parts/period-fields.js';
import { SeriesChart } from '../parts/series-chart.js';
import { Empty, Failure, Loading } from '../parts/states.js';
import { useApi } from '../session.js';
import { text } from '../text.js';
import {
  costPerStep,
  endsByDay,
  firmwareAges,
  levelsByDay,
  type Point,
  secondsPerStep,
  timePerRun,
  type UsageDay,
  waitPerStep,
} from './trend-series.js';

const words = text.trends;
const DAY_MS = 86_400_000;
const WORKERS_MAX = 100;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const levels = ['PROVED', 'REPLAYED', 'ATTESTED', 'SIGNED', 'ASSERTED', 'SIMULATED'] as const;
const levelSeries = levels.map((key) => ({ key, name: text.integrity[key].name }));
/** What failed has the colour that simulated has: neither is good. */
const endLooks = { succeeded: 0, rejected: 1, failed: 5, cancelled: 3, open: 4 } as const;
const seriesOf = <Key extends string>(names: Readonly<Record<Key, string>>) =>
  (Object.keys(names) as Key[]).map((key) => ({ key, name: names[key] }));

/** What changed over a period: how good the evidence is, what became of runs, what steps cost, how old firmware is. */
export function TrendsPage(): ReactElement {
  const [from, setFrom] = useState(() => dayOf(Date.now() - 30 * DAY_MS));
  const [to, setTo] = useState(() => dayOf(Date.now()));
  return (
    <>
      <h1>{text.nav.trends}</h1>
      <form className="filters" aria-label={words.period} onSubmit={(event) => event.preventDefault()}>
        <PeriodFields from={from} to={to} onFrom={setFrom} onTo={setTo} />
      </form>
      <OfPeriod from={from} to={to} />
      <Work from={from} to={to} />
      <Firmware />
    </>
  );
}

interface Period {
  readonly from: string;
  readonly to: string;
}

function OfPeriod({ from, to }: Period): ReactElement {
  const api = useApi();
  const overview = useQuery({
    queryKey: [api.session.tenant, 'overview', from, to],
    queryFn: ({ signal }) => {
      const startTime = from === '' ? undefined : `${from}T00:00:00Z`;
      const endTime = to === '' ? undefined : `${dayOf(Date.parse(to) + DAY_MS)}T00:00:00Z`;
      return api.ofTenant<Overview>('overview', { startTime, endTime }, signal);
    },
  });
  if (overview.isPending) return <Loading lines={6} />;
  if (overview.isError) return <Failure error={overview.error} retry={() => void overview.refetch()} />;
  return (
    <>
      <Part title={words.assurance} why={text.overview.assuranceWhy} points={levelsByDay(overview.data)}>
        {(points) => (
          <SeriesChart
            {...{ title: words.assurance, unit: words.steps, first: words.day, points, series: levelSeries }}
            stacked
          />
        )}
      </Part>
      <Part title={words.ends} why={words.endsWhy} points={endsByDay(overview.data)}>
        {(points) => (
          <SeriesChart
            {...{ title: words.ends, unit: words.runs, first: words.day, points }}
            series={seriesOf(words.states).map((each) => ({ ...each, look: endLooks[each.key] }))}
            stacked
          />
        )}
      </Part>
    </>
  );
}

/** What steps and runs took, by the counters of days. */
function Work({ from, to }: Period): ReactElement {
  const api = useApi();
  const usage = useQuery({
    queryKey: [api.session.tenant, 'usage-days'],
    queryFn: ({ signal }) =>
      api.ofTenant<{ readonly days?: readonly UsageDay[] }>('usage/days', { pageSize: 400 }, signal),
  });
  if (usage.isPending) return <Loading />;
  if (usage.isError) return <Failure error={usage.error} retry={() => void usage.refetch()} />;
  const days = (usage.data.days ?? []).filter(
    ({ day = '' }) => (from === '' || day >= from) && (to === '' || day <= to),
  );
  const ofKinds = [
    { title: words.time, why: words.timeWhy, unit: words.seconds, points: secondsPerStep(days) },
    { title: words.cost, why: words.costWhy, unit: words.micros, points: costPerStep(days) },
    { title: words.wait, why: words.waitWhy, unit: words.seconds, points: waitPerStep(days) },
  ];
  return (
    <>
      {ofKinds.map(({ title, why, unit, points: all }) => (
        <Part key={title} title={title} why={why} points={all}>
          {(points) => (
            <SeriesChart {...{ title, unit, first: words.day, points }} series={seriesOf(words.kinds)} />
          )}
        </Part>
      ))}
      <Part title={words.length} why={words.lengthWhy} points={timePerRun(days)}>
        {(points) => (
          <SeriesChart
            {...{ title: words.length, unit: words.seconds, first: words.day, points }}
            series={seriesOf(words.parts)}
            stacked
          />
        )}
      </Part>
    </>
  );
}

function Firmware(): ReactElement {
  const api = useApi();
  const workers = useQuery({
    queryKey: [api.session.tenant, 'workers-of-trends'],
    queryFn: ({ signal }) =>
      api.read<{ readonly workers?: readonly { readonly name: string; readonly machine?: unknown }[] }>(
        '/v1/workers',
        { pageSize: WORKERS_MAX },
        signal,
      ),
  });
  if (workers.isPending) return <Loading />;
  if (workers.isError) return <Failure error={workers.error} retry={() => void workers.refetch()} />;
  const seen = (workers.data.workers ?? []).map(({ name, machine }) => ({
    name: idOf(name),
    machine: readMachine(machine),
  }));
  const ages = firmwareAges(seen, Date.now());
  const dated = ages.filter(({ values }) => values['days'] !== undefined);
  const undated = ages.filter(({ values }) => values['days'] === undefined).map(({ label }) => label);
  return (
    <>
      <Part title={words.firmware} why={words.firmwareWhy} points={dated} empty={words.noDates}>
        {(points) => (
          <SeriesChart
            {...{ title: words.firmware, unit: words.days, first: words.worker, points }}
            series={seriesOf({ days: words.days })}
          />
        )}
      </Part>
      {undated.length === 0 ? null : <p>{words.undated(undated)}</p>}
    </>
  );
}

interface PartProps {
  readonly title: string;
  readonly why: string;
  readonly points: readonly Point[];
  readonly empty?: string;
  readonly children: (points: readonly Point[]) => ReactNode;
}

function Part({ title, why, points, empty = words.none, children }: PartProps): ReactElement {
  return (
    <section>
      <h2>{title}</h2>
      <p>{why}</p>
      {points.length === 0 ? <Empty>{empty}</Empty> : children(points)}
    </section>
  );
}
