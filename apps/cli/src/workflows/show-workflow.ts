import { parsePin } from '#client';
import type { Timestamp__Output, Workflow__Output, WorkflowRevision__Output } from '#contracts';
import { UsageError } from '../output/failure.js';
import { timeText } from '../tenants/admin.js';

export interface Flags {
  readonly orchestrator?: string;
  readonly tenant: string;
  readonly json?: boolean;
}

/** One line for a person, or one JSON line. */
export function write<T extends object>({ json }: Flags, value: T, line: (value: T) => string): void {
  process.stdout.write(`${json === true ? JSON.stringify(value, printable) : line(value)}\n`);
}

export function workflowLine(workflow: Workflow__Output): string {
  const { name, version, revisionCount, updateTime, deleteTime, description } = workflow;
  const revisions = `${revisionCount} ${revisionCount === 1 ? 'revision' : 'revisions'}`;
  const deleted = deleteTime === null ? '' : `  deleted ${timeText(deleteTime)}`;
  const said = description === '' ? '' : `  ${description}`;
  return `${name}  v${version}  ${revisions}  ${timeText(updateTime)}${deleted}${said}`;
}

export function revisionLine(revision: WorkflowRevision__Output): string {
  const { digest, version, createTime, creator, deprecateTime } = revision;
  const deprecated = deprecateTime === null ? '' : `  deprecated ${timeText(deprecateTime)}`;
  return `v${version}  ${digest}  ${timeText(createTime)}  ${creator}${deprecated}`;
}

export function workflowPath({ tenant }: Flags, name: string): string {
  return `tenants/${tenant}/workflows/${pinOf(name).workflow}`;
}

export function revisionPath(flags: Flags, name: string): string {
  return `${workflowPath(flags, name)}/revisions/${pinOf(name).revision}`;
}

/** @throws UsageError for what no workflow can be called */
export function pinOf(name: string): ReturnType<typeof parsePin> {
  try {
    return parsePin(name);
  } catch (error) {
    throw new UsageError(error instanceof RangeError ? error.message : 'workflow: expected a name');
  }
}

/** Times as people write them; a text is in a list as no bytes. */
function printable(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('seconds' in value && 'nanos' in value) return timeText(value as Timestamp__Output);
  return 'definition' in value && typeof value.definition !== 'string'
    ? { ...value, definition: undefined }
    : value;
}
