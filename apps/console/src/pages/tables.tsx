import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { idOf } from '../api/types.js';
import { type Column, PagesTable, type Row, textOf } from '../parts/pages-table.js';
import { shownTime } from '../parts/time.js';
import { text } from '../text.js';

const plain = (title: string, name: string): Column => ({ title, cell: (row) => textOf(row, name) });
const code = (title: string, name: string): Column => ({
  title,
  cell: (row) => <code>{textOf(row, name)}</code>,
});
const time = (title: string, name: string): Column => ({
  title,
  cell: (row) => shownTime(textOf(row, name) || undefined),
});
const toRun = (title: string, name: string): Column => ({
  title,
  cell: (row) => {
    const id = idOf(textOf(row, name));
    return id === '' ? (
      ''
    ) : (
      <Link href={`/runs/${id}`}>
        <code>{id}</code>
      </Link>
    );
  },
});
const keyOf =
  (...names: readonly string[]) =>
  (row: Row): string =>
    names.map((name) => textOf(row, name)).join(' ');

export function ApprovalsPage(): ReactElement {
  return (
    <>
      <h1>{text.nav.approvals}</h1>
      <p>{text.tables.approvals.why}</p>
      <PagesTable
        name="approvals"
        read={(api, parameters, signal) => api.ofTenant('approvals', parameters, signal)}
        rows="approvals"
        keyOf={keyOf('run', 'step')}
        empty={text.tables.approvals.empty}
        columns={[
          toRun(text.runs.columns.id, 'run'),
          plain(text.step.name, 'step'),
          plain(text.runs.workflow, 'workflow'),
          time(text.tables.since, 'startTime'),
          time(text.tables.deadline, 'deadline'),
          plain(text.tables.quorum, 'quorum'),
        ]}
      />
    </>
  );
}

export function ExecutorsPage(): ReactElement {
  return (
    <>
      <h1>{text.nav.workers}</h1>
      <h2>{text.tables.workers.connected}</h2>
      <PagesTable
        name="workers"
        read={(api, parameters, signal) => api.read('/v1/workers', parameters, signal)}
        rows="workers"
        keyOf={keyOf('name', 'bootId')}
        empty={text.tables.workers.empty}
        columns={[
          plain(text.tables.name, 'name'),
          plain(text.tables.operations, 'operations'),
          code(text.tables.image, 'imageDigest'),
          plain(text.tables.leases, 'leases'),
          time(text.tables.since, 'connectTime'),
          {
            title: text.runs.state,
            cell: (row) =>
              row['fenced'] === true
                ? text.tables.workers.fenced
                : row['drained'] === true
                  ? text.tables.workers.drained
                  : text.tables.workers.serving,
          },
        ]}
      />
      <h2>{text.tables.workers.did}</h2>
      <PagesTable
        name="executors"
        read={(api, _, signal) => api.ofTenant('executors', {}, signal)}
        rows="executors"
        keyOf={keyOf('worker')}
        empty={text.tables.workers.noneDid}
        columns={[
          plain(text.tables.name, 'worker'),
          plain(text.tables.operations, 'operations'),
          plain(text.tables.steps, 'steps'),
          plain(text.tables.failed, 'failedSteps'),
          time(text.tables.first, 'firstTime'),
          time(text.tables.last, 'lastTime'),
        ]}
      />
      <h2>{text.tables.workers.models}</h2>
      <PagesTable
        name="models"
        read={(api, _, signal) => api.ofTenant('executors', {}, signal)}
        rows="models"
        keyOf={keyOf('operation', 'fact', 'value')}
        empty={text.tables.workers.noModels}
        columns={[
          plain(text.step.operation, 'operation'),
          plain(text.tables.fact, 'fact'),
          code(text.tables.value, 'value'),
          plain(text.tables.steps, 'steps'),
          time(text.tables.last, 'lastTime'),
        ]}
      />
    </>
  );
}

export function LedgersPage(): ReactElement {
  return (
    <>
      <h1>{text.nav.ledgers}</h1>
      <p>{text.tables.ledgers.why}</p>
      <PagesTable
        name="ledgers"
        read={(api, parameters, signal) => api.ofTenant('ledgers', parameters, signal)}
        rows="ledgers"
        keyOf={keyOf('name')}
        empty={text.tables.ledgers.empty}
        columns={[
          { title: text.tables.name, cell: (row) => idOf(textOf(row, 'name')) },
          plain(text.tables.version, 'version'),
          {
            title: text.tables.kind,
            cell: (row) => (row['paged'] === true ? text.tables.ledgers.paged : text.tables.ledgers.single),
          },
          code(text.tables.receipt, 'receipt'),
        ]}
      />
    </>
  );
}

export function PoliciesPage(): ReactElement {
  return (
    <>
      <h1>{text.nav.policies}</h1>
      <p>{text.tables.policies.why}</p>
      <PagesTable
        name="policies"
        read={(api, _, signal) => api.ofTenant('policies', {}, signal)}
        rows="policies"
        keyOf={keyOf('name')}
        empty={text.tables.policies.empty}
        columns={[
          code(text.tables.digest, 'digest'),
          plain(text.overview.runs, 'runs'),
          time(text.tables.first, 'firstTime'),
          time(text.tables.last, 'lastTime'),
        ]}
      />
    </>
  );
}

export function HoldsPage(): ReactElement {
  return (
    <>
      <h1>{text.nav.retention}</h1>
      <h2>{text.tables.retention.rules}</h2>
      <PagesTable
        name="rules"
        read={(api, _, signal) => api.ofTenant('retentionRules', {}, signal)}
        rows="rules"
        keyOf={keyOf('class', 'workflow', 'run')}
        empty={text.tables.retention.noRules}
        columns={[
          plain(text.tables.retention.class, 'class'),
          plain(text.runs.workflow, 'workflow'),
          toRun(text.runs.columns.id, 'run'),
          plain(text.tables.retention.payloadDays, 'payloadDays'),
          plain(text.tables.retention.evidenceDays, 'evidenceDays'),
          plain(text.tables.who, 'actor'),
          time(text.tables.since, 'setTime'),
        ]}
      />
      <h2>{text.tables.retention.holds}</h2>
      <PagesTable
        name="holds"
        read={(api, parameters, signal) => api.ofTenant('holds', parameters, signal)}
        rows="holds"
        keyOf={keyOf('name')}
        empty={text.tables.retention.noHolds}
        columns={[
          plain(text.tables.name, 'name'),
          toRun(text.runs.columns.id, 'run'),
          plain(text.tables.who, 'actor'),
          time(text.tables.retention.lifted, 'liftTime'),
          plain(text.verdict.reason, 'reason'),
          time(text.tables.since, 'placeTime'),
        ]}
      />
    </>
  );
}

export function AccessPage(): ReactElement {
  return (
    <>
      <h1>{text.nav.access}</h1>
      <p>{text.tables.access.why}</p>
      <PagesTable
        name="access"
        read={(api, parameters, signal) =>
          api.ofTenant('evidenceAccesses', { pageSize: 100, ...parameters }, signal)
        }
        rows="accesses"
        keyOf={keyOf('run', 'time', 'action', 'leafIndex')}
        empty={text.tables.access.empty}
        columns={[
          time(text.tables.time, 'time'),
          plain(text.tables.who, 'actor'),
          plain(text.tables.what, 'action'),
          toRun(text.runs.columns.id, 'run'),
          { title: text.tables.leaf, cell: (row) => textOf(row, 'leafIndex') || text.tables.access.waiting },
        ]}
      />
    </>
  );
}
