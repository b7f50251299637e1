import type { ReactElement, ReactNode } from 'react';
import { ApiProblem } from '../api/problem.js';
import { text } from '../text.js';

const widths = ['90%', '73%', '56%', '81%', '64%', '87%'];

export function Loading({ lines = 4 }: { readonly lines?: number }): ReactElement {
  return (
    <div role="status" aria-busy="true">
      <span className="hidden">{text.states.loading}</span>
      {widths.slice(0, lines).map((width) => (
        <div key={width} className="skeleton" style={{ width }} />
      ))}
    </div>
  );
}

export function Empty({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="note">{children}</div>;
}

/** What went wrong, by its reason, and what to do about it. */
export function Failure({
  error,
  title = text.states.failed,
  retry,
}: {
  readonly error: unknown;
  readonly title?: string;
  readonly retry?: () => void;
}): ReactElement {
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <div className="note bad" role="alert">
      <p>
        <strong>{title}</strong>
        {problem === null ? null : (
          <>
            {' '}
            <code>{problem.reason}</code>
          </>
        )}
      </p>
      <p>{problem?.message ?? (error instanceof Error ? error.message : String(error))}</p>
      <p>{problem?.advice ?? text.states.advice}</p>
      {retry === undefined ? null : (
        <button type="button" onClick={retry}>
          {text.states.retry}
        </button>
      )}
    </div>
  );
}
