import type { ReactElement } from 'react';
import { text } from '../text.js';
import type { Examination } from '../verifier/messages.js';

type Part = Examination['verdict']['withheldParts'][number];

/** What the sender withholds, by kind. Members without a name differ in nothing that is known: they are counted. */
export function Withheld({ parts }: { readonly parts: readonly Part[] }): ReactElement {
  return (
    <>
      {withheldByKind(parts).map(({ kind, count, lines }) => (
        <details key={kind} open={lines.length <= LINES_OPEN}>
          <summary>
            {text.verdict.withheldKinds[kind]} ({count})
          </summary>
          <ul className="lines">
            {lines.map(({ what, times }) => (
              <li key={what}>
                <code>{what}</code> {text.verdict.times(times)}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </>
  );
}

const LINES_OPEN = 8;

interface Group {
  readonly kind: Part['kind'];
  readonly count: number;
  readonly lines: readonly { readonly what: string; readonly times: number }[];
}

/** In the order of the verifier, which is that of the bundle. */
export function withheldByKind(parts: readonly Part[]): readonly Group[] {
  const kinds = new Map<Part['kind'], Map<string, number>>();
  for (const { kind, what } of parts) {
    const lines = kinds.get(kind) ?? new Map<string, number>();
    kinds.set(kind, lines.set(what, (lines.get(what) ?? 0) + 1));
  }
  return [...kinds].map(([kind, lines]) => ({
    kind,
    count: [...lines.values()].reduce((sum, times) => sum + times, 0),
    lines: [...lines].map(([what, times]) => ({ what, times })),
  }));
}
