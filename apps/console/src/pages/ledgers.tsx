import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { idOf } from '../api/types.js';
import type { ReplayedAdditions, ReplayedChain } from '../ledger/replay.js';
import { HistoryReplay } from '../ledger/replay-history.js';
import { Badge } from '../parts/badge.js';
import { Copy, Digest } from '../parts/copy.js';
import { PagesTable, type Row, textOf } from '../parts/pages-table.js';
import { Failure, Loading } from '../parts/states.js';
import { shownTime } from '../parts/time.js';
import { useApi } from '../session.js';
import { text } from '../text.js';

const texts = text.ledgers;

export function LedgersPage(): ReactElement {
  return (
    <>
      <h1>{text.nav.ledgers}</h1>
      <p>{texts.why}</p>
      <PagesTable
        name="ledgers"
        read={(api, parameters, signal) => api.ofTenant('ledgers', parameters, signal)}
        rows="ledgers"
        keyOf={(row) => textOf(row, 'name')}
        empty={texts.empty}
        columns={[
          {
            title: text.tables.name,
            cell: (row) => (
              <Link href={`/ledgers/${encodeURIComponent(idOf(textOf(row, 'name')))}`}>
                {idOf(textOf(row, 'name'))}
              </Link>
            ),
          },
          { title: texts.version, cell: (row) => textOf(row, 'version') },
          { title: text.tables.kind, cell: (row) => (row['paged'] === true ? texts.paged : texts.single) },
          { title: texts.newest, cell: (row) => <code>{textOf(row, 'receipt')}</code> },
        ]}
      />
    </>
  );
}

interface Ledger {
  readonly version?: string;
  readonly receipt?: string;
  readonly foundingRun?: string;
  readonly intentsWaiting?: number;
  readonly pages?: readonly Row[];
}

export function LedgerPage({ name }: { readonly name: string }): ReactElement {
  const api = useApi();
  const path = `ledgers/${encodeURIComponent(name)}`;
  const ledger = useQuery({
    queryKey: [api.session.tenant, 'ledger', name],
    queryFn: ({ signal }) => api.ofTenant<Ledger>(path, {}, signal),
  });
  const paged = ledger.data?.foundingRun !== undefined && ledger.data.foundingRun !== '';
  return (
    <>
      <p className="small">
        <Link href="/ledgers">← {texts.back}</Link>
      </p>
      <h1>{texts.title(name)}</h1>
      <p>{texts.whyOne}</p>
      {ledger.isPending ? <Loading lines={4} /> : null}
      {ledger.isError ? <Failure error={ledger.error} retry={() => void ledger.refetch()} /> : null}
      {ledger.data === undefined ? null : (
        <>
          <Facts ledger={ledger.data} />
          {paged ? <Replay name={name} /> : null}
          {paged ? <Batches path={path} /> : <Entries path={path} />}
          {(ledger.data.pages ?? []).length === 0 ? null : <Heads pages={ledger.data.pages ?? []} />}
        </>
      )}
    </>
  );
}

function Facts({ ledger }: { readonly ledger: Ledger }): ReactElement {
  const { version = '', receipt = '', intentsWaiting } = ledger;
  return (
    <dl className="facts">
      <dt>{texts.version}</dt>
      <dd>{version}</dd>
      <dt>{texts.newest}</dt>
      <dd>
        <Digest value={receipt} what={texts.newest} />
      </dd>
      {intentsWaiting === undefined ? null : (
        <>
          <dt>{texts.waiting}</dt>
          <dd>{intentsWaiting}</dd>
        </>
      )}
    </dl>
  );
}

const runOf = (row: Row): ReactElement => (
  <Link href={`/runs/${idOf(textOf(row, 'run'))}`}>
    <code>{idOf(textOf(row, 'run'))}</code>
  </Link>
);

