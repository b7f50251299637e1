import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { ApiProblem } from '../api/problem.js';
import { idOf, type Run } from '../api/types.js';
import { type ApproverKey, canKeepKeys, keptKey, sign } from '../approval/approver-key.js';
import {
  type DecisionSheet,
  draftDecision,
  envelopeOf,
  sheetOf,
  type ToSign,
  type WaitingDecision,
} from '../approval/decide.js';
import { KeyBox } from '../approval/key-box.js';
import { Digest } from '../parts/copy.js';
import { download } from '../parts/download.js';
import { PagesTable, textOf } from '../parts/pages-table.js';
import { Empty, Failure, Loading } from '../parts/states.js';
import { shownTime } from '../parts/time.js';
import { useApi } from '../session.js';
import { text } from '../text.js';

const texts = text.approvals;

export function ApprovalsPage(): ReactElement {
  const api = useApi();
  const may = api.may('approver');
  return (
    <>
      <h1>{text.nav.approvals}</h1>
      <p>{texts.why}</p>
      <PagesTable
        name="approvals"
        read={(of, parameters, signal) => of.ofTenant('approvals', parameters, signal)}
        rows="approvals"
        keyOf={(row) => `${textOf(row, 'run')} ${textOf(row, 'step')}`}
        empty={texts.empty}
        columns={[
          { title: text.runs.workflow, cell: (row) => textOf(row, 'workflow') },
          { title: text.step.name, cell: (row) => textOf(row, 'step') },
          {
            title: text.runs.columns.id,
            cell: (row) => (
              <Link href={`/runs/${idOf(textOf(row, 'run'))}`}>
                <code>{idOf(textOf(row, 'run'))}</code>
              </Link>
            ),
          },
          { title: text.tables.since, cell: (row) => shownTime(textOf(row, 'startTime') || undefined) },
          { title: text.tables.deadline, cell: (row) => shownTime(textOf(row, 'deadline') || undefined) },
          {
            title: text.tables.quorum,
            cell: (row) =>
              textOf(row, 'reason') === 'SECOND_SIGNATURE_EXPECTED'
                ? `${textOf(row, 'quorum')}; ${texts.signedOnce}`
                : textOf(row, 'quorum'),
          },
          {
            title: texts.decide,
            cell: (row) => (
              <Link
                href={`/approvals/${idOf(textOf(row, 'run'))}/${encodeURIComponent(textOf(row, 'step'))}`}
              >
                {may ? texts.decide : texts.look}
                <span className="hidden">
                  : {textOf(row, 'step')} {idOf(textOf(row, 'run'))}
                </span>
              </Link>
            ),
          },
        ]}
      />
      {may ? (
        <>
          <h2>{texts.key}</h2>
          <KeyBox onKey={() => undefined} />
        </>
      ) : null}
    </>
  );
}

/** One step that waits, what is decided on, and the decision of whoever looks. */
export function DecisionPage({ run, step }: { readonly run: string; readonly step: string }): ReactElement {
  const api = useApi();
  const path = `runs/${encodeURIComponent(run)}/steps/${encodeURIComponent(step)}/decision`;
  const waiting = useQuery({
    queryKey: [api.session.tenant, 'decision', run, step],
    queryFn: async ({ signal }) => {
      const answer = await api.ofTenant<WaitingDecision>(path, {}, signal);
      return { answer, sheet: sheetOf(answer) };
    },
  });
  const over = waiting.error instanceof ApiProblem && waiting.error.reason === 'STEP_NOT_WAITING';
  return (
    <>
      <p className="small">
        <Link href="/approvals">← {texts.back}</Link>
      </p>
      <h1>{texts.title(step)}</h1>
      {waiting.isPending ? <Loading lines={6} /> : null}
      {over ? (
        <Empty>
          {texts.over} <Link href={`/runs/${run}`}>{texts.toRun}</Link>
        </Empty>
      ) : null}
      {waiting.isError && !over ? (
        <Failure error={waiting.error} retry={() => void waiting.refetch()} />
      ) : null}
      {waiting.data === undefined ? null : (
        <>
          <Asked run={run} {...waiting.data} />
          <Deciding run={run} path={path} {...waiting.data} />
        </>
      )}
    </>
  );
}

interface AskedProps {
  readonly run: string;
  readonly answer: WaitingDecision;
  readonly sheet: DecisionSheet;
}

