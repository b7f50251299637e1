import { Tabs } from 'radix-ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { text } from '../text.js';
import type { Examination } from '../verifier/messages.js';
import { CheckList } from './check-list.js';
import { Copy, Digest } from './copy.js';
import { RunGraphView } from './run-graph.js';
import { StepsView } from './steps-view.js';
import { VerdictBanner } from './verdict-banner.js';
import { Withheld } from './withheld.js';

interface ViewProps {
  readonly examination: Examination;
  /** Gives a reader the bytes of a part of the bundle. */
  readonly onPart: (digest: string, name: string) => void;
  /** Further tabs of a page that has the bundle. */
  readonly more?: readonly { readonly name: string; readonly title: string; readonly content: ReactNode }[];
}

/** Everything that a verification found out: the sentence first, the last byte at the end. */
export function VerdictView({ examination, onPart, more = [] }: ViewProps): ReactElement {
  const { verdict } = examination;
  const [tab, setTab] = useState(location.hash.startsWith('#check-') ? 'checks' : 'summary');
  const [step, setStep] = useState<string | null>(null);
  const open = (id: string): void => {
    setStep(id);
    setTab('steps');
  };
  return (
    <>
      <VerdictBanner examination={examination} />
      <Tabs.Root value={tab} onValueChange={setTab}>
        <Tabs.List className="tabs" aria-label={text.verdict.tabs}>
          <Tabs.Trigger value="summary">{text.verdict.summary}</Tabs.Trigger>
          <Tabs.Trigger value="steps">{text.verdict.steps(verdict.steps.length)}</Tabs.Trigger>
          <Tabs.Trigger value="checks">{text.verdict.checksTab(examination.checks.length)}</Tabs.Trigger>
          <Tabs.Trigger value="facts">{text.verdict.facts}</Tabs.Trigger>
          {more.map(({ name, title }) => (
            <Tabs.Trigger key={name} value={name}>
              {title}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value="summary">
          <Summary examination={examination} onStep={open} />
        </Tabs.Content>
        <Tabs.Content value="steps">
          <StepsView examination={examination} step={step} onStep={setStep} onPart={onPart} />
        </Tabs.Content>
        <Tabs.Content value="checks">
          <CheckList checks={examination.checks} />
        </Tabs.Content>
        <Tabs.Content value="facts">
          <Facts examination={examination} />
        </Tabs.Content>
        {more.map(({ name, content }) => (
          <Tabs.Content key={name} value={name}>
            {content}
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </>
  );
}

function Summary({
  examination,
  onStep,
}: {
  readonly examination: Examination;
  readonly onStep: (id: string) => void;
}): ReactElement {
  const { verdict, graph, bundleDigest, trustDigest } = examination;
  const { run, notProven, notChecked, withheldParts } = verdict;
  return (
    <>
      {graph === null ? null : (
        <section>
          <h2>{text.verdict.graph}</h2>
          <p className="faint">{text.verdict.graphWhy}</p>
          <RunGraphView graph={graph} levels={verdict.steps} onStep={onStep} />
        </section>
      )}
      {notProven.length === 0 ? null : (
        <Lines title={text.verdict.notProven} why={text.verdict.notProvenWhy} lines={notProven} />
      )}
      {notChecked.length === 0 ? null : <Lines title={text.verdict.notChecked} lines={notChecked} />}
      {withheldParts.length === 0 ? null : (
        <section>
          <h2>
            {text.verdict.withheld} ({withheldParts.length})
          </h2>
          <p className="faint">{text.verdict.withheldWhy}</p>
          <Withheld parts={withheldParts} />
        </section>
      )}
      <h2>{text.verdict.whatItIs}</h2>
      <dl className="facts">
        {run === null ? null : (
          <>
            <dt>{text.verdict.whatItIs}</dt>
            <dd>
              <Digest value={run.id} what={text.verdict.whatItIs} />
            </dd>
            <dt>{text.verdict.status}</dt>
            <dd>
              {run.status} {run.reason === '' ? '' : <code>{run.reason}</code>}
            </dd>
            <dt>{text.verdict.period}</dt>
            <dd>
              {run.start} – {run.end} (UTC)
            </dd>
          </>
        )}
        <dt>{text.verdict.fileDigest}</dt>
        <dd>
          <Digest value={bundleDigest} what={text.verdict.fileDigest} />
        </dd>
        <dt>{text.verdict.trustDigest}</dt>
        <dd>
          <Digest value={trustDigest} what={text.verdict.trustDigest} />
        </dd>
      </dl>
      <h2>{text.check.byHand}</h2>
      <p>{text.check.byHandWhy}</p>
      <ul className="plain">
        {text.check.commands.map((command) => (
          <li key={command}>
            <code>{command}</code> <Copy value={command} what={text.check.byHand} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Lines({
  title,
  why,
  lines,
}: {
  readonly title: string;
  readonly why?: string;
  readonly lines: readonly string[];
}): ReactElement {
  return (
    <section>
      <h2>{title}</h2>
      {why === undefined ? null : <p className="faint">{why}</p>}
      <ul className="lines">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ examination }: { readonly examination: Examination }): ReactElement {
  const own = examination.facts.filter(
    ({ topic }) => !['check', 'not proven', 'not checked', 'withheld'].includes(topic),
  );
  return (
    <>
      <p className="faint">{text.verdict.factsWhy}</p>
      <table>
        <tbody>
          {own.map(({ topic, name, value }) => (
            <tr key={`${topic} ${name} ${value}`}>
              <th scope="row">
                {topic}: {name}
              </th>
              <td className="mono">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
