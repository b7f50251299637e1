import type { ReactElement } from 'react';
import { text } from '../text.js';
import type { Examination } from '../verifier/messages.js';
import { type Confidentiality, ConfidentialityBadge, IntegrityBadge, knownIntegrity } from './badge.js';
import { CheckList } from './check-list.js';
import { StepOrigin } from './step-origin.js';

interface StepClaim {
  readonly integrity: string;
  readonly confidentiality: string;
}

interface StepsProps {
  readonly examination: Examination;
  readonly onPart: (digest: string, name: string) => void;
  readonly step: string | null;
  readonly onStep: (id: string | null) => void;
}

/** All steps as a table, or one with everything that is known of it. */
export function StepsView({ examination, step, onStep, onPart }: StepsProps): ReactElement {
  const { verdict, checks, stepParts } = examination;
  const found = verdict.steps.find(({ stepId }) => stepId === step);
  if (step !== null) {
    return (
      <section>
        <p>
          <button type="button" onClick={() => onStep(null)}>
            ← {text.step.all}
          </button>
        </p>
        <h2 id={`step-${step}`}>{text.step.title(step)}</h2>
        {found === undefined ? (
          <p>{text.step.none}</p>
        ) : (
          <dl className="facts">
            <dt>{text.step.summary}</dt>
            <dd>{found.summary}</dd>
            <dt>{text.step.established}</dt>
            <dd>
              <Levels {...found} />
            </dd>
            <dt>{text.step.claimed}</dt>
            <dd>{claimOf(found.claimed)}</dd>
            <dt>{text.step.anchor}</dt>
            <dd>{found.anchor}</dd>
            <dt>{text.step.holder}</dt>
            <dd>{found.keyHolder}</dd>
            <dt>{text.step.kind}</dt>
            <dd>{text.kinds[found.kind] ?? found.kind}</dd>
            <dt>{text.step.operation}</dt>
            <dd>
              <code>{found.operation}</code>
            </dd>
          </dl>
        )}
        <StepOrigin parts={stepParts.find(({ stepId }) => stepId === step) ?? null} onPart={onPart} />
        <h3>{text.step.checks}</h3>
        <CheckList key={step} checks={checks.filter(({ title }) => title.startsWith(`${step}: `))} />
      </section>
    );
  }
  if (verdict.steps.length === 0) return <p>{text.step.noSteps}</p>;
  return (
    <div className="scroll-x">
      <table>
        <thead>
          <tr>
            <th>{text.step.name}</th>
            <th>{text.step.kind}</th>
            <th>{text.step.right}</th>
            <th>{text.step.seen}</th>
            <th>{text.step.anchor}</th>
          </tr>
        </thead>
        <tbody>
          {verdict.steps.map((row) => (
            <tr key={row.stepId}>
              <td>
                <button type="button" className="bare" onClick={() => onStep(row.stepId)}>
                  {row.stepId}
                </button>
              </td>
              <td>{text.kinds[row.kind] ?? row.kind}</td>
              <td>
                <IntegrityBadge level={knownIntegrity(row.integrity)} />
              </td>
              <td>
                <ConfidentialityBadge level={row.confidentiality as Confidentiality} />
              </td>
              <td>{row.anchor}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Levels(pair: { readonly integrity: string; readonly confidentiality: string }): ReactElement {
  return (
    <>
      <IntegrityBadge level={knownIntegrity(pair.integrity)} />{' '}
      <ConfidentialityBadge level={pair.confidentiality as Confidentiality} />
    </>
  );
}

/** A claim has no colour: only what the verifier established may look good. */
function claimOf({ integrity, confidentiality }: StepClaim): string {
  const known = confidentiality in text.confidentiality;
  const seen = known ? text.confidentiality[confidentiality as Confidentiality].name : confidentiality;
  return `${text.integrity[knownIntegrity(integrity)].name}, ${seen}`;
}
