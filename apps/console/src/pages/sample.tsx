import { type FormEvent, type ReactElement, useState } from 'react';
import { Link } from 'wouter';
import { idOf, type Run } from '../api/types.js';
import { StateBadge } from '../parts/badge.js';
import { Copy, Digest } from '../parts/copy.js';
import { Failure } from '../parts/states.js';
import { shownTime } from '../parts/time.js';
import { useApi } from '../session.js';
import { text } from '../text.js';

const texts = text.sample;

interface Sample {
  readonly runs?: readonly { readonly rank: string; readonly run: Run }[];
  readonly population?: number;
  readonly populationDigest?: string;
  readonly seed?: string;
}

/** Runs drawn by a seed, so that whoever knows the seed and the list draws the same. */
export function SampleBox({ filter }: { readonly filter: string }): ReactElement {
  const api = useApi();
  const [seed, setSeed] = useState('');
  const [size, setSize] = useState(25);
  const [drawn, setDrawn] = useState<Sample | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const draw = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    setDrawn(null);
    try {
      setDrawn(await api.ofTenant<Sample>('runSamples', { seed, size, filter }));
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <details className="card fold">
      <summary>{texts.title}</summary>
      <p>{texts.why}</p>
      <form className="filters" onSubmit={(event) => void draw(event)}>
        <label>
          {texts.seed}
          <br />
          <input
            required
            maxLength={64}
            pattern="[A-Za-z0-9._\-]+"
            title={texts.seedHint}
            value={seed}
            onChange={(event) => setSeed(event.target.value)}
          />
        </label>
        <label>
          {texts.size}
          <br />
          <input
            type="number"
            min={1}
            max={1_000}
            required
            value={size}
            onChange={(event) => setSize(Number(event.target.value))}
          />
        </label>
        <button type="submit">{texts.draw}</button>
      </form>
      {problem === null ? null : <Failure error={problem} />}
      {drawn === null ? null : <Drawn drawn={drawn} />}
    </details>
  );
}

function Drawn({ drawn }: { readonly drawn: Sample }): ReactElement {
  const { runs = [], population = 0, populationDigest = '', seed = '' } = drawn;
  return (
    <>
      <p role="status" data-drawn={runs.length}>
        {texts.drawn(runs.length, population)}
      </p>
      <dl className="facts">
        <dt>{texts.digest}</dt>
        <dd>
          <Digest value={populationDigest} what={texts.digest} />
        </dd>
        <dt>{texts.again}</dt>
        <dd>
          <code>{texts.command(seed)}</code> <Copy value={texts.command(seed)} what={texts.again} />
        </dd>
      </dl>
      <div className="scroll-x">
        <table>
          <thead>
            <tr>
              <th>{text.runs.columns.id}</th>
              <th>{text.runs.columns.state}</th>
              <th>{text.runs.columns.workflow}</th>
              <th>{text.runs.columns.began}</th>
              <th>{texts.rank}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map(({ rank, run }) => (
              <tr key={rank}>
                <td>
                  <Link href={`/runs/${idOf(run.name)}`}>
                    <code>{idOf(run.name)}</code>
                  </Link>
                </td>
                <td>
                  <StateBadge state={run.state} />
                </td>
                <td>{run.workflow}</td>
                <td className="nowrap">{shownTime(run.createTime)}</td>
                <td>
                  <code>{rank.slice(0, 16)}…</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
