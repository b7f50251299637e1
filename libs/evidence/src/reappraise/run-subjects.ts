import type { Appraisal } from '#attestation';
import { isJsonObject, type JsonObject } from '#canonical';
import { hiddenMembers } from '../disclosure/sd-names.js';
import { packageOf } from '../statements/step-evidence.js';
import type { Session } from '../verify/session.js';
import type { RunSubject, SubjectKind } from './question.js';

/** What one run rests on, and of which kinds of things that cannot be told. */
export interface RunSubjects {
  readonly known: ReadonlySet<string>;
  /** Kinds of which the bundle does not show all: a run that hides what it used is not free of it. */
  readonly open: ReadonlySet<SubjectKind>;
}

export function subjectKey({ by, value }: RunSubject): string {
  return `${by} ${value}`;
}

/** Reads what the verification has looked at; nothing is believed here that it did not judge. */
export function subjectsOf(session: Session): RunSubjects {
  const known = new Set<string>();
  const open = new Set<SubjectKind>();
  const add = (by: SubjectKind, values: readonly unknown[]): void => {
    for (const value of values) if (typeof value === 'string') known.add(subjectKey({ by, value }));
  };
  if (session.steps.length < session.root.steps.count)
    for (const kind of ['measurement', 'advisory', 'circuit', 'model'] as const) open.add(kind);
  if (session.root.models === null) open.add('model');
  for (const digest of packagesOf(session)) {
    const appraisal = session.appraisal(digest);
    const machine = appraisal === null ? null : machineOf(appraisal);
    if (appraisal === null || machine === null) {
      open.add('measurement').add('advisory');
      continue;
    }
    add('measurement', [...machine.measurements, appraisal.binding?.imageDigest]);
    add('advisory', machine.advisories ?? []);
    // Simulated hardware has no vendor who could warn of it.
    if (machine.advisories === null && appraisal.level !== 'SIMULATED') open.add('advisory');
  }
  for (const { predicate, evidence } of session.steps) {
    if (evidence.by === 'zk') add('circuit', [evidence.evidence.manifest]);
    const { modelCommitment, model, modelCard } = predicate.public;
    add('model', [modelCommitment, model, modelCard]);
    if (hiddenMembers(predicate.public) > 0) open.add('model');
  }
  for (const { parameters } of session.plan?.tasks ?? [])
    add('model', [parameters['modelCommitment'], parameters['model']]);
  add(
    'model',
    (session.root.models ?? []).flatMap(({ weightsDigest, cardDigest }) => [weightsDigest, cardDigest]),
  );
  return { known, open };
}

/** Of steps, and of workers that inputs were sealed to. */
export function packagesOf({ steps, root }: Session) {
  return new Set([
    ...steps.flatMap(({ evidence }) => packageOf(evidence) ?? []),
    ...root.offers.map((offer) => offer.package),
  ]);
}

interface Machine {
  readonly measurements: readonly unknown[];
  /** Null when nobody said: without vendor data an advisory that applies is not seen. */
  readonly advisories: readonly unknown[] | null;
}

/** Null when the evidence is none that can be read. */
function machineOf({ claims: { tdx, snp, sgx } }: Appraisal): Machine | null {
  // AMD names no advisories in what it signs; its levels are numbers that a policy compares.
  if (snp !== null) return { measurements: [snp['measurement']], advisories: [] };
  if (tdx !== null) return { measurements: [tdx['mrtd']], advisories: advisoriesOf(tdx) };
  return sgx === null ? null : { measurements: [sgx['mrEnclave']], advisories: advisoriesOf(sgx) };
}

function advisoriesOf(claims: JsonObject): readonly unknown[] | null {
  const { tcb } = claims;
  const advisories = tcb !== undefined && isJsonObject(tcb) ? tcb['advisories'] : undefined;
  return Array.isArray(advisories) ? advisories : null;
}
