import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { Api, currentSession, type Session } from './api/client.js';

interface Held {
  readonly api: Api | null;
  /** `asking`: a session of before may still be there. `over`: the server took the session back. */
  readonly state: 'asking' | 'none' | 'open' | 'over';
  /** What the server said when it was asked for a session, e.g. that the credential is of no tenant. */
  readonly problem: unknown;
  /** The trust file of whoever reads: what they believe without proof. Kept for as long as the page is open. */
  readonly trust: { readonly name: string; readonly bytes: Uint8Array } | null;
  readonly open: (session: Session) => void;
  readonly close: () => void;
  readonly setTrust: (trust: { readonly name: string; readonly bytes: Uint8Array } | null) => void;
}

const Context = createContext<Held | null>(null);

export function SessionProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [session, setSession] = useState<Session | null>(null);
  const [state, setState] = useState<Held['state']>('asking');
  const [problem, setProblem] = useState<unknown>(null);
  const [trust, setTrust] = useState<Held['trust']>(null);
  useEffect(() => {
    currentSession().then(
      (found) => {
        setSession(found);
        setState(found === null ? 'none' : 'open');
      },
      (error: unknown) => {
        setProblem(error);
        setState('none');
      },
    );
  }, []);
  const held = useMemo<Held>(() => {
    const leave = (next: 'none' | 'over') => (): void => {
      setSession(null);
      setState(next);
      setTrust(null);
    };
    return {
      api: session === null ? null : new Api(session, leave('over')),
      state,
      problem,
      trust,
      open: (next) => {
        setSession(next);
        setState('open');
        setProblem(null);
      },
      close: leave('none'),
      setTrust,
    };
  }, [session, state, problem, trust]);
  return <Context.Provider value={held}>{children}</Context.Provider>;
}

export function useSession(): Held {
  const held = useContext(Context);
  if (held === null) throw new Error('no session around this part of the page');
  return held;
}

/** Of whoever is signed in; pages are shown to nobody else. */
export function useApi(): Api {
  const { api } = useSession();
  if (api === null) throw new Error('nobody is signed in');
  return api;
}