function Batches({ path }: { readonly path: string }): ReactElement {
  return (
    <>
      <h2>{texts.batches}</h2>
      <PagesTable
        name={`${path}/batches`}
        read={(api, parameters, signal) =>
          api.ofTenant(`${path}/batches`, { ...parameters, orderBy: 'time desc' }, signal)
        }
        rows="batches"
        keyOf={(row) => textOf(row, 'run')}
        empty={texts.noBatches}
        columns={[
          { title: texts.version, cell: (row) => textOf(row, 'version') },
          { title: texts.batch, cell: runOf },
          {
            title: texts.state,
            cell: (row) => textOf(row, 'state').replace('LEDGER_BATCH_STATE_', '').toLowerCase(),
          },
          { title: texts.envelopes, cell: (row) => textOf(row, 'envelopes') },
          { title: text.tables.time, cell: (row) => shownTime(textOf(row, 'createTime') || undefined) },
          { title: texts.reason, cell: (row) => textOf(row, 'reason') },
        ]}
      />
    </>
  );
}

function Entries({ path }: { readonly path: string }): ReactElement {
  return (
    <>
      <h2>{texts.entries}</h2>
      <PagesTable
        name={`${path}/entries`}
        read={(api, parameters, signal) => api.ofTenant(`${path}/entries`, parameters, signal)}
        rows="entries"
        keyOf={(row) => textOf(row, 'version')}
        empty={texts.noBatches}
        columns={[
          { title: texts.version, cell: (row) => textOf(row, 'version') },
          { title: text.step.operation, cell: (row) => <code>{textOf(row, 'operation')}</code> },
          { title: text.runs.columns.id, cell: runOf },
          { title: text.tables.time, cell: (row) => shownTime(textOf(row, 'time') || undefined) },
          { title: text.tables.receipt, cell: (row) => <code>{textOf(row, 'receipt').slice(0, 23)}…</code> },
        ]}
      />
    </>
  );
}

