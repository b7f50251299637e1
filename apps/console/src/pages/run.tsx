import { type ReactElement, useState } from 'react';
import { Link } from 'wouter';
import type { Run, Step } from '../api/types.js';
import { useWatchedRun } from '../api/watch.js';
import { Badge, StateBadge } from '../parts/badge.js';
import { Digest } from '../parts/copy.js';
import { download } from '../parts/download.js';
import { FileDrop } from '../parts/file-drop.js';
import { timesOf } from '../parts/run-overhead.js';
import { stageNames } from '../parts/stage-names.js';
import { Failure, Loading } from '../parts/states.js';
import { shownDuration, shownMs, shownTime } from '../parts/time.js';
import { VerdictView } from '../parts/verdict-view.js';
import { useApi, useSession } from '../session.js';
import { text } from '../text.js';
import type { Examination } from '../verifier/messages.js';
import { readFile } from '../verifier/read-file.js';
import { Verifier } from '../verifier/verifier.js';
import { Disclosure } from './disclosure.js';
import { Reports } from './reports.js';

const verifier = new Verifier();

export function RunPage({ id }: { readonly id: string }): ReactElement {
  const api = useApi();
  const { run, live } = useWatchedRun(api, id);
  return (
    <>
      <p className="small">
        <Link href="/runs">← {text.nav.runs}</Link>
      </p>
      <h1>
        {text.run.title(run?.workflow ?? '')} <span className="small faint mono">{id}</span>
      </h1>
      {run === null && live !== 'lost' ? <Loading lines={6} /> : null}
      {run === null && live === 'lost' ? <Failure error={new Error(text.states.notThere)} /> : null}
      {run === null ? null : (
        <>
          <div className="actions" role="status">
            <StateBadge state={run.state} />
            <Badge
              tone={live === 'lost' ? 'warn' : 'weak'}
              icon={live === 'live' ? 'run' : live === 'lost' ? 'warn' : 'pass'}
            >
              {text.run.live[live]}
            </Badge>
          </div>
          <Head run={run} />
          {run.bundle === undefined || run.bundle === '' ? (
            <p className="note">{text.run.noBundle}</p>
          ) : (
            <Verification id={id} />
          )}
          <h2>{text.run.timeline}</h2>
          <WhereTimeWent run={run} />
          <Timeline run={run} />
        </>
      )}
    </>
  );
}

function Head({ run }: { readonly run: Run }): ReactElement {
  return (
    <dl className="facts">
      <dt>{text.runs.columns.began}</dt>
      <dd>{shownTime(run.createTime)}</dd>
      <dt>{text.run.ended}</dt>
      <dd>{shownTime(run.endTime)}</dd>
      <dt>{text.runs.columns.took}</dt>
      <dd>{shownDuration(run.createTime, run.endTime)}</dd>
      {run.reason === undefined || run.reason === '' ? null : (
        <>
          <dt>{text.verdict.reason}</dt>
          <dd>
            <code>{run.reason}</code>
          </dd>
        </>
      )}
      {run.bundle === undefined || run.bundle === '' ? null : (
        <>
          <dt>{text.run.bundle}</dt>
          <dd>
            <Digest value={run.bundle} what={text.run.bundle} />
          </dd>
        </>
      )}
    </dl>
  );
}

interface Examined {
  readonly bundle: Uint8Array;
  readonly examination: Examination;
}

