import { type Demands, type Integrity, integrityLevels } from '#evidence';
import { UsageError } from '../output/failure.js';

const WITNESSES_MAX = 64;

/** Reads `--require-class [STEP=]CLASS` and `--min-witness COUNT`. */
export function demandsOf(flags: {
  readonly requireClass?: readonly string[];
  readonly minWitness?: string;
}): Demands {
  const named = (flags.requireClass ?? []).map(classOf);
  const [integrity, ...others] = named.filter(({ step }) => step === null);
  if (others.length > 0)
    throw new UsageError('--require-class: expected one class for all steps, got several');
  const steps = named.flatMap(({ step, level }) => (step === null ? [] : [[step, level] as const]));
  return {
    ...(integrity === undefined ? {} : { integrity: integrity.level }),
    ...(steps.length === 0 ? {} : { stepIntegrity: Object.fromEntries(steps) }),
    ...(flags.minWitness === undefined ? {} : { witnesses: countOf(flags.minWitness) }),
  };
}

function classOf(text: string): { readonly step: string | null; readonly level: Integrity } {
  const at = text.lastIndexOf('=');
  const name = text.slice(at + 1).toUpperCase();
  const level = integrityLevels.find((known) => known === name);
  if (level === undefined || at === 0) {
    const known = integrityLevels.join(', ').toLowerCase();
    throw new UsageError(
      `--require-class: expected [STEP=]CLASS with a class of ${known}, got ${text.slice(0, 80)}`,
    );
  }
  return { step: at < 0 ? null : text.slice(0, at), level };
}

function countOf(text: string): number {
  if (/^[0-9]{1,2}$/.test(text) && Number(text) <= WITNESSES_MAX) return Number(text);
  throw new UsageError(`--min-witness: expected a number up to ${WITNESSES_MAX}, got ${text.slice(0, 40)}`);
}
