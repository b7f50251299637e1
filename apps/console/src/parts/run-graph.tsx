import { type ReactElement, useMemo } from 'react';
import type { GraphTask, RunGraph } from '#evidence';
import { text } from '../text.js';
import { integrityTones, knownIntegrity } from './badge.js';
import { type IconName, iconPath } from './icons.js';
import { INPUTS, NODE, placeGraph } from './layout.js';

export interface StepLevel {
  readonly stepId: string;
  readonly integrity: string;
  readonly confidentiality: string;
}

interface GraphProps {
  readonly graph: RunGraph;
  readonly levels: readonly StepLevel[];
  readonly onStep: (id: string) => void;
}

/** A picture of the run. The table beside it says the same to who does not look at pictures. */
export function RunGraphView({ graph, levels, onStep }: GraphProps): ReactElement {
  const placed = useMemo(() => placeGraph(graph), [graph]);
  const tasks = new Map(graph.tasks.map((task) => [task.id, task]));
  const levelOf = new Map(levels.map((level) => [level.stepId, level]));
  return (
    <section className="graph" aria-label={text.verdict.graph}>
      <svg
        width={placed.width}
        height={placed.height}
        viewBox={`0 0 ${placed.width} ${placed.height}`}
        preserveAspectRatio="xMinYMin meet"
      >
        <title>{text.verdict.graph}</title>
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 10 10"
            refX="9"
            refY="5"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path className="arrow" d="M0 0L10 5L0 10z" />
          </marker>
        </defs>
        {placed.edges.map(({ key, points }) => (
          <path
            key={key}
            className="edge"
            markerEnd="url(#arrow)"
            d={`M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`}
          />
        ))}
        {placed.nodes.map(({ id, x, y }) => {
          const task = tasks.get(id);
          if (task === undefined) return id === INPUTS ? <InputsBox key={id} x={x} y={y} /> : null;
          return <StepBox key={id} task={task} level={levelOf.get(id)} x={x} y={y} onStep={onStep} />;
        })}
      </svg>
    </section>
  );
}

function InputsBox({ x, y }: { readonly x: number; readonly y: number }): ReactElement {
  return (
    <g className="node off" transform={`translate(${x - 55} ${y - 22})`}>
      <rect width={110} height={44} rx={6} />
      <text x={55} y={27} textAnchor="middle">
        {text.graph.inputs}
      </text>
    </g>
  );
}

interface BoxProps {
  readonly task: GraphTask;
  readonly level: StepLevel | undefined;
  readonly x: number;
  readonly y: number;
  readonly onStep: (id: string) => void;
}

function StepBox({ task, level, x, y, onStep }: BoxProps): ReactElement {
  const ran = level !== undefined;
  const integrity = ran ? knownIntegrity(level.integrity) : null;
  const tone = integrity === null ? 'off' : integrityTones[integrity];
  const kind = text.kinds[task.kind] ?? task.kind;
  const state = text.taskStates[task.status] ?? task.status;
  const confidentiality = ran ? confidentialityName(level.confidentiality) : '';
  return (
    <a
      className={`node ${tone}`}
      href={`#step-${encodeURIComponent(task.id)}`}
      onClick={(event) => {
        event.preventDefault();
        onStep(task.id);
      }}
    >
      <g transform={`translate(${x - NODE.width / 2} ${y - NODE.height / 2})`}>
        <rect width={NODE.width} height={NODE.height} rx={8} />
        <text className="title" x={12} y={24}>
          {short(task.id, 26)}
        </text>
        <text className="sub" x={12} y={43}>
          {short(kind, 32)}
        </text>
        {integrity === null ? (
          <text className="sub" x={12} y={66}>
            {state}
          </text>
        ) : (
          <g className="level">
            <path
              d={iconPath(integrity)}
              fill="none"
              stroke="currentColor"
              strokeWidth={1.6}
              transform="translate(12 54)"
            />
            <text className="level" x={34} y={67}>
              {text.integrity[integrity].name}
            </text>
            <path
              d={iconPath(confidentialityIcon(level?.confidentiality))}
              fill="none"
              stroke="currentColor"
              strokeWidth={1.6}
              transform="translate(112 54)"
            />
            <text x={134} y={67}>
              {short(confidentiality, 14)}
            </text>
          </g>
        )}
      </g>
    </a>
  );
}

function confidentialityName(level: string): string {
  return level in text.confidentiality
    ? text.confidentiality[level as keyof typeof text.confidentiality].short
    : level;
}

function confidentialityIcon(level: string | undefined): IconName {
  return level !== undefined && level in text.confidentiality
    ? (level as keyof typeof text.confidentiality)
    : 'question';
}

/** Boxes have one size; the table has the whole name. */
function short(name: string, length: number): string {
  return name.length <= length ? name : `${name.slice(0, length - 1)}…`;
}
