import { type ReactElement, useState } from 'react';
import { queryOf } from '../api/client.js';
import { download } from '../parts/download.js';
import { PeriodFields } from '../parts/period-fields.js';
import { Failure } from '../parts/states.js';
import { useSession } from '../session.js';
import { text } from '../text.js';

const frameworks = Object.keys(
  text.periodReports.frameworks,
) as (keyof typeof text.periodReports.frameworks)[];
const formats = {
  pdf: { type: 'application/pdf', ending: 'pdf' },
  html: { type: 'text/html', ending: 'html' },
  json: { type: 'application/json', ending: 'json' },
  csv: { type: 'text/csv', ending: 'csv' },
  oscal: { type: 'application/oscal+json', ending: 'oscal.json' },
} as const;
type Format = keyof typeof formats;
const formatNames = Object.keys(formats) as Format[];

const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Reports over a period, made by the server from what it kept; the server refuses a period that it cannot count. */
export function PeriodReportsPage(): ReactElement {
  const { api } = useSession();
  const [framework, setFramework] = useState<(typeof frameworks)[number]>('ai-act');
  const [from, setFrom] = useState(() => dayOf(Date.now() - 30 * DAY_MS));
  const [to, setTo] = useState(() => dayOf(Date.now()));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const take = async (format: Format): Promise<void> => {
    if (api === null) return;
    setBusy(true);
    setProblem(null);
    try {
      // Both days are whole, of UTC; a day that is left out is for the server to choose.
      const startTime = from === '' ? undefined : `${from}T00:00:00Z`;
      const endTime = to === '' ? undefined : `${dayOf(Date.parse(to) + DAY_MS)}T00:00:00Z`;
      const made = await api.bytes(`report${queryOf({ framework, format, startTime, endTime })}`);
      const { type, ending } = formats[format];
      download(`sealflow-${framework}.${ending}`, made, type);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <h1>{text.periodReports.title}</h1>
      <p>{text.periodReports.why}</p>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          {text.periodReports.framework}
          <br />
          <select
            value={framework}
            onChange={(event) => setFramework(frameworks.find((id) => id === event.target.value) ?? 'ai-act')}
          >
            {frameworks.map((id) => (
              <option key={id} value={id}>
                {text.periodReports.frameworks[id]}
              </option>
            ))}
          </select>
        </label>
        <PeriodFields from={from} to={to} onFrom={setFrom} onTo={setTo} />
      </form>
      <div className="actions">
        {formatNames.map((format) => (
          <button key={format} type="button" disabled={busy} onClick={() => void take(format)}>
            {text.reports.take(format.toUpperCase())}
          </button>
        ))}
      </div>
      {problem === null ? null : <Failure error={problem} />}
      <p className="faint">{text.periodReports.notice}</p>
    </>
  );
}
