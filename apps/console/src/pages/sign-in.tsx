import { type FormEvent, type ReactElement, useState } from 'react';
import { Api } from '../api/client.js';
import { Failure } from '../parts/states.js';
import { useSession } from '../session.js';
import { text } from '../text.js';

export function SignIn(): ReactElement {
  const { open } = useSession();
  const [key, setKey] = useState('');
  const [tenant, setTenant] = useState('demo');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const session = { key: key.trim(), tenant: tenant.trim() };
    try {
      // Whether the key is one, and is of this tenant, is for the server to say.
      await new Api(session).ofTenant('runs', { pageSize: 1 });
      open(session);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <main className="alone" id="content">
      <h1>{text.session.title}</h1>
      <p>{text.session.why}</p>
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
        <div className="field">
          <label htmlFor="tenant">{text.session.tenant}</label>
          <input
            id="tenant"
            required
            maxLength={63}
            value={tenant}
            onChange={(event) => setTenant(event.target.value)}
            aria-describedby="tenant-hint"
          />
          <p id="tenant-hint" className="faint small">
            {text.session.tenantHint}
          </p>
        </div>
        {problem === null ? null : <Failure error={problem} />}
        <button type="submit" className="main" disabled={busy}>
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
