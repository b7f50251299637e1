import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { Link } from 'wouter';
import { idOf } from '../api/types.js';
import { plain, time } from '../parts/columns.js';
import { type Column, PagesTable, type Row, textOf } from '../parts/pages-table.js';
import { Failure } from '../parts/states.js';
import { useApi } from '../session.js';
import { text } from '../text.js';

const texts = text.tables.retention;

/** How long runs are kept: everybody who reads runs sees it, who may sets and removes rules here. */
export function Rules(): ReactElement {
  const api = useApi();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState<Row | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const may = api.may('compliance');
  const send = async (rule: object): Promise<boolean> => {
    setProblem(null);
    try {
      await api.send('retentionRules', { ...rule, requestId: crypto.randomUUID() });
      setRemoving(null);
      await queries.invalidateQueries({ queryKey: [api.session.tenant, 'table', 'rules'] });
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    }
  };
  const remove: Column = {
    title: texts.remove,
    cell: (row) => (
      <button type="button" onClick={() => setRemoving(row)}>
        {texts.remove}
        <span className="hidden">: {textOf(row, 'class')}</span>
      </button>
    ),
  };
  return (
    <>
      <h2>{texts.rules}</h2>
      <p>{texts.rulesWhy}</p>
      <PagesTable
        name="rules"
        read={(of, _, signal) => of.ofTenant('retentionRules', {}, signal)}
        rows="rules"
        keyOf={(row) => ['class', 'workflow', 'run'].map((name) => textOf(row, name)).join(' ')}
        empty={texts.noRules}
        columns={[
          plain(texts.class, 'class'),
          { title: texts.covers, cell: (row) => covered(row) },
          { title: texts.payloadDays, cell: (row) => textOf(row, 'payloadDays') || texts.forEver },
          { title: texts.evidenceDays, cell: (row) => textOf(row, 'evidenceDays') || texts.forEver },
          plain(text.tables.who, 'actor'),
          time(text.tables.since, 'setTime'),
          ...(may ? [remove] : []),
        ]}
      />
      {problem === null ? null : <Failure error={problem} title={texts.notDone} />}
      {removing === null ? null : (
        <RemoveForm
          key={textOf(removing, 'class')}
          name={textOf(removing, 'class')}
          onSend={(reason) =>
            send({
              reason,
              remove: true,
              workflow: textOf(removing, 'workflow'),
              run: textOf(removing, 'run'),
            })
          }
        />
      )}
      {may ? <SetForm tenant={api.session.tenant} onSend={send} /> : null}
    </>
  );
}

function covered(row: Row): ReactElement | string {
  const id = idOf(textOf(row, 'run'));
  if (id === '') return textOf(row, 'workflow') || texts.allRuns;
  return (
    <Link href={`/runs/${id}`}>
      <code>{id}</code>
    </Link>
  );
}

interface Rule {
  readonly class: string;
  readonly workflow: string;
  readonly run: string;
  readonly payloadDays: string;
  readonly evidenceDays: string;
  readonly reason: string;
}

const empty: Rule = { class: '', workflow: '', run: '', payloadDays: '', evidenceDays: '', reason: '' };

interface SetProps {
  readonly tenant: string;
  readonly onSend: (rule: object) => Promise<boolean>;
}

/** A rule of the same runs is replaced. */
function SetForm({ tenant, onSend }: SetProps): ReactElement {
  const [rule, setRule] = useState(empty);
  const [busy, setBusy] = useState(false);
  const field = (name: keyof Rule, label: string, wanted: object): ReactElement => (
    <label>
      {label}
      <br />
      <input
        {...wanted}
        value={rule[name]}
        onChange={(event) => setRule({ ...rule, [name]: event.target.value })}
      />
    </label>
  );
  const days = (name: 'payloadDays' | 'evidenceDays'): number | null =>
    rule[name].trim() === '' ? null : Number(rule[name]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const run = rule.run.trim().toUpperCase();
    const sent = await onSend({
      class: rule.class.trim(),
      workflow: rule.workflow.trim(),
      run: run === '' ? '' : `tenants/${tenant}/runs/${run}`,
      payloadDays: days('payloadDays'),
      evidenceDays: days('evidenceDays'),
      reason: rule.reason.trim(),
    });
    if (sent) setRule(empty);
    setBusy(false);
  };
  const number = { type: 'number', min: 0, max: 36_500, size: 8, placeholder: texts.forEver };
  return (
    <form className="filters" aria-label={texts.setTitle} onSubmit={(event) => void submit(event)}>
      <strong>{texts.setTitle}</strong>
      {field('class', texts.classOf, { required: true, maxLength: 63, size: 14 })}
      {field('workflow', texts.workflow, { maxLength: 128, size: 20 })}
      {field('run', texts.run, { maxLength: 26, size: 28 })}
      {field('payloadDays', texts.payloadDays, number)}
      {field('evidenceDays', texts.evidenceDays, number)}
      {field('reason', texts.why, { required: true, maxLength: 512, size: 36 })}
      <button type="submit" disabled={busy}>
        {texts.set}
      </button>
    </form>
  );
}

interface RemoveProps {
  readonly name: string;
  readonly onSend: (reason: string) => Promise<boolean>;
}

function RemoveForm({ name, onSend }: RemoveProps): ReactElement {
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void onSend(reason.trim());
  };
  return (
    <form className="filters" aria-label={texts.removeTitle(name)} onSubmit={submit}>
      <strong>{texts.removeTitle(name)}</strong>
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
      <button type="submit">{texts.remove}</button>
    </form>
  );
}
