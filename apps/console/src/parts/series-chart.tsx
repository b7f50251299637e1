import { type ReactElement, useId } from 'react';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { text } from '../text.js';

export interface Series {
  readonly key: string;
  readonly name: string;
  /** Number of its colour and pattern, where the place in the list would mean something else elsewhere. */
  readonly look?: number;
}

interface ChartProps {
  /** Says what is drawn, for those who do not see it. */
  readonly title: string;
  readonly unit: string;
  readonly first: string;
  readonly series: readonly Series[];
  readonly points: readonly { readonly label: string; readonly values: Readonly<Record<string, number>> }[];
  /** Heaps add up to something; bars beside each other do not. */
  readonly stacked?: boolean;
}

const HEIGHT = 260;
/** Angles of the lines of a pattern: what differs in colour differs in form too. */
const angles = [null, 45, 135, 90, 0, 20] as const;
const tick = { fill: 'var(--faint)', fontSize: 12 };
const box = { background: 'var(--ground)', color: 'var(--ink)', border: '1px solid var(--line)' };

/** A picture of several series, and below it a table of the same numbers. */
export function SeriesChart({
  title,
  unit,
  first,
  series,
  points,
  stacked = false,
}: ChartProps): ReactElement {
  const id = useId();
  const rows = points.map(({ label, values }) => ({ label, ...values }));
  return (
    <figure className="chart">
      <div role="img" aria-label={text.trends.picture(title)}>
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <BarChart data={rows} accessibilityLayer={false} margin={{ top: 8, right: 8, bottom: 0, left: 0 }}>
            <Patterns id={id} />
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis dataKey="label" tick={tick} stroke="var(--line)" minTickGap={24} />
            <YAxis tick={tick} stroke="var(--line)" width={56} allowDecimals={!stacked} />
            <Tooltip contentStyle={box} cursor={{ fill: 'var(--mute-ground)' }} isAnimationActive={false} />
            {series.map(({ key, name, look }, index) => (
              <Bar
                key={key}
                dataKey={key}
                name={name}
                fill={`url(#${patternOf(id, look ?? index)})`}
                stroke="var(--ground)"
                maxBarSize={48}
                isAnimationActive={false}
                {...(stacked ? { stackId: 'all' } : {})}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
        <ul className="plain legend">
          {series.map(({ key, name, look }, index) => (
            <li key={key}>
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <rect width="16" height="16" fill={`url(#${patternOf(id, look ?? index)})`} />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      </div>
      <details>
        <summary>{text.trends.numbers(title)}</summary>
        <table>
          <caption className="hidden">
            {title}, {unit}
          </caption>
          <thead>
            <tr>
              <th>{first}</th>
              {series.map(({ key, name }) => (
                <th key={key}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.map(({ label, values }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                {series.map(({ key }) => (
                  <td key={key}>{values[key]?.toLocaleString('en') ?? '–'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function Patterns({ id }: { readonly id: string }): ReactElement {
  return (
    <defs>
      {angles.map((angle, index) => (
        <pattern
          key={patternOf(id, index)}
          id={patternOf(id, index)}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          {...(angle === null ? {} : { patternTransform: `rotate(${angle})` })}
        >
          <rect width="6" height="6" fill={`var(--series-${index})`} />
          {angle === null ? null : <rect width="2" height="6" fill="var(--ground)" fillOpacity="0.55" />}
        </pattern>
      ))}
    </defs>
  );
}

function patternOf(id: string, index: number): string {
  return `${id}-${index % angles.length}`;
}
