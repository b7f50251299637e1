import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { idOf } from '../api/types.js';
import { keyOf, plain, time } from '../parts/columns.js';
import { type Column, PagesTable, textOf } from '../parts/pages-table.js';
import { useApi } from '../session.js';
import { text } from '../text.js';
import { Holds } from './holds.js';
import { Rules } from './rules.js';

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
export function HoldsPage(): ReactElement {
  const api = useApi();
  return (
    <>
      <h1>{text.nav.retention}</h1>
      <Rules />
      {api.may('compliance', 'auditor') ? <Holds /> : null}
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
