import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense, useEffect, useRef } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';
import { ApiProblem } from './api/problem.js';
import { LogPage } from './pages/log.js';
import { OverviewPage } from './pages/overview.js';
import { PeriodReportsPage } from './pages/period-reports.js';
import { RunsPage } from './pages/runs.js';
import { SignIn } from './pages/sign-in.js';
import { AccessPage, HoldsPage } from './pages/tables.js';
import { Empty, Loading } from './parts/states.js';
import { shownTime } from './parts/time.js';
import { SessionProvider, useSession } from './session.js';
import { text } from './text.js';

const RunPage = lazy(() =>
  import('./pages/run.js').then(({ RunPage: component }) => ({ default: component })),
);

const approvals = () => import('./pages/approvals.js');
const ApprovalsPage = lazy(() =>
  approvals().then(({ ApprovalsPage: component }) => ({ default: component })),
);
const DecisionPage = lazy(() => approvals().then(({ DecisionPage: component }) => ({ default: component })));
const ledgers = () => import('./pages/ledgers.js');
const LedgersPage = lazy(() => ledgers().then(({ LedgersPage: component }) => ({ default: component })));
const LedgerPage = lazy(() => ledgers().then(({ LedgerPage: component }) => ({ default: component })));
const TrendsPage = lazy(() =>
  import('./pages/trends.js').then(({ TrendsPage: component }) => ({ default: component })),
);
const WorkersPage = lazy(() =>
  import('./pages/workers.js').then(({ WorkersPage: component }) => ({ default: component })),
);
const PoliciesPage = lazy(() =>
  import('./pages/policies.js').then(({ PoliciesPage: component }) => ({ default: component })),
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

const readers = ['submitter', 'approver', 'compliance', 'auditor'];
/** Who may read what is on a page; the server says so again. Whoever may not see a page is not sent there. */
const pages: readonly (readonly [path: string, title: string, roles: readonly string[]])[] = [
  ['/', text.nav.overview, readers],
  ['/trends', text.nav.trends, ['submitter', 'compliance', 'auditor']],
  ['/runs', text.nav.runs, readers],
  ['/approvals', text.nav.approvals, readers],
  ['/log', text.nav.log, [...readers, 'operator']],
  ['/workers', text.nav.workers, readers],
  ['/ledgers', text.nav.ledgers, readers],
  ['/policies', text.nav.policies, readers],
  ['/retention', text.nav.retention, ['submitter', 'compliance', 'auditor']],
  ['/reports', text.nav.reports, ['compliance', 'auditor']],
  ['/access', text.nav.access, ['compliance', 'auditor']],
];

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
          {pages
            .filter(([, , roles]) => api.may(...roles))
            .map(([path, title]) => (
              <Link key={path} href={path} aria-current={isAt(place, path) ? 'page' : undefined}>
                {title}
              </Link>
            ))}
          <a href="/console/verify.html">{text.nav.verify}</a>
        </nav>
        <div className="who">
          <div>{text.session.as(api.session.tenant)}</div>
          <p className="faint small">
            {api.session.holder}
            <br />
            {text.session.roles(api.session.roles)}
            <br />
            {text.session.until(shownTime(api.session.expireTime).slice(11, 16))}
            <br />
            {text.times.utc}
          </p>
          <button
            type="button"
            onClick={() => {
              // Whether the server heard it or not, nothing stays on the page.
              void api.end().catch(() => undefined);
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
            <Route path="/approvals/:run/:step">
              {({ run, step }) => <DecisionPage key={`${run} ${step}`} run={run} step={step} />}
            </Route>
            <Route path="/log" component={LogPage} />
            <Route path="/trends" component={TrendsPage} />
            <Route path="/workers" component={WorkersPage} />
            <Route path="/ledgers" component={LedgersPage} />
            <Route path="/ledgers/:name">{({ name }) => <LedgerPage key={name} name={name} />}</Route>
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
