import { CanonicalError } from '#canonical';
import { ClientError } from '#client';
import { ApiError } from '#contracts';
import { EvidenceError } from '#evidence';
import { WorkflowError } from '#workflow';
import { UsageError } from '../output/failure.js';

/** Reasons of this server itself; services, client, verifier and language have codes of their own. */
export type ToolErrorCode = 'PATH_OUTSIDE' | 'ARGUMENTS' | 'PLAN_CHANGED' | 'TOO_MANY_RUNS';

/** A call that is refused, in a form that a program can act on. */
export class ToolError extends Error {
  override readonly name = 'ToolError';

  constructor(
    readonly code: ToolErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  /** Of each worker that was refused: what its evidence failed at. */
  readonly refused?: readonly { readonly worker: string; readonly reasons: readonly string[] }[];
}

/** No stack, and no text of an error that nobody knows: it may quote what is nobody's business. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ClientError) {
    const refused = error.refused.map(({ worker, appraisal }) => ({
      worker,
      reasons: [
        ...new Set(
          appraisal.checks
            .filter(({ result }) => result === 'fail' || result === 'error')
            .map(({ reason }) => reason ?? 'FAILED'),
        ),
      ],
    }));
    return { code: error.code, message: error.message, ...(refused.length === 0 ? {} : { refused }) };
  }
  if (error instanceof ApiError) return { code: error.reason, message: error.message };
  const known =
    error instanceof ToolError ||
    error instanceof EvidenceError ||
    error instanceof CanonicalError ||
    error instanceof WorkflowError;
  if (known) return { code: error.code, message: error.message };
  if (error instanceof UsageError) return { code: 'ARGUMENTS', message: error.message };
  if (error instanceof DOMException) return { code: 'ABORTED', message: 'whoever called wants no more' };
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return { code, message: (error as Error).message };
  return { code: 'INTERNAL', message: 'the call ended with an error that this server does not know' };
}
