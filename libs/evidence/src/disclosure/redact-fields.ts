import { type DsseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { printable } from '../field-reader.js';
import type { OpenedBundle } from '../verify/open-bundle.js';
import type { StepView } from '../verify/session.js';
import { type ProfileName, profiles } from './profiles.js';
import { type OpenedMember, openMembers } from './sd.js';
import type { FieldOwner, Withholding } from './withholding.js';

/**
 * The disclosures that stay, in the order of the statements. Raises `REDACTION_INVALID` for a member that is to be
 * withheld and is not there, or cannot be withheld.
 */
export function keptDisclosures(
  { bundle }: OpenedBundle,
  shown: readonly StepView[],
  named: readonly Withholding[],
  profile: ProfileName | undefined,
): string[] {
  const owners: readonly FieldOwner[] = [null, ...shown.map(({ predicate }) => predicate.stepId)];
  const stranger = named.find((part) => part.kind === 'field' && !owners.includes(part.owner));
  if (stranger?.kind === 'field') throw absent(stranger.owner, stranger.path, []);
  return [
    ...kept(bundle.root, null, profileFields(profile, null), named),
    ...shown.flatMap((step) =>
      kept(step.envelope, step.predicate.stepId, profileFields(profile, step), named),
    ),
  ];
}

function profileFields(profile: ProfileName | undefined, step: StepView | null): readonly string[] {
  if (profile === undefined) return [];
  const { root, steps, persons } = profiles[profile];
  if (step === null) return root;
  return step.predicate.kind === 'human' ? [...steps, ...persons] : steps;
}

function kept(
  envelope: DsseEnvelope,
  owner: FieldOwner,
  ofProfile: readonly string[],
  named: readonly Withholding[],
): string[] {
  const members = openedMembers(envelope);
  const wanted = named.flatMap((part) => (part.kind === 'field' && part.owner === owner ? part.path : []));
  for (const path of wanted)
    if (!members.some((member) => isAt(member, path))) throw absent(owner, path, members);
  const gone = [...ofProfile, ...wanted];
  return members.filter((member) => !gone.some((path) => isAt(member, path))).map(({ encoded }) => encoded);
}

function openedMembers(envelope: DsseEnvelope): readonly OpenedMember[] {
  const signed = statementOf({ ...envelope, disclosures: [] });
  return openMembers(signed.predicate, envelope.disclosures, 'statement').members;
}

/** At the path or below it: what is inside of a withheld member goes with it. */
function isAt({ path }: OpenedMember, place: string): boolean {
  const own = path.join('.');
  return own === place || own.startsWith(`${place}.`);
}

function absent(owner: FieldOwner, path: string, members: readonly OpenedMember[]): EvidenceError {
  const place = owner === null ? 'the root' : `step ${owner}`;
  const known = members.map((member) => member.path.join('.')).join(', ');
  return new EvidenceError(
    'REDACTION_INVALID',
    printable(
      `field ${path} of ${place} cannot be withheld: expected ${known === '' ? 'a statement with members that can be' : `one of ${known}`}`,
    ),
  );
}