function Heads({ pages }: { readonly pages: readonly Row[] }): ReactElement {
  return (
    <>
      <h2>{texts.pages}</h2>
      <div className="scroll-x">
        <table>
          <thead>
            <tr>
              <th>{texts.page}</th>
              <th>{texts.book}</th>
              <th>{texts.version}</th>
              <th>{texts.additions}</th>
              <th>{texts.ciphertext}</th>
            </tr>
          </thead>
          <tbody>
            {pages.map((row) => (
              <tr key={`${textOf(row, 'page')} ${textOf(row, 'book')}`}>
                <td>{textOf(row, 'page') || '0'}</td>
                <td>{textOf(row, 'book')}</td>
                <td>{textOf(row, 'version')}</td>
                <td>{textOf(row, 'addCount') || '0'}</td>
                <td>
                  <code>{textOf(row, 'digest')}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** How many of the newest versions are added again; 0 for none, a large number for all. */
const depths = [10, 50, Number.MAX_SAFE_INTEGER, 0];

interface Replayed {
  readonly chain: ReplayedChain;
  readonly additions: ReadonlyMap<number, ReplayedAdditions>;
}

function Replay({ name }: { readonly name: string }): ReactElement {
  const api = useApi();
  const [depth, setDepth] = useState(depths[0] ?? 10);
  const [progress, setProgress] = useState<string | null>(null);
  const [done, setDone] = useState<Replayed | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);
  const replay = async (): Promise<void> => {
    const abort = new AbortController();
    asking.current = abort;
    setDone(null);
    setProblem(null);
    setProgress(texts.receiptsRead(0));
    const history = new HistoryReplay(api, name);
    try {
      const chain = await history.chain((count) => setProgress(texts.receiptsRead(count)), abort.signal);
      const additions = new Map<number, ReplayedAdditions>();
      const chosen = depth === 0 ? [] : chain.versions.filter(({ needs }) => needs.length > 0).slice(-depth);
      for (const version of chosen) {
        if (abort.signal.aborted) break;
        setProgress(texts.adding(additions.size, chosen.length));
        additions.set(version.version, await history.add(version, abort.signal));
      }
      setDone({ chain, additions });
    } catch (error) {
      if (!abort.signal.aborted) setProblem(error);
    } finally {
      history.end();
      setProgress(null);
    }
  };
  return (
    <section>
      <h2>{texts.replay}</h2>
      <p>{texts.replayWhy}</p>
      <div className="filters">
        <label>
          {texts.replayHow}
          <br />
          <select value={depth} onChange={(event) => setDepth(Number(event.target.value))}>
            {depths.map((count) => (
              <option key={count} value={count}>
                {count === 0
                  ? texts.noneOf
                  : count === Number.MAX_SAFE_INTEGER
                    ? texts.allOf
                    : texts.newestOf(count)}
              </option>
            ))}
          </select>
        </label>
        {progress === null ? (
          <button type="button" className="main" onClick={() => void replay()}>
            {texts.begin}
          </button>
        ) : (
          <button type="button" onClick={() => asking.current?.abort()}>
            {texts.stop}
          </button>
        )}
      </div>
      {progress === null ? null : <p role="status">{progress}</p>}
      {problem === null ? null : <Failure error={problem} />}
      {done === null ? null : <Result name={name} {...done} />}
    </section>
  );
}

function Result({ name, chain, additions }: Replayed & { readonly name: string }): ReactElement {
  const all = [...additions.values()];
  // An addition finds again what its receipt alone showed.
  const found = [...chain.findings, ...all.flatMap((each) => each.findings)];
  const findings = [...new Map(found.map((finding) => [JSON.stringify(finding), finding])).values()];
  const added = all.reduce((sum, each) => sum + each.added, 0);
  const refreshed = chain.versions.reduce((sum, version) => sum + version.refreshed, 0);
  const left = chain.versions.filter(
    ({ version, needs }) => needs.length > 0 && !additions.has(version),
  ).length;
  const limits = [
    ...(left === 0 ? [] : [texts.notAdded(left)]),
    ...(refreshed === 0 ? [] : [texts.refreshed(refreshed)]),
    ...(chain.notes ? [texts.notes] : []),
    ...texts.limits,
  ];
  return (
    <>
      <div
        className={findings.length === 0 ? 'note' : 'note bad'}
        role="status"
        data-replay={findings.length === 0 ? 'holds' : 'broken'}
      >
        <p>
          <strong>
            {findings.length === 0
              ? texts.holds(chain.versions.length, added, additions.size)
              : texts.broken(findings.length)}
          </strong>
        </p>
        {findings.slice(0, 50).map(({ version, reason, where }) => (
          <p key={`${version} ${reason} ${where}`}>
            {texts.version} {version}: <code>{reason}</code> {where}
          </p>
        ))}
      </div>
      <dl className="facts">
        <dt>{texts.key}</dt>
        <dd>
          <Digest value={chain.ledgerKey} what={texts.key} />
        </dd>
      </dl>
      <h3>{texts.notDone}</h3>
      <ul className="lines">
        {limits.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>{texts.byHand}</p>
      <ul className="plain">
        {texts.commands(name).map((command) => (
          <li key={command}>
            <code>{command}</code> <Copy value={command} what={texts.byHand} />
          </li>
        ))}
      </ul>
      <Versions chain={chain} additions={additions} />
    </>
  );
}

const VERSIONS_SHOWN = 100;

function Versions({ chain, additions }: Replayed): ReactElement {
  const newest = [...chain.versions].reverse().slice(0, VERSIONS_SHOWN);
  return (
    <div className="scroll-x">
      <table>
        <thead>
          <tr>
            <th>{texts.version}</th>
            <th>{texts.event}</th>
            <th>{text.tables.time}</th>
            <th>{texts.intents}</th>
            <th>{texts.result}</th>
            <th>{text.runs.columns.id}</th>
          </tr>
        </thead>
        <tbody>
          {newest.map(({ version, event, timeMs, intents, needs, runId }) => {
            const made = additions.get(version);
            const good = made !== undefined && made.findings.length === 0;
            return (
              <tr key={version}>
                <td>{version}</td>
                <td>{event}</td>
                <td className="nowrap">{shownTime(new Date(timeMs).toISOString())}</td>
                <td>{intents ?? ''}</td>
                <td>
                  {needs.length === 0 ? (
                    <span className="faint">{texts.nothing}</span>
                  ) : made === undefined ? (
                    <Badge tone="weak" icon="skip">
                      {texts.notMade}
                    </Badge>
                  ) : (
                    <Badge tone={good ? 'strong' : 'bad'} icon={good ? 'pass' : 'fail'}>
                      {good ? texts.made(made.added) : (made.findings[0]?.reason ?? '')}
                    </Badge>
                  )}
                </td>
                <td>
                  <Link href={`/runs/${runId}`}>
                    <code>{runId}</code>
                  </Link>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
