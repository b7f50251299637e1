import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useRef, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { idOf } from '../api/types.js';
import { Badge } from '../parts/badge.js';
import { Digest } from '../parts/copy.js';
import { FileDrop } from '../parts/file-drop.js';
import { PeriodFields } from '../parts/period-fields.js';
import { Empty, Failure, Loading } from '../parts/states.js';
import { shownTime } from '../parts/time.js';
import { useApi, useSession } from '../session.js';
import { text } from '../text.js';
import { readFile } from '../verifier/read-file.js';
import { policyChanges } from './policy-diff.js';
import { type Compared, type Reappraised, type WhatIf, whatIf } from './what-if.js';

interface Policy {
  readonly name: string;
  readonly digest: string;
  readonly runs?: number;
  readonly firstTime?: string;
  readonly lastTime?: string;
  readonly content?: string;
}

/** The policy of the reader's own trust file, beside those that runs pinned. */
const OWN = 'own';
const runBounds = [25, 100, 400];

export function PoliciesPage(): ReactElement {
  const api = useApi();
  const list = useQuery({
    queryKey: [api.session.tenant, 'policies'],
    queryFn: ({ signal }) => api.ofTenant<{ policies?: readonly Policy[] }>('policies', {}, signal),
  });
  const policies = list.data?.policies ?? [];
  return (
    <>
      <h1>{text.nav.policies}</h1>
      <p>{text.policies.why}</p>
      {list.isPending ? <Loading lines={5} /> : null}
      {list.isError ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      {list.isSuccess && policies.length === 0 ? <Empty>{text.policies.empty}</Empty> : null}
      {policies.length === 0 ? null : (
        <>
          <Versions policies={policies} />
          <Compare policies={policies} />
        </>
      )}
    </>
  );
}

function Versions({ policies }: { readonly policies: readonly Policy[] }): ReactElement {
  return (
    <div className="scroll-x">
      <table>
        <thead>
          <tr>
            <th>{text.policies.version}</th>
            <th>{text.tables.digest}</th>
            <th>{text.policies.judged}</th>
            <th>{text.tables.first}</th>
            <th>{text.tables.last}</th>
          </tr>
        </thead>
        <tbody>
          {policies.map(({ name, digest, runs = 0, firstTime, lastTime }, index) => (
            <tr key={name}>
              <td>{policies.length - index}</td>
              <td>
                <Digest value={digest} what={text.tables.digest} />
              </td>
              <td className="nowrap">
                <Link href={`/runs?policy=${encodeURIComponent(digest)}`}>{text.policies.runs(runs)}</Link>
              </td>
              <td className="nowrap">{shownTime(firstTime)}</td>
              <td className="nowrap">{shownTime(lastTime)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Two versions side by side: their rules, and what each makes of the evidence that is stored. */
function Compare({ policies }: { readonly policies: readonly Policy[] }): ReactElement {
  const { trust, setTrust } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const [problem, setProblem] = useState<unknown>(null);
  const before = parameters.get('from') ?? policies[1]?.digest ?? policies[0]?.digest ?? '';
  const after = parameters.get('to') ?? (policies.length > 1 ? (policies[0]?.digest ?? '') : OWN);
  const left = usePolicy(policies, before);
  const right = usePolicy(policies, after);
  const choose =
    (name: 'from' | 'to') =>
    (value: string): void =>
      setParameters((given) => {
        const next = new URLSearchParams(given);
        next.set(name, value);
        return next;
      });
  const take = async (file: File): Promise<void> => {
    setProblem(null);
    try {
      const bytes = await readFile(file);
      policyOfTrust(bytes);
      setTrust({ name: file.name, bytes });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <section>
      <h2>{text.policies.compare}</h2>
      <div className="filters">
        <Choice title={text.policies.before} policies={policies} value={before} onChange={choose('from')} />
        <Choice title={text.policies.after} policies={policies} value={after} onChange={choose('to')} />
      </div>
      {trust === null ? (
        <FileDrop
          title={text.verify.dropTrust}
          hint={text.policies.trustHint}
          name={null}
          accept=".json"
          onFile={(file) => void take(file)}
        />
      ) : (
        <p className="faint">
          {text.run.trusting(trust.name)}{' '}
          <button type="button" className="bare" onClick={() => setTrust(null)}>
            {text.run.otherTrust}
          </button>
        </p>
      )}
      {problem === null ? null : <Failure error={problem} />}
      {left.isError ? <Failure error={left.error} /> : null}
      {right.isError ? <Failure error={right.error} /> : null}
      {left.data === undefined || right.data === undefined ? null : (
        <>
          <Changes before={left.data} after={right.data} />
          <Runs key={`${before} ${after}`} before={left.data} after={right.data} />
        </>
      )}
    </section>
  );
}

function Choice(props: {
  readonly title: string;
  readonly policies: readonly Policy[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactElement {
  const { policies } = props;
  return (
    <label>
      {props.title}
      <br />
      <select value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        {policies.map(({ digest }, index) => (
          <option key={digest} value={digest}>
            {text.policies.place(policies.length - index)} · {digest.slice(7, 19)}
          </option>
        ))}
        <option value={OWN}>{text.policies.own}</option>
      </select>
    </label>
  );
}

/** Content of a version; of the reader's own it is in their trust file. */
function usePolicy(policies: readonly Policy[], digest: string) {
  const api = useApi();
  const { trust } = useSession();
  const known = policies.some((policy) => policy.digest === digest);
  return useQuery({
    queryKey: [api.session.tenant, 'policy', digest, digest === OWN ? trust : null],
    enabled: known || (digest === OWN && trust !== null),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<unknown> => {
      if (digest === OWN) return policyOfTrust(trust?.bytes ?? new Uint8Array());
      const hex = digest.replace(/^sha256:/, '');
      const { content = '' } = await api.ofTenant<Policy>(`policies/${hex}`, {}, signal);
      return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(content), (c) => c.charCodeAt(0))));
    },
  });
}

function policyOfTrust(bytes: Uint8Array): unknown {
  const file: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const policy: unknown = typeof file === 'object' && file !== null ? Reflect.get(file, 'policy') : undefined;
  if (policy === undefined) throw new Error(text.policies.noTrust);
  return policy;
}

function Changes({ before, after }: { readonly before: unknown; readonly after: unknown }): ReactElement {
  const changes = policyChanges(before, after);
  if (changes.length === 0) return <Empty>{text.policies.same}</Empty>;
  return (
    <>
      <h3>{text.policies.changes(changes.length)}</h3>
      <div className="scroll-x">
        <table>
          <thead>
            <tr>
              <th>{text.policies.rule}</th>
              <th>{text.policies.before}</th>
              <th>{text.policies.after}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.where}>
                <th scope="row" className="long">
                  <code>{change.where}</code>
                </th>
                <td>{change.before === null ? <Silent /> : <code>{change.before}</code>}</td>
                <td>{change.after === null ? <Silent /> : <code>{change.after}</code>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Silent(): ReactElement {
  return <span className="faint">{text.policies.silent}</span>;
}

const DAY_MS = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Which stored runs the two versions judge otherwise. */
function Runs({ before, after }: { readonly before: unknown; readonly after: unknown }): ReactElement | null {
  const api = useApi();
  const { trust } = useSession();
  const [from, setFrom] = useState(() => dayOf(Date.now() - 30 * DAY_MS));
  const [to, setTo] = useState(() => dayOf(Date.now()));
  const [runsMax, setRunsMax] = useState(runBounds[0] ?? 25);
  const [judged, setJudged] = useState<number | null>(null);
  const [found, setFound] = useState<WhatIf | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const asking = useRef<AbortController | null>(null);
  if (!api.may('compliance', 'auditor')) return <p className="note">{text.policies.judgesOnly}</p>;
  const ask = async (): Promise<void> => {
    if (trust === null) return;
    const abort = new AbortController();
    asking.current = abort;
    setFound(null);
    setProblem(null);
    setJudged(0);
    try {
      const startTime = from === '' ? {} : { startTime: `${from}T00:00:00Z` };
      const endTime = to === '' ? {} : { endTime: `${dayOf(Date.parse(to) + DAY_MS)}T00:00:00Z` };
      const question = { trust: trust.bytes, before, after, runsMax, ...startTime, ...endTime };
      setFound(await whatIf(api, question, setJudged, abort.signal));
    } catch (error) {
      if (!abort.signal.aborted) setProblem(error);
    } finally {
      setJudged(null);
    }
  };
  return (
    <>
      <h3>{text.policies.whatIf}</h3>
      <p>{text.policies.whatIfWhy}</p>
      <div className="filters">
        <PeriodFields from={from} to={to} onFrom={setFrom} onTo={setTo} />
        <label>
          {text.policies.bound}
          <br />
          <select value={runsMax} onChange={(event) => setRunsMax(Number(event.target.value))}>
            {runBounds.map((count) => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </select>
        </label>
        {judged === null ? (
          <button type="button" className="main" disabled={trust === null} onClick={() => void ask()}>
            {text.policies.judge}
          </button>
        ) : (
          <button type="button" onClick={() => asking.current?.abort()}>
            {text.policies.stop}
          </button>
        )}
      </div>
      {trust === null ? <p className="faint">{text.policies.needsTrust}</p> : null}
      {judged === null ? null : (
        <div role="status">
          <p>{text.policies.judging(judged)}</p>
          <progress max={runsMax} value={judged} aria-label={text.policies.whatIf} />
        </div>
      )}
      {problem === null ? null : <Failure error={problem} />}
      {found === null ? null : <Differences found={found} />}
    </>
  );
}

function Differences({ found }: { readonly found: WhatIf }): ReactElement {
  const { judged, more, differ } = found;
  return (
    <>
      <p role="status" data-judged={judged}>
        <strong>{text.policies.result(differ.length, judged)}</strong> {more ? text.policies.resultMore : ''}
      </p>
      {differ.length === 0 ? null : (
        <div className="scroll-x">
          <table>
            <thead>
              <tr>
                <th>{text.runs.columns.id}</th>
                <th>{text.run.ended}</th>
                <th>{text.policies.before}</th>
                <th>{text.policies.after}</th>
              </tr>
            </thead>
            <tbody>
              {differ.map((pair) => (
                <Difference key={pair.before.run} {...pair} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Difference({ before, after }: Compared): ReactElement {
  const id = idOf(before.run);
  return (
    <tr>
      <td>
        <Link href={`/runs/${id}`}>
          <code>{id}</code>
        </Link>
      </td>
      <td className="nowrap">{shownTime(before.endTime)}</td>
      <td>
        <Fate {...before} />
      </td>
      <td>
        <Fate {...after} />
      </td>
    </tr>
  );
}

function Fate({ fate, reasons = [], simulated = false }: Reappraised): ReactElement {
  const bare = fate.replace('REAPPRAISAL_FATE_', '');
  const holds = bare === 'HOLDS';
  return (
    <>
      <Badge
        tone={holds ? (simulated ? 'warn' : 'strong') : bare === 'WOULD_FAIL' ? 'bad' : 'warn'}
        icon={holds ? (simulated ? 'warn' : 'pass') : bare === 'WOULD_FAIL' ? 'fail' : 'warn'}
      >
        {(holds && simulated ? text.policies.holdsSimulated : text.policies.fates[bare]) ?? bare}
      </Badge>
      {reasons.map((reason) => (
        <div key={reason} className="small mono">
          {reason}
        </div>
      ))}
    </>
  );
}
