import type { Appraisal } from '#attestation';
import { type Digest, digestOf } from '#canonical';
import type { Session, StepView } from './session.js';

/**
 * Whether the witness of a proof stayed with its owner: each sealed input could be opened by keys of the client alone,
 * of which the prover's is one. What the prover made for itself in an earlier step counts if that step stayed there
 * too.
 *
 * Rests on the list of readers: the client signed it in the envelopes, the operator repeats it. Whether the client's
 * keys are where the client says, only the client knows.
 */
export function isWitnessAtOwner(session: Session, step: StepView, appraisal: Appraisal | null): boolean {
  const own = new Set((appraisal?.binding?.sealKeys ?? []).map(({ publicKey }) => digestOf(publicKey)));
  return own.size > 0 && staysWith(own, session, step, new Set());
}

/** @param seen steps on the way here: the graph is hostile and may go in circles */
function staysWith(
  own: ReadonlySet<Digest>,
  session: Session,
  { predicate }: StepView,
  seen: ReadonlySet<string>,
): boolean {
  if (predicate.assurance.confidentiality !== 'CLIENT_ONLY' || seen.has(predicate.stepId)) return false;
  const planned = session.plan?.tasks.find(({ id }) => id === predicate.stepId)?.inputs ?? [];
  const sealed = planned.filter(({ alg }) => alg === 'sha256' || alg === 'poseidon-bn254');
  if (sealed.length === 0) return false;
  return sealed.every(({ edge }) => {
    const readers = session.root.readers.find((listed) => listed.edge === edge)?.recipients ?? [];
    if (!readers.some(({ kid }) => own.has(kid))) return false;
    if (edge.startsWith('inputs/')) return readers.every(({ role }) => role === 'client');
    const producer = session.step(edge.split('/')[0] ?? '');
    if (producer === null || !staysWith(own, session, producer, new Set([...seen, predicate.stepId])))
      return false;
    return readers.every(({ role, kid }) => role === 'client' || own.has(kid));
  });
}
