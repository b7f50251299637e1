import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { Link } from 'wouter';
import { idOf } from '../api/types.js';
import { PagesTable, type Row, textOf } from '../parts/pages-table.js';
import { Failure } from '../parts/states.js';
import { shownTime } from '../parts/time.js';
import { useApi } from '../session.js';
import { text } from '../text.js';

const texts = text.tables.retention;

/** What keeps runs whatever the rules say: who may, places and lifts it here. */
export function Holds(): ReactElement {
  const api = useApi();
  const queries = useQueryClient();
  const [lifting, setLifting] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const may = api.may('compliance');
  const send = async (path: string, body: object): Promise<boolean> => {
    setProblem(null);
    try {
      await api.send(path, { ...body, requestId: crypto.randomUUID() });
      setLifting(null);
      await queries.invalidateQueries({ queryKey: [api.session.tenant, 'table', 'holds'] });
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    }
  };
  return (
    <>
      <h2>{texts.holds}</h2>
      <PagesTable
        name="holds"
        read={(of, parameters, signal) => of.ofTenant('holds', { ...parameters, all: 'true' }, signal)}
        rows="holds"
        keyOf={(row) => textOf(row, 'name')}
        empty={texts.noHolds}
        columns={[
          { title: text.tables.name, cell: (row) => <code>{idOf(textOf(row, 'name'))}</code> },
          { title: text.runs.columns.id, cell: runCell },
          { title: text.tables.who, cell: (row) => textOf(row, 'actor') },
          { title: text.tables.since, cell: (row) => shownTime(textOf(row, 'placeTime') || undefined) },
          { title: texts.why, cell: (row) => textOf(row, 'reason') },
          {
            title: texts.lifted,
            cell: (row) =>
              textOf(row, 'liftTime') === '' && may ? (
                <button type="button" onClick={() => setLifting(textOf(row, 'name'))}>
                  {texts.lift}
                  <span className="hidden">: {idOf(textOf(row, 'name'))}</span>
                </button>
              ) : (
                shownTime(textOf(row, 'liftTime') || undefined)
              ),
          },
        ]}
      />
      {problem === null ? null : <Failure error={problem} title={texts.notDone} />}
      {lifting === null ? null : (
        <ReasonForm
          key={lifting}
          title={texts.liftTitle(idOf(lifting))}
          action={texts.lift}
          onSend={({ reason }) => send(`holds/${idOf(lifting)}/lift`, { reason })}
        />
      )}
      {may ? (
        <ReasonForm
          title={texts.placeTitle}
          action={texts.place}
          withRun
          onSend={({ run, reason }) =>
            send('holds', { reason, run: run === '' ? '' : `tenants/${api.session.tenant}/runs/${run}` })
          }
        />
      ) : null}
    </>
  );
}

function runCell(row: Row): ReactElement | string {
  const id = idOf(textOf(row, 'run'));
  if (id === '') return texts.allRuns;
  return (
    <Link href={`/runs/${id}`}>
      <code>{id}</code>
    </Link>
  );
}

interface ReasonProps {
  readonly title: string;
  readonly action: string;
  readonly withRun?: boolean;
  readonly onSend: (given: { readonly run: string; readonly reason: string }) => Promise<boolean>;
}

function ReasonForm({ title, action, withRun = false, onSend }: ReasonProps): ReactElement {
  const [run, setRun] = useState('');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    if (await onSend({ run: run.trim().toUpperCase(), reason: reason.trim() })) {
      setRun('');
      setReason('');
    }
    setBusy(false);
  };
  return (
    <form className="filters" aria-label={title} onSubmit={(event) => void submit(event)}>
      <strong>{title}</strong>
      {withRun ? (
        <label>
          {texts.run}
          <br />
          <input size={28} maxLength={26} value={run} onChange={(event) => setRun(event.target.value)} />
        </label>
      ) : null}
      <label>
        {texts.why}
        <br />
        <input
          size={36}
          required
          maxLength={512}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <button type="submit" disabled={busy}>
        {action}
      </button>
    </form>
  );
}
