import type { Digest } from '#canonical';
import type { AppraisalPredicate, AssurancePair, Confidentiality, Integrity, StepPredicate } from '#evidence';
import {
  confidentialityLevels,
  integrityLevels,
  parseFheEvidence,
  parseTeeEvidence,
  parseZkEvidence,
} from '#evidence';

/*
 * What steps reach by the look of this server, for counting and finding runs. Nobody relies on it: whoever does verifies
 * the bundle, which may lower every level and raises none. Here, as there, simulated hardware is never better than that.
 */

/** What this server's appraisal says of an evidence package. */
export type SeenLevel = AppraisalPredicate['level'];

export interface SeenStep {
  readonly predicate: Pick<StepPredicate, 'kind' | 'assurance'>;
  /** Null for a person, who has no machine. */
  readonly level: SeenLevel | null;
  /** Whether a proof is under keys of development. */
  readonly devKeys: boolean;
}

/** Levels of a run as its row has them: the weakest on each axis, and every pair with its number of steps. */
export interface SeenAssurance {
  readonly integrity: Integrity;
  readonly confidentiality: Confidentiality;
  /** E.g. `ATTESTED/ENCLAVE:2 PROVED/ENCLAVE:1`, in the order of the pairs. */
  readonly assurance: string;
}

export function seenPair({ predicate, level, devKeys }: SeenStep): AssurancePair {
  const { kind, assurance: claimed } = predicate;
  const place: Confidentiality = level === 'ATTESTED' ? 'ENCLAVE' : 'OPERATOR_VISIBLE';
  const shown = found();
  return {
    integrity: lower(integrityLevels, claimed.integrity, shown.integrity),
    confidentiality: lower(confidentialityLevels, claimed.confidentiality, shown.confidentiality),
  };

  function found(): AssurancePair {
    if (kind === 'human') return { integrity: 'SIGNED', confidentiality: 'OPERATOR_VISIBLE' };
    if (kind === 'fhe.bfv') return { integrity: byHardware('SIGNED'), confidentiality: 'ENCRYPTED' };
    if (kind !== 'zk.groth16') return { integrity: byHardware('ATTESTED'), confidentiality: place };
    // The prover of an owner shows no place of ours: its claim is one that the plan made, and stands.
    const atOwner = claimed.confidentiality === 'CLIENT_ONLY';
    return {
      integrity: devKeys ? 'SIMULATED' : 'PROVED',
      confidentiality: atOwner ? 'CLIENT_ONLY' : place,
    };
  }

  function byHardware(best: Integrity): Integrity {
    if (level === 'ATTESTED') return best;
    return level === 'SIMULATED' ? 'SIMULATED' : 'ASSERTED';
  }
}

/** Null for a run without a statement: nothing of it was done. */
export function seenAssurance(steps: readonly SeenStep[]): SeenAssurance | null {
  const [first, ...others] = steps.map(seenPair);
  if (first === undefined) return null;
  const counts = new Map<string, number>();
  for (const { integrity, confidentiality } of [first, ...others]) {
    const pair = `${integrity}/${confidentiality}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return {
    integrity: others.reduce(
      (worst, { integrity }) => lower(integrityLevels, worst, integrity),
      first.integrity,
    ),
    confidentiality: others.reduce(
      (worst, { confidentiality }) => lower(confidentialityLevels, worst, confidentiality),
      first.confidentiality,
    ),
    assurance: [...counts]
      .map(([pair, count]) => `${pair}:${count}`)
      .sort()
      .join(' '),
  };
}

const pattern = /^([A-Z_]+)\/([A-Z_]+):([0-9]{1,6})$/;

/** The pairs of `SeenAssurance`, each with its steps; nothing where none was written. */
export function parseSeen(text: string | null): (AssurancePair & { readonly steps: number })[] {
  return (text ?? '').split(' ').flatMap((part) => {
    const [, integrity = '', confidentiality = '', steps = ''] = pattern.exec(part) ?? [];
    const known = integrityLevels.find((level) => level === integrity);
    const place = confidentialityLevels.find((level) => level === confidentiality);
    return known === undefined || place === undefined
      ? []
      : [{ integrity: known, confidentiality: place, steps: Number(steps) }];
  });
}

/** `levels` is best first: the later of the two is the lower. */
function lower<T>(levels: readonly T[], one: T, other: T): T {
  return levels.indexOf(other) > levels.indexOf(one) ? other : one;
}

/** The evidence package that a statement rests on, by its digest, and the manifest of its proof; of a person none. */
export function restsOn({ kind, evidence }: Pick<StepPredicate, 'kind' | 'evidence'>): {
  readonly package: Digest | null;
  readonly manifest: Digest | null;
} {
  if (kind === 'human') return { package: null, manifest: null };
  if (kind === 'zk.groth16') {
    const { package: own, manifest } = parseZkEvidence(evidence);
    return { package: own, manifest };
  }
  const parse = kind === 'fhe.bfv' ? parseFheEvidence : parseTeeEvidence;
  return { package: parse(evidence).package, manifest: null };
}
