import type { SetRetentionRequest__Output } from '#contracts';
import type { RetentionScope } from '../database/schema.js';
import { invalidField } from '../request-fields.js';
import { parseRunName } from '../runs/resource-names.js';

const DAYS_MAX = 36_500;
const REASON_CHARS_MAX = 512;
const classPattern = /^[a-z0-9][a-z0-9.-]{0,62}$/;
const workflowPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const holdPattern = /^tenants\/([a-z0-9][a-z0-9.-]{0,62})\/holds\/([0-9a-f]{16})$/;

export interface ParsedRule {
  readonly scope: RetentionScope;
  readonly subject: string;
  readonly class: string;
  readonly payloadDays: number | null;
  readonly evidenceDays: number | null;
}

/** A rule of a tenant; what is left out is kept for ever. */
export function parseRule(
  tenant: string,
  request: Pick<
    SetRetentionRequest__Output,
    'class' | 'workflow' | 'run' | 'payloadDays' | 'evidenceDays' | 'remove'
  >,
): ParsedRule {
  const { scope, subject } = subjectOf(tenant, request);
  if (!request.remove && !classPattern.test(request.class)) {
    throw invalidField('class', 'a name: lower case letters, digits, dots and hyphens, at most 63');
  }
  const payloadDays = daysOf('payload_days', request.payloadDays);
  const evidenceDays = daysOf('evidence_days', request.evidenceDays);
  if (evidenceDays !== null && (payloadDays === null || payloadDays > evidenceDays)) {
    throw invalidField('payload_days', `at most the ${evidenceDays} days that the evidence is kept`);
  }
  return { scope, subject, class: request.class, payloadDays, evidenceDays };
}

function subjectOf(
  tenant: string,
  { workflow, run }: { readonly workflow: string; readonly run: string },
): Pick<ParsedRule, 'scope' | 'subject'> {
  if (workflow !== '' && run !== '') throw invalidField('workflow', 'nothing beside a run');
  if (workflow !== '') {
    if (!workflowPattern.test(workflow)) throw invalidField('workflow', 'the name of a workflow');
    return { scope: 'workflow', subject: workflow };
  }
  if (run === '') return { scope: 'tenant', subject: '' };
  const named = parseRunName(run);
  if (named.tenant !== tenant) throw invalidField('run', `a run of tenants/${tenant}`);
  return { scope: 'run', subject: named.runId };
}

function daysOf(field: string, days: number | undefined): number | null {
  if (days === undefined) return null;
  if (!Number.isInteger(days) || days < 0 || days > DAYS_MAX) {
    throw invalidField(field, `0 to ${DAYS_MAX} days, or nothing for ever`, String(days));
  }
  return days;
}

/** Why somebody does this: a person reads it later. */
export function parseReason(text: string): string {
  const printable = !/\p{Cc}/u.test(text);
  if (printable && text.trim() !== '' && text.length <= REASON_CHARS_MAX) return text;
  throw invalidField('reason', `why, in 1 to ${REASON_CHARS_MAX} printable characters`);
}

export function parseHoldName(name: string): { readonly tenant: string; readonly hold: string } {
  const found = holdPattern.exec(name);
  if (found === null) throw invalidField('name', 'tenants/{tenant}/holds/{hold}');
  return { tenant: found[1] ?? '', hold: found[2] ?? '' };
}
