import { readFileSync, statSync } from 'node:fs';
import { parseDefinition, type WorkflowDefinition, WorkflowError, workflowLimits } from '#workflow';
import { exitCode, UsageError } from '../output/failure.js';

export interface ReadDefinition {
  readonly text: string;
  readonly definition: WorkflowDefinition;
}

/** A definition from a file or standard input; a refusal names file, line and column as compilers do. */
export function readDefinition(file: string): ReadDefinition {
  const text = readText(file);
  return { text, definition: refusedAt(file, () => parseDefinition(text)) };
}

/** Gives refusals of the workflow library the place of the file and the exit code of a file that is malformed. */
export function refusedAt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    const { position, path, expected, got, hint } = error;
    const place = position === undefined ? '' : `:${position.line}:${position.column}`;
    const where = path === '' ? 'definition' : path;
    throw new UsageError(
      `${file === '-' ? 'standard input' : file}${place}: ${error.code}: ${where}: expected ${expected}, got ${got}. ${hint}`,
      exitCode.malformed,
    );
  }
}

function readText(file: string): string {
  if (file !== '-' && statSync(file).size > workflowLimits.documentBytesMax) {
    throw new UsageError(
      `${file}: expected at most ${workflowLimits.documentBytesMax} bytes, got more: a definition holds no data`,
      exitCode.malformed,
    );
  }
  return readFileSync(file === '-' ? 0 : file, 'utf8');
}
