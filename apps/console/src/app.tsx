import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense, useEffect, useRef } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';
import { ApiProblem } from './api/problem.js';
import { LogPage } from './pages/log.js';
import { OverviewPage } from './pages/overview.js';
import { PeriodReportsPage } from './pages/period-reports.js';
import { RunsPage } from './pages/runs.js';
import { SignIn } from './pages/sign-in.js';
import {
  AccessPage,
  ApprovalsPage,
  ExecutorsPage,
  HoldsPage,
  LedgersPage,
  PoliciesPage,
} from './pages/tables.js';
import { Empty, Loading } from './parts/states.js';
import { SessionProvider, useSession } from './session.js';
import { text } from './text.js';

const RunPage = lazy(() =>
  import('./pages/run.js').then(({ RunPage: component }) => ({ default: component })),
);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays one.
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
    },
  },
});

const pages = [
  ['/', text.nav.overview],
  ['/runs', text.nav.runs],
  ['/approvals', text.nav.approvals],
  ['/log', text.nav.log],
  ['/workers', text.nav.workers],
  ['/ledgers', text.nav.ledgers],
  ['/policies', text.nav.policies],
  ['/retention', text.nav.retention],
  ['/reports', text.nav.reports],
  ['/access', text.nav.access],
] as const;

export function App(): ReactElement {
  return (
    <QueryClientProvider client={client}>
      <SessionProvider>
        <Router base="/console">
          <Frame />
        </Router>
      </SessionProvider>
    </QueryClientProvider>
  );
}

function Frame(): ReactElement {
  const { api, close } = useSession();
  const [place] = useLocation();
  const main = useRef<HTMLElement>(null);
  // Screen readers and keyboards begin at the new page.
  useEffect(() => {
    if (place !== '') main.current?.focus({ preventScroll: true });
  }, [place]);
  if (api === null) return <SignIn />;
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {text.skip}
      </a>
      <header className="side">
        <Link href="/" className="brand">
          {text.product} <span className="hidden">{text.console}</span>
        </Link>
        <nav aria-label={text.nav.label}>
          {pages.map(([path, title]) => (
            <Link key={path} href={path} aria-current={isAt(place, path) ? 'page' : undefined}>
              {title}
            </Link>
          ))}
          <a href="/console/verify.html">{text.nav.verify}</a>
        </nav>
        <div className="who">
          <div>{text.session.as(api.session.tenant)}</div>
          <p className="faint small">{text.times.utc}</p>
          <button
            type="button"
            onClick={() => {
              client.clear();
              close();
            }}
          >
            {text.session.close}
          </button>
        </div>
      </header>
      <main id="content" ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/" component={OverviewPage} />
            <Route path="/runs" component={RunsPage} />
            <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
            <Route path="/approvals" component={ApprovalsPage} />
            <Route path="/log" component={LogPage} />
            <Route path="/workers" component={ExecutorsPage} />
            <Route path="/ledgers" component={LedgersPage} />
            <Route path="/policies" component={PoliciesPage} />
            <Route path="/retention" component={HoldsPage} />
            <Route path="/reports" component={PeriodReportsPage} />
            <Route path="/access" component={AccessPage} />
            <Route>
              <Empty>{text.states.noPage}</Empty>
            </Route>
          </Switch>
        </Suspense>
      </main>
    </div>
  );
}

function isAt(place: string, path: string): boolean {
  return path === '/' ? place === '/' : place === path || place.startsWith(`${path}/`);
}
