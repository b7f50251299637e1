import type { ReactElement } from 'react';
import { text } from '../text.js';

/** The first and the last day of a period, each `YYYY-MM-DD` in UTC. */
export function PeriodFields({
  from,
  to,
  onFrom,
  onTo,
}: {
  readonly from: string;
  readonly to: string;
  readonly onFrom: (day: string) => void;
  readonly onTo: (day: string) => void;
}): ReactElement {
  return (
    <>
      <label>
        {text.periodReports.from}
        <br />
        <input type="date" value={from} max={to} onChange={(event) => onFrom(event.target.value)} />
      </label>
      <label>
        {text.periodReports.to}
        <br />
        <input type="date" value={to} min={from} onChange={(event) => onTo(event.target.value)} />
      </label>
    </>
  );
}
