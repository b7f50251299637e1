import type { WorkflowDefinition } from '../definition/definition.js';
import { parseDefinition } from '../definition/parse-definition.js';
import { CREDIT_WORKFLOW } from './credit.js';
import { LEDGER_BATCH_WORKFLOW } from './ledger-batch.js';
import { LEDGER_FOUND_WORKFLOW } from './ledger-found.js';
import {
  LEDGER_DISCLOSE_WORKFLOW,
  LEDGER_KEY_WORKFLOW,
  LEDGER_RECOVER_WORKFLOW,
  LEDGER_ROTATE_WORKFLOW,
} from './ledger-keys.js';
import { LEDGER_OPEN_WORKFLOW } from './ledger-open.js';

export const BUILTIN_WORKFLOWS = [
  'credit',
  'ledger-open',
  'ledger-found',
  'ledger-batch',
  'ledger-rotate',
  'ledger-key',
  'ledger-recover',
  'ledger-disclose',
] as const;
export type BuiltinWorkflow = (typeof BUILTIN_WORKFLOWS)[number];

const texts: Readonly<Record<BuiltinWorkflow, string>> = {
  credit: CREDIT_WORKFLOW,
  'ledger-open': LEDGER_OPEN_WORKFLOW,
  'ledger-found': LEDGER_FOUND_WORKFLOW,
  'ledger-batch': LEDGER_BATCH_WORKFLOW,
  'ledger-rotate': LEDGER_ROTATE_WORKFLOW,
  'ledger-key': LEDGER_KEY_WORKFLOW,
  'ledger-recover': LEDGER_RECOVER_WORKFLOW,
  'ledger-disclose': LEDGER_DISCLOSE_WORKFLOW,
};

/** The text as an author would write it, in YAML. */
export function builtinText(name: BuiltinWorkflow): string {
  return texts[name];
}

export function builtinDefinition(name: BuiltinWorkflow): WorkflowDefinition {
  return parseDefinition(builtinText(name), 'yaml');
}
