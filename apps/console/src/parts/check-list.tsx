import { type ReactElement, useMemo, useState } from 'react';
import { text } from '../text.js';
import type { ShownCheck } from '../verifier/messages.js';
import { Badge, type Tone } from './badge.js';
import { Digest } from './copy.js';
import type { IconName } from './icons.js';

const looks: Readonly<Record<ShownCheck['result'], readonly [Tone, IconName]>> = {
  pass: ['mid', 'pass'],
  warn: ['warn', 'warn'],
  fail: ['bad', 'fail'],
  error: ['bad', 'fail'],
  skip: ['weak', 'skip'],
};

const filters = ['all', 'problems', 'pass', 'skip'] as const;
type Filter = (typeof filters)[number];

/** As many as a page shows at once; the search finds the others. */
const SHOWN_MAX = 400;

/** Which checks a filter leaves. Failures come first: they decide. */
export function filterChecks(
  checks: readonly ShownCheck[],
  filter: Filter,
  search: string,
): readonly ShownCheck[] {
  const wanted = search.trim().toLowerCase();
  const left = checks.filter(({ result, id, title, reason }) => {
    if (filter === 'problems' && !['fail', 'error', 'warn'].includes(result)) return false;
    if ((filter === 'pass' || filter === 'skip') && result !== filter) return false;
    return wanted === '' || `${id} ${title} ${reason ?? ''}`.toLowerCase().includes(wanted);
  });
  const weight = ({ result }: ShownCheck): number =>
    ['error', 'fail'].includes(result) ? 0 : result === 'warn' ? 1 : 2;
  return left
    .map((check, index) => ({ check, index }))
    .sort((a, b) => weight(a.check) - weight(b.check) || a.index - b.index)
    .map(({ check }) => check);
}

/** An address of one check within a page. */
export function checkAnchor({ id, title }: Pick<ShownCheck, 'id' | 'title'>): string {
  const name = title.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-|-$/g, '');
  return `check-${id}-${name}`.slice(0, 160);
}

export function CheckList({ checks }: { readonly checks: readonly ShownCheck[] }): ReactElement {
  const problems = checks.some(({ result }) => ['fail', 'error', 'warn'].includes(result));
  const linked = location.hash.startsWith('#check-');
  const [filter, setFilter] = useState<Filter>(problems && !linked ? 'problems' : 'all');
  const [search, setSearch] = useState('');
  const left = useMemo(() => filterChecks(checks, filter, search), [checks, filter, search]);
  return (
    <>
      <div className="filters">
        <label>
          {text.check.find}
          <br />
          <input type="search" value={search} onChange={(event) => setSearch(event.target.value)} />
        </label>
        <label>
          {text.check.show}
          <br />
          <select value={filter} onChange={(event) => setFilter(event.target.value as Filter)}>
            {filters.map((name) => (
              <option key={name} value={name}>
                {text.check.filter[name]} ({filterChecks(checks, name, '').length})
              </option>
            ))}
          </select>
        </label>
      </div>
      {left.length === 0 ? <p className="faint">{text.check.noneLeft}</p> : null}
      {left.slice(0, SHOWN_MAX).map((check) => (
        <CheckDetail key={`${check.stage} ${checkAnchor(check)}`} check={check} />
      ))}
      {left.length > SHOWN_MAX ? <p>{text.check.more(left.length - SHOWN_MAX)}</p> : null}
    </>
  );
}

function CheckDetail({ check }: { readonly check: ShownCheck }): ReactElement {
  const [tone, icon] = looks[check.result];
  const anchor = checkAnchor(check);
  const open = ['fail', 'error'].includes(check.result) || location.hash === `#${anchor}`;
  return (
    <details className={`check ${tone}`} id={anchor} open={open} data-result={check.result}>
      <summary>
        <span>
          <Badge tone={tone} icon={icon}>
            {text.check.result[check.result]}
          </Badge>
        </span>
        <code>{check.id}</code>
        <span>{check.title}</span>
      </summary>
      <div className="inside">
        <dl className="facts">
          <Row name={text.check.stage} value={text.check.stages[check.stage]} />
          <Row name={text.check.about} value={check.subject} />
          {check.reason === null ? null : (
            <>
              <dt>{text.verdict.reason}</dt>
              <dd>
                <code>{check.reason}</code>
              </dd>
            </>
          )}
          <Row name={text.check.expected} value={check.expected} code />
          <Row name={text.check.actual} value={check.actual} code />
          <Row name={text.check.where} value={check.where} code />
          <Row name={text.check.why} value={check.meaning} />
          <Row name={text.check.todo} value={check.advice} />
          {check.evidence.length === 0 ? null : (
            <>
              <dt>{text.check.evidence}</dt>
              <dd>
                {check.evidence.map((digest) => (
                  <div key={digest}>
                    <Digest value={digest} what={text.check.evidence} />
                  </div>
                ))}
              </dd>
            </>
          )}
        </dl>
        <p className="small">
          <a href={`#${anchor}`}>{text.check.link}</a>
        </p>
      </div>
    </details>
  );
}

function Row(props: {
  readonly name: string;
  readonly value: string | null;
  readonly code?: boolean;
}): ReactElement | null {
  if (props.value === null || props.value === '') return null;
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.code === true ? <code>{props.value}</code> : props.value}</dd>
    </>
  );
}
