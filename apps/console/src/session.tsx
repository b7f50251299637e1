import { createContext, type ReactElement, type ReactNode, useContext, useMemo, useState } from 'react';
import { Api, type Session } from './api/client.js';

interface Held {
  readonly api: Api | null;
  /** The trust file of whoever reads: what they believe without proof. Kept for as long as the page is open. */
  readonly trust: { readonly name: string; readonly bytes: Uint8Array } | null;
  readonly open: (session: Session) => void;
  readonly close: () => void;
  readonly setTrust: (trust: { readonly name: string; readonly bytes: Uint8Array } | null) => void;
}

const Context = createContext<Held | null>(null);

export function SessionProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [session, setSession] = useState<Session | null>(null);
  const [trust, setTrust] = useState<Held['trust']>(null);
  const held = useMemo<Held>(
    () => ({
      api: session === null ? null : new Api(session),
      trust,
      open: setSession,
      close: () => {
        setSession(null);
        setTrust(null);
      },
      setTrust,
    }),
    [session, trust],
  );
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
