import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import type { Overview } from '../api/types.js';
import { Digest } from '../parts/copy.js';
import { PagesTable, textOf } from '../parts/pages-table.js';
import { Failure, Loading } from '../parts/states.js';
import { shownTime } from '../parts/time.js';
import { useApi } from '../session.js';
import { text } from '../text.js';
import type { ConsistencyProof } from './log-consistency.js';

type Health = NonNullable<Overview['log']>;

export function LogPage(): ReactElement {
  const api = useApi();
  const health = useQuery({
    queryKey: ['log', 'health'],
    queryFn: ({ signal }) => api.read<Health>('/v1/log/health', {}, signal),
  });
  return (
    <>
      <h1>{text.nav.log}</h1>
      <p>{text.log.why}</p>
      {health.isPending ? <Loading lines={3} /> : null}
      {health.isError ? <Failure error={health.error} retry={() => void health.refetch()} /> : null}
      {health.data === undefined ? null : (
        <dl className="facts">
          <dt>{text.log.origin}</dt>
          <dd>{health.data.origin}</dd>
          <dt>{text.log.size}</dt>
          <dd>{text.log.sizes(health.data.size ?? '0', health.data.publishedSize ?? '0')}</dd>
          <dt>{text.log.newest}</dt>
          <dd>{shownTime(health.data.checkpointTime)}</dd>
          <dt>{text.log.witnesses}</dt>
          <dd>
            {(health.data.witnesses ?? []).length === 0
              ? text.overview.noWitness
              : (health.data.witnesses ?? [])
                  .map(({ name, cosignedSize = '0' }) => text.log.cosigned(name, cosignedSize))
                  .join('; ')}
          </dd>
        </dl>
      )}
      <Consistency key={health.data?.publishedSize ?? ''} newest={health.data?.publishedSize ?? '1'} />
      <h2>{text.log.checkpoints}</h2>
      <PagesTable
        name="checkpoints"
        read={(reader, parameters, signal) => reader.read('/v1/log/checkpoints', parameters, signal)}
        rows="checkpoints"
        keyOf={(row) => textOf(row, 'size')}
        empty={text.log.empty}
        columns={[
          { title: text.log.entries, cell: (row) => textOf(row, 'size') },
          { title: text.tables.time, cell: (row) => shownTime(textOf(row, 'time')) },
          { title: text.log.cosignatures, cell: (row) => textOf(row, 'cosignatures') || '0' },
          {
            title: text.log.note,
            cell: (row) => (
              <details>
                <summary>{text.log.showNote}</summary>
                <pre className="small scroll-x">{textOf(row, 'note')}</pre>
              </details>
            ),
          },
        ]}
      />
    </>
  );
}

/** A proof with what this browser makes of it. */
interface Checked extends ConsistencyProof {
  readonly from: string;
  readonly to: string;
  readonly holds: boolean;
}

/** Whether the log of one size is the beginning of the log of another. */
function Consistency({ newest }: { readonly newest: string }): ReactElement {
  const api = useApi();
  const [from, setFrom] = useState('1');
  const [to, setTo] = useState(newest);
  const [proof, setProof] = useState<Checked | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(null);
    setProof(null);
    prove().then(setProof, setProblem);
  };
  const prove = async (): Promise<Checked> => {
    const [answer, { isConsistent }] = await Promise.all([
      api.read<ConsistencyProof>('/v1/log/consistency', { from, to }),
      import('./log-consistency.js'),
    ]);
    return { ...answer, from, to, holds: isConsistent(from, to, answer) };
  };
  return (
    <section>
      <h2>{text.log.consistency}</h2>
      <p className="faint">{text.log.consistencyWhy}</p>
      <form className="filters" onSubmit={ask}>
        <label>
          {text.log.from}
          <br />
          <input
            inputMode="numeric"
            pattern="[1-9][0-9]{0,15}"
            required
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
        </label>
        <label>
          {text.log.to}
          <br />
          <input
            inputMode="numeric"
            pattern="[1-9][0-9]{0,15}"
            required
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </label>
        <button type="submit">{text.log.prove}</button>
      </form>
      {problem === null ? null : <Failure error={problem} />}
      {proof === null ? null : (
        <>
          <p className={proof.holds ? 'note good' : 'note bad'} role="status" data-consistent={proof.holds}>
            {proof.holds ? text.log.consistent(proof.from, proof.to) : text.log.inconsistent}
          </p>
          <dl className="facts">
            <dt>{text.log.rootAt(proof.from)}</dt>
            <dd>
              <Digest value={proof.fromRoot ?? ''} what={text.log.rootAt(proof.from)} />
            </dd>
            <dt>{text.log.rootAt(proof.to)}</dt>
            <dd>
              <Digest value={proof.toRoot ?? ''} what={text.log.rootAt(proof.to)} />
            </dd>
            <dt>{text.log.path}</dt>
            <dd>{text.log.hashes((proof.path ?? []).length)}</dd>
          </dl>
        </>
      )}
    </section>
  );
}
