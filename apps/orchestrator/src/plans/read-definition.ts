import { parseDefinition, type WorkflowDefinition } from '#workflow';
import { limits } from '../config/limits.js';
import { limitExceeded } from '../request-fields.js';
import { workflowErrors } from './workflow-errors.js';

export function readDefinition(bytes: Uint8Array): WorkflowDefinition {
  if (bytes.length > limits.definitionBytesMax) {
    throw limitExceeded('definitionBytesMax', bytes.length, 'make the definition shorter');
  }
  // JSON starts with a brace; everything else is read as YAML.
  const format = bytes[0] === 0x7b ? 'json' : 'yaml';
  return workflowErrors(() => parseDefinition(bytes, format));
}
