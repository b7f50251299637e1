import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { beginSession, loginIssuers } from '../api/client.js';
import { Failure, Loading } from '../parts/states.js';
import { useSession } from '../session.js';
import { text } from '../text.js';

/** Where the server sends a browser back to whose login failed, see `GET /v1/login/callback`. */
const loginProblem = new URLSearchParams(location.search).get('loginProblem');

export function SignIn(): ReactElement {
  const { open, state, problem: refused } = useSession();
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const issuers = useQuery({ queryKey: ['login'], queryFn: loginIssuers });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      open(await beginSession(key.trim()));
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  const shown = problem ?? refused;
  return (
    <main className="alone" id="content">
      <h1>{text.session.title}</h1>
      {state === 'asking' ? <Loading lines={3} /> : null}
      {state === 'over' ? (
        <p className="note warn" role="status">
          {text.session.over}
        </p>
      ) : null}
      <p>{text.session.why}</p>
      {loginProblem === null ? null : (
        <p className="note bad" role="alert">
          {text.session.loginProblems[loginProblem] ?? text.session.loginFailed}{' '}
          <code>{loginProblem.slice(0, 60)}</code>
        </p>
      )}
      {(issuers.data ?? []).map(({ id, name }) => (
        <p key={id}>
          <a className="button main" href={`/v1/login/${encodeURIComponent(id)}`}>
            {text.session.with(name)}
          </a>
        </p>
      ))}
      <form onSubmit={(event) => void submit(event)}>
        <div className="field">
          <label htmlFor="key">{text.session.key}</label>
          <input
            id="key"
            type="password"
            autoComplete="off"
            spellCheck={false}
            required
            maxLength={4096}
            value={key}
            onChange={(event) => setKey(event.target.value)}
            aria-describedby="key-hint"
          />
          <p id="key-hint" className="faint small">
            {text.session.keyHint}
          </p>
        </div>
        {shown === null ? null : <Failure error={shown} title={text.session.refused} />}
        <button type="submit" className={issuers.data?.length ? '' : 'main'} disabled={busy}>
          {busy ? text.session.opening : text.session.open}
        </button>
      </form>
      <p className="faint small">{text.session.kept}</p>
      <p>
        <a href="/console/verify.html">{text.session.verifyInstead}</a>
      </p>
    </main>
  );
}
