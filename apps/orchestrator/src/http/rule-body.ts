import type { SetRetentionRequest__Output } from '#contracts';
import { invalidField } from '../request-fields.js';
import { oneText, type Parameters, requireKnown } from './http-fields.js';

const members = ['class', 'workflow', 'run', 'payloadDays', 'evidenceDays', 'remove', 'reason', 'requestId'];

/** A body of JSON that sets a rule of retention, or removes one. Days that are left out, or null, are for ever. */
export function ruleOf(body: unknown): Omit<SetRetentionRequest__Output, 'parent'> {
  const given: Parameters = typeof body === 'object' && body !== null ? { ...body } : {};
  requireKnown(given, members);
  const text = (name: string): string => oneText(name, given[name]);
  const payloadDays = daysOf('payloadDays', given['payloadDays']);
  const evidenceDays = daysOf('evidenceDays', given['evidenceDays']);
  const remove = given['remove'] ?? false;
  if (typeof remove !== 'boolean') throw invalidField('remove', 'true, false or nothing');
  return {
    class: text('class'),
    workflow: text('workflow'),
    run: text('run'),
    ...(payloadDays === null ? {} : { payloadDays }),
    ...(evidenceDays === null ? {} : { evidenceDays }),
    remove,
    reason: text('reason'),
    requestId: text('requestId'),
    validateOnly: false,
  };
}

/** Its limits are those of the service; a text of digits is no number here, lest a typing error is taken for one. */
function daysOf(name: string, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw invalidField(name, 'a whole number, or nothing');
  return value;
}