function Asked({ run, answer, sheet }: AskedProps): ReactElement {
  return (
    <section>
      <h2>{texts.asked}</h2>
      <dl className="facts">
        <dt>{texts.value}</dt>
        <dd>
          {sheet.value.shown === null ? (
            texts.valueSealed
          ) : (
            <>
              {sheet.value.port}: <strong data-value="true">{sheet.value.shown}</strong>
              <p className="faint small">{texts.valueWhy}</p>
            </>
          )}
        </dd>
        <dt>{texts.commitment}</dt>
        <dd>
          <Digest value={sheet.value.commitment} what={texts.commitment} />
        </dd>
        <dt>{texts.workflow}</dt>
        <dd>{sheet.workflow}</dd>
        <dt>{texts.run}</dt>
        <dd>
          <Link href={`/runs/${run}`}>
            <code>{run}</code>
          </Link>
        </dd>
        <dt>{texts.operation}</dt>
        <dd>
          <code>{sheet.operation}</code>
        </dd>
        <dt>{texts.plan}</dt>
        <dd>
          <Digest value={answer.plan} what={texts.plan} />
          <p className="faint small">{texts.planWhy}</p>
        </dd>
        <dt>{texts.policy}</dt>
        <dd>
          <Digest value={answer.policy} what={texts.policy} />
        </dd>
        <dt>{texts.quorum}</dt>
        <dd>{sheet.quorum}</dd>
        {sheet.first === null ? null : (
          <>
            <dt>{texts.first}</dt>
            <dd>
              {sheet.first.reviewer} <code>{sheet.first.key}</code>
              <p className="faint small">{texts.firstWhy}</p>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

interface Done {
  readonly toSign: ToSign;
  readonly reason: string;
  readonly state: string;
}

function Deciding({ run, path, answer, sheet }: AskedProps & { readonly path: string }): ReactElement {
  const api = useApi();
  const queries = useQueryClient();
  const [key, setKey] = useState<ApproverKey | null>(null);
  const [decision, setDecision] = useState('');
  const [reviewer, setReviewer] = useState(api.session.holder);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Done | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    if (canKeepKeys()) keptKey(api.session.tenant).then(setKey, setProblem);
  }, [api]);
  if (!api.may('approver')) return <p className="note">{texts.notApprover}</p>;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (key === null || (decision !== 'approve' && decision !== 'decline')) return;
    setBusy(true);
    setProblem(null);
    try {
      const draft = { decision, reason, reviewer, publicKey: key.publicKey, nowMs: Date.now() } as const;
      const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
      const toSign = draftDecision(answer, draft, random);
      const envelope = envelopeOf(answer, toSign, key.publicKey, await sign(key, toSign.pae));
      const statement = btoa(Array.from(envelope, (byte) => String.fromCharCode(byte)).join(''));
      const body = { statement, etag: answer.etag, requestId: crypto.randomUUID() };
      const { run: after } = await api.send<{ readonly run: Run }>(path, body);
      const state = after.steps?.find(({ id }) => id === answer.step)?.state ?? '';
      setDone({ toSign, reason, state });
      await queries.invalidateQueries({ queryKey: [api.session.tenant, 'table', 'approvals'] });
    } catch (error) {
      setProblem(error);
      // Somebody else signed meanwhile: their statement is the one to sign.
      if (error instanceof ApiProblem && ['COUNTERSIGN_EXPECTED', 'ETAG_MISMATCH'].includes(error.reason))
        await queries.invalidateQueries({ queryKey: [api.session.tenant, 'decision', run, answer.step] });
    } finally {
      setBusy(false);
    }
  };
  if (done !== null) return <Handed run={run} step={answer.step} done={done} />;
  const listed = key !== null && sheet.approvers.includes(key.publicKey);
  return (
    <section>
      <h2>{texts.key}</h2>
      <KeyBox onKey={setKey} />
      <h3>{texts.approvers}</h3>
      <ul className="plain">
        {sheet.approvers.map((approver) => (
          <li key={approver}>
            <code>{approver}</code> {approver === key?.publicKey ? <strong>({texts.yours})</strong> : null}
          </li>
        ))}
      </ul>
      {key !== null && !listed ? <p className="note warn">{texts.notListed}</p> : null}
      {listed ? (
        <form onSubmit={(event) => void submit(event)}>
          <h2>{texts.answer}</h2>
          <fieldset className="choices">
            <legend className="hidden">{texts.answer}</legend>
            {sheet.answers.map((each) => (
              <label key={each}>
                <input
                  type="radio"
                  name="decision"
                  required
                  value={each}
                  checked={decision === each}
                  onChange={() => setDecision(each)}
                />
                {texts.answers[each] ?? each}
              </label>
            ))}
          </fieldset>
          {sheet.first !== null && decision === 'approve' ? null : (
            <>
              <div className="field">
                <label htmlFor="reviewer">{texts.reviewer}</label>
                <input
                  id="reviewer"
                  required
                  maxLength={128}
                  value={reviewer}
                  onChange={(event) => setReviewer(event.target.value)}
                />
              </div>
              <div className="field">
                <label htmlFor="reason">{texts.reason}</label>
                <textarea
                  id="reason"
                  required
                  rows={3}
                  maxLength={4_000}
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                  aria-describedby="reason-hint"
                />
                <p id="reason-hint" className="faint small">
                  {texts.reasonHint}
                </p>
              </div>
            </>
          )}
          <button type="submit" className="main" disabled={busy}>
            {busy ? texts.signing : texts.sign}
          </button>
        </form>
      ) : null}
      {problem === null ? null : <Failure error={problem} title={texts.notIn} />}
    </section>
  );
}

function Handed(props: { readonly run: string; readonly step: string; readonly done: Done }): ReactElement {
  const { run, step, done } = props;
  const { reasonOpening } = done.toSign;
  const keep = (): void => {
    const file = { run, step, reason: done.reason, label: 'reason', ...reasonOpening };
    download(`${run}.${step}.reason.json`, `${JSON.stringify(file, null, 2)}\n`, 'application/json');
  };
  return (
    <div className="note good" role="status" data-decided="true">
      <p>
        <strong>{done.state.endsWith('AWAITING_APPROVAL') ? texts.waitsForSecond : texts.done}</strong>
      </p>
      <div className="actions">
        {reasonOpening === null ? null : (
          <button type="button" onClick={keep}>
            {texts.keepReason}
          </button>
        )}
        <Link className="button" href={`/runs/${run}`}>
          {texts.toRun}
        </Link>
      </div>
    </div>
  );
}