/** Fetches the bundle and judges it in this browser, by the trust file of whoever reads. */
function Verification({ id }: { readonly id: string }): ReactElement {
  const api = useApi();
  const { trust, setTrust } = useSession();
  const [stage, setStage] = useState<string | null>(null);
  const [done, setDone] = useState<Examined | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const name = `${id}.evidence.json`;
  const fetchBundle = (): Promise<Uint8Array> => api.bytes(`runs/${encodeURIComponent(id)}/bundle`);
  const attempt = (work: () => Promise<void>) => (): void => {
    setProblem(null);
    work()
      .catch(setProblem)
      .finally(() => setStage(null));
  };
  const keep = attempt(async () => download(name, done?.bundle ?? (await fetchBundle()), 'application/json'));
  const verify = attempt(async () => {
    if (trust === null) return;
    setStage(text.run.fetching);
    verifier.warm();
    const bundle = await fetchBundle();
    const examination = await verifier.examine(
      { bundle, trust: trust.bytes, acceptWithheld: false },
      (at, place) => setStage(text.verify.progress(place, stageNames.length, text.check.stages[at])),
    );
    setDone({ bundle, examination });
  });
  return (
    <section>
      <h2>{text.run.verify}</h2>
      {done === null ? <p>{text.run.verifyWhy}</p> : null}
      {trust === null ? (
        <FileDrop
          title={text.verify.dropTrust}
          hint={text.verify.dropTrustHint}
          name={null}
          accept=".json"
          onFile={(file) => attempt(async () => setTrust({ name: file.name, bytes: await readFile(file) }))()}
        />
      ) : null}
      <div className="actions">
        <button
          type="button"
          className="main"
          disabled={trust === null || stage !== null}
          onPointerEnter={() => verifier.warm()}
          onFocus={() => verifier.warm()}
          onClick={verify}
        >
          {done === null ? text.run.verifyNow : text.run.verifyAgain}
        </button>
        <button type="button" onClick={keep}>
          {text.run.keep}
        </button>
        {trust === null ? null : (
          <>
            <span className="faint">{text.run.trusting(trust.name)}</span>
            <button type="button" className="bare" onClick={() => setTrust(null)}>
              {text.run.otherTrust}
            </button>
          </>
        )}
      </div>
      {stage === null ? null : <p role="status">{stage}</p>}
      {problem === null ? null : <Failure error={problem} />}
      {done === null || trust === null ? null : (
        <VerdictView
          key={done.examination.bundleDigest}
          examination={done.examination}
          onPart={(digest, file) =>
            attempt(async () =>
              download(file, await verifier.part(done.bundle, digest), 'application/octet-stream'),
            )()
          }
          more={[
            {
              name: 'disclosure',
              title: text.disclosure.title,
              content: <Disclosure id={id} bundle={done.bundle} trust={trust.bytes} verifier={verifier} />,
            },
            {
              name: 'reports',
              title: text.reports.title,
              content: (
                <Reports
                  id={id}
                  examination={done.examination}
                  bundle={done.bundle}
                  trust={trust.bytes}
                  verifier={verifier}
                />
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

function WhereTimeWent({ run }: { readonly run: Run }): ReactElement | null {
  const times = timesOf(run);
  if (times === null) return null;
  const { totalMs, atWorkMs, overheadMs } = times;
  return <p>{text.run.times(shownMs(totalMs), shownMs(atWorkMs), shownMs(overheadMs))}</p>;
}

/** When each step was at work, over the length of the run. */
function Timeline({ run }: { readonly run: Run }): ReactElement {
  const steps = run.steps ?? [];
  const from = Date.parse(run.createTime ?? '');
  const times = [run.endTime, ...steps.flatMap(({ startTime, endTime }) => [startTime, endTime])];
  const to = Math.max(from + 1, ...times.flatMap((time) => (time === undefined ? [] : [Date.parse(time)])));
  const length = to - from;
  const share = (time: string | undefined, fallback: number): number =>
    time === undefined ? fallback : Math.min(100, Math.max(0, ((Date.parse(time) - from) / length) * 100));
  const bar = ({ startTime, endTime }: Step): ReactElement | null => {
    if (startTime === undefined) return null;
    const left = share(startTime, 0);
    return <span style={{ left: `${left}%`, width: `${Math.max(0.5, share(endTime, 100) - left)}%` }} />;
  };
  return (
    <div className="scroll-x">
      <table>
        <thead>
          <tr>
            <th>{text.step.name}</th>
            <th>{text.runs.columns.state}</th>
            <th>{text.step.operation}</th>
            <th>{text.run.worker}</th>
            <th>{text.runs.columns.took}</th>
            <th>{text.run.when}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.id}>
              <td>{step.id}</td>
              <td>
                <StateBadge state={step.state} />
                {step.reason === undefined || step.reason === '' ? null : (
                  <div className="small mono">{step.reason}</div>
                )}
              </td>
              <td className="mono">{step.operation}</td>
              <td>{step.worker}</td>
              <td>{shownDuration(step.startTime, step.endTime)}</td>
              <td>
                <div className="meter">{bar(step)}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
