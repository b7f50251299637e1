import { type ReactElement, useState } from 'react';
import type { ReportFormat } from '#evidence';
import { download } from '../parts/download.js';
import { Failure } from '../parts/states.js';
import { text } from '../text.js';
import type { Examination } from '../verifier/messages.js';
import type { Verifier } from '../verifier/verifier.js';

interface ReportsProps {
  readonly id: string;
  readonly examination: Examination;
  readonly bundle: Uint8Array;
  readonly trust: Uint8Array;
  readonly verifier: Verifier;
}

const types: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
};
const formats = Object.keys(types) as readonly ReportFormat[];

/** Which rules a run supports, with the gap of each, and reports to take away. */
export function Reports({ id, examination, bundle, trust, verifier }: ReportsProps): ReactElement {
  const [problem, setProblem] = useState<unknown>(null);
  const take = async (format: ReportFormat): Promise<void> => {
    setProblem(null);
    try {
      const made = await verifier.report({ bundle, trust, acceptWithheld: false }, format);
      download(`${id}.report.${format}`, made, types[format]);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <p>{text.reports.why}</p>
      <div className="actions">
        {formats.map((format) => (
          <button key={format} type="button" onClick={() => void take(format)}>
            {text.reports.take(format.toUpperCase())}
          </button>
        ))}
        <button type="button" onClick={() => print()}>
          {text.reports.print}
        </button>
      </div>
      {problem === null ? null : <Failure error={problem} />}
      <h2>{text.verdict.regulation}</h2>
      <p className="faint">{text.verdict.regulationWhy}</p>
      <table>
        <thead>
          <tr>
            <th>{text.reports.rule}</th>
            <th>{text.reports.supports}</th>
            <th>{text.reports.gap}</th>
          </tr>
        </thead>
        <tbody>
          {examination.regulation.map(({ rule, supports, gap }) => (
            <tr key={rule}>
              <th scope="row">{rule}</th>
              <td>{supports}</td>
              <td>{gap}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
