import type { WorkflowDefinition } from '../definition/definition.js';
import { parseDefinition } from '../definition/parse-definition.js';
import { CREDIT_WORKFLOW } from './credit.js';
import { LEDGER_OPEN_WORKFLOW } from './ledger-open.js';

export const BUILTIN_WORKFLOWS = ['credit', 'ledger-open'] as const;
export type BuiltinWorkflow = (typeof BUILTIN_WORKFLOWS)[number];

/** The text as an author would write it, in YAML. */
export function builtinText(name: BuiltinWorkflow): string {
  return name === 'credit' ? CREDIT_WORKFLOW : LEDGER_OPEN_WORKFLOW;
}

export function builtinDefinition(name: BuiltinWorkflow): WorkflowDefinition {
  return parseDefinition(builtinText(name), 'yaml');
}
