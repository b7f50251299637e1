import type { ReactElement } from 'react';
import { idOf } from '../api/types.js';
import { Badge } from '../parts/badge.js';
import { code, keyOf, plain, time } from '../parts/columns.js';
import { readMachine, type WorkerMachine } from '../parts/machine.js';
import { type Column, PagesTable, type Row, type TableProps, textOf } from '../parts/pages-table.js';
import { shownAge, shownTime } from '../parts/time.js';
import { useApi } from '../session.js';
import { text } from '../text.js';

const words = text.tables.workers;

/** Who is there to do steps, on what, and who did them with which models. */
export function WorkersPage(): ReactElement {
  const api = useApi();
  return (
    <>
      <h1>{text.nav.workers}</h1>
      {api.may('submitter', 'compliance', 'auditor') ? <ConnectedWorkers /> : null}
      <h2>{words.did}</h2>
      <PagesTable
        name="executors"
        read={(api, _, signal) => api.ofTenant('executors', {}, signal)}
        rows="executors"
        keyOf={keyOf('worker')}
        empty={words.noneDid}
        columns={[
          nameOf('worker'),
          plain(text.tables.operations, 'operations'),
          plain(text.tables.steps, 'steps'),
          plain(text.tables.failed, 'failedSteps'),
          time(text.tables.first, 'firstTime'),
          time(text.tables.last, 'lastTime'),
        ]}
      />
      <h2>{words.models}</h2>
      <PagesTable
        name="models"
        read={(api, _, signal) => api.ofTenant('executors', {}, signal)}
        rows="models"
        keyOf={keyOf('operation', 'fact', 'value')}
        empty={words.noModels}
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

/** Two tables of one list: what workers do, and what they run on. */
const list: Pick<TableProps, 'name' | 'read' | 'rows' | 'keyOf' | 'empty'> = {
  name: 'workers',
  read: (api, parameters, signal) => api.read('/v1/workers', parameters, signal),
  rows: 'workers',
  keyOf: keyOf('name', 'bootId'),
  empty: words.empty,
};

function nameOf(member: string): Column {
  return {
    title: text.tables.name,
    cell: (row) => <span className="nowrap">{idOf(textOf(row, member))}</span>,
  };
}

function ConnectedWorkers(): ReactElement {
  return (
    <>
      <h2>{words.connected}</h2>
      <PagesTable
        {...list}
        columns={[
          nameOf('name'),
          plain(text.tables.operations, 'operations'),
          plain(text.tables.leases, 'leases'),
          time(text.tables.since, 'connectTime'),
          { title: text.runs.state, cell: serviceOf },
        ]}
      />
      <h2>{words.machines}</h2>
      <p>{words.machinesWhy}</p>
      <PagesTable {...list} columns={machineColumns(Date.now())} />
    </>
  );
}

function serviceOf(row: Row): string {
  if (row['fenced'] === true) return words.fenced;
  return row['drained'] === true ? words.drained : words.serving;
}

function machineColumns(nowMs: number): readonly Column[] {
  const ofMachine = (title: string, cell: (machine: WorkerMachine) => ReactElement | string): Column => ({
    title,
    cell: (row) => {
      const machine = readMachine(row['machine']);
      return machine === null ? <span className="faint">{words.notLooked}</span> : cell(machine);
    },
  });
  const dated = (at: string | undefined): ReactElement | string =>
    at === undefined ? (
      words.unknown
    ) : (
      <>
        <span className="nowrap">{shownTime(at)}</span>
        <br />
        <span className="faint">{shownAge(at, nowMs)}</span>
      </>
    );
  return [
    nameOf('name'),
    ofMachine(words.hardware, (machine) => <Hardware machine={machine} />),
    ofMachine(words.tcb, ({ tcbStatus, tcbTime, advisories }) => (
      <>
        {tcbStatus === '' ? null : <strong>{tcbStatus} </strong>}
        {dated(tcbTime)}
        {advisories.length === 0 ? null : (
          <>
            <br />
            {advisories.join(', ')}
          </>
        )}
      </>
    )),
    ofMachine(words.collateral, ({ collateralTime }) => dated(collateralTime)),
    ofMachine(words.evidence, ({ evidenceTime }) => dated(evidenceTime)),
    {
      ...ofMachine(words.firmware, ({ firmware }) =>
        firmware.length === 0 ? (
          words.unknown
        ) : (
          <ul className="plain">
            {firmware.map(({ device, part, version }) => (
              <li key={`${device} ${part}`}>
                {device} {part} <code>{version}</code>
              </li>
            ))}
          </ul>
        ),
      ),
      wide: true,
    },
    { title: text.tables.image, wide: true, cell: (row) => <code>{textOf(row, 'imageDigest')}</code> },
  ];
}

/** Simulated hardware never looks good, and what is not proved says why. */
function Hardware({ machine }: { readonly machine: WorkerMachine }): ReactElement {
  const { level, platform, reasons } = machine;
  const { tone, icon, name } = words.levels[level];
  return (
    <>
      <Badge tone={tone} icon={icon}>
        {name}
      </Badge>
      <br />
      {platform === '' ? words.unreadable : <code>{platform}</code>}
      {reasons.map((reason) => (
        <div key={reason}>
          <code>{reason}</code>
        </div>
      ))}
    </>
  );
}
