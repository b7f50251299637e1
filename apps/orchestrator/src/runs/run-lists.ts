import { confidentialityLevels, integrityLevels } from '#evidence';
import { runs } from '../database/schema.js';
import type { FieldTypes } from '../listing/filter.js';
import type { Columns } from '../listing/filter-sql.js';
import type { ListShape } from '../listing/list-query.js';
import type { ListedRun } from './listed-run.js';
import { type RunRow, runStates } from './run-store.js';

const fields = {
  state: { type: 'enum', values: runStates, prefix: 'RUN_STATE_' },
  workflow: { type: 'text' },
  reason: { type: 'text' },
  integrity: { type: 'enum', values: integrityLevels, prefix: 'INTEGRITY_' },
  confidentiality: { type: 'enum', values: confidentialityLevels, prefix: 'CONFIDENTIALITY_' },
  policy: { type: 'text' },
  run: { type: 'text' },
  bundle: { type: 'text' },
  plan: { type: 'text' },
  workflow_revision: { type: 'text' },
  create_time: { type: 'time' },
  end_time: { type: 'time' },
  deadline: { type: 'time' },
} as const satisfies FieldTypes;

const columns: Columns = {
  state: runs.state,
  workflow: runs.workflow,
  reason: runs.reason,
  integrity: runs.integrity,
  confidentiality: runs.confidentiality,
  policy: runs.policy,
  run: runs.runId,
  bundle: runs.bundle,
  plan: runs.plan,
  workflow_revision: runs.workflowRevision,
  create_time: runs.createdAt,
  end_time: runs.endedAt,
  deadline: runs.deadline,
};

const id = { column: runs.runId, of: (row: ListedRun) => row.runId };
const createTime = {
  column: runs.createdAt,
  of: (row: ListedRun) => row.createdAt.getTime(),
  type: 'time',
} as const;
const endTime = {
  column: runs.endedAt,
  of: (row: ListedRun) => row.endedAt?.getTime() ?? null,
  type: 'time',
  optional: true,
} as const;

export const runList: ListShape<ListedRun> = {
  method: 'ListRuns',
  fields,
  columns,
  orders: {
    create_time: createTime,
    end_time: endTime,
    deadline: { column: runs.deadline, of: (row) => row.deadline.getTime(), type: 'time' },
  },
  defaultOrder: 'create_time desc',
  id,
};

const { deadline: _none, ...bundleFields } = fields;

export const bundleList: ListShape<ListedRun> = {
  method: 'ListBundles',
  fields: bundleFields,
  columns,
  orders: { end_time: endTime, create_time: createTime },
  defaultOrder: 'end_time desc',
  id,
};

/** Runs to judge again; what is asked of them is in the request itself. */
export const reappraisalList: ListShape<ListedRun> = {
  method: 'ReappraiseRuns',
  fields: {},
  columns: {},
  orders: { create_time: createTime },
  defaultOrder: 'create_time desc',
  id,
};

/** Runs that were put aside: an operator has little to ask, and takes the oldest first. */
export const parkedList: ListShape<RunRow> = {
  method: 'ListParkedRuns',
  fields: {},
  columns: {},
  orders: { create_time: createTime },
  defaultOrder: 'create_time',
  id,
};
