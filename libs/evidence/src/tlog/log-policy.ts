import { EvidenceError } from '../evidence-error.js';
import { noteKeyTypes, parseVerifierKey, type VerifierKey } from './verifier-key.js';

/**
 * Which logs a relying party believes, and which witnesses must have seen a checkpoint (C2SP tlog-policy).
 * `quorum` names a witness or a group; null asks for none.
 */
export interface LogPolicy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: ReadonlyMap<string, VerifierKey>;
  readonly groups: ReadonlyMap<string, WitnessGroup>;
  readonly quorum: string | null;
}

export interface WitnessGroup {
  readonly threshold: number;
  readonly members: readonly string[];
}

const linesMax = 1024;

/** Reads a policy file. Raises `LOG_POLICY_MALFORMED`. Names must be defined before they are used, so no cycles. */
export function parseLogPolicy(text: string): LogPolicy {
  const logs: VerifierKey[] = [];
  const witnesses = new Map<string, VerifierKey>();
  const groups = new Map<string, WitnessGroup>();
  let quorum: string | null | undefined;
  const lines = text.split('\n');
  if (lines.length > linesMax) throw malformed(`${lines.length} lines, at most ${linesMax}`);
  for (const [index, line] of lines.entries()) {
    const [keyword, ...words] = line.replace(/#.*$/, '').trim().split(/\s+/);
    const known = (name: string): boolean => witnesses.has(name) || groups.has(name);
    const place = `line ${index + 1}`;
    if (keyword === undefined || keyword === '') continue;
    if (keyword === 'log') logs.push(keyOf(words[0], noteKeyTypes.ed25519, place));
    else if (keyword === 'witness') {
      const name = newName(words[0], known, place);
      witnesses.set(name, keyOf(words[1], noteKeyTypes.cosignature, place));
    } else if (keyword === 'group') {
      const name = newName(words[0], known, place);
      groups.set(name, groupOf(words[1], words.slice(2), known, place));
    } else if (keyword === 'quorum') {
      const name = words[0];
      if (quorum !== undefined) throw malformed(`${place}: a second quorum`);
      if (name === undefined || (name !== 'none' && !known(name)))
        throw malformed(`${place}: unknown quorum`);
      quorum = name === 'none' ? null : name;
    } else throw malformed(`${place}: expected log, witness, group or quorum`);
  }
  if (quorum === undefined) throw malformed('no quorum line; write "quorum none" to ask for no witness');
  return { logs, witnesses, groups, quorum };
}

/** True when the witnesses that cosigned satisfy the quorum. Each name counts once. */
export function quorumMet(policy: LogPolicy, cosigned: ReadonlySet<string>): boolean {
  const met = (name: string): boolean => {
    const group = policy.groups.get(name);
    if (group === undefined) return cosigned.has(name);
    return group.members.filter(met).length >= group.threshold;
  };
  return policy.quorum === null || met(policy.quorum);
}

function newName(name: string | undefined, known: (name: string) => boolean, place: string): string {
  if (name === undefined || name === 'none') throw malformed(`${place}: expected a name other than none`);
  if (known(name)) throw malformed(`${place}: a name is defined twice`);
  return name;
}

function groupOf(
  count: string | undefined,
  members: readonly string[],
  known: (name: string) => boolean,
  place: string,
): WitnessGroup {
  if (members.length === 0 || new Set(members).size !== members.length || !members.every(known)) {
    throw malformed(`${place}: a group lists defined names, each once`);
  }
  const threshold = count === 'any' ? 1 : count === 'all' ? members.length : Number(count);
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > members.length) {
    throw malformed(`${place}: expected any, all or 1..${members.length}`);
  }
  return { threshold, members };
}

function keyOf(text: string | undefined, type: number, place: string): VerifierKey {
  const key = parseVerifierKey(text ?? '');
  if (key.type !== type) throw malformed(`${place}: signature type ${key.type}, expected ${type}`);
  return key;
}

function malformed(what: string): EvidenceError {
  return new EvidenceError('LOG_POLICY_MALFORMED', `log policy: ${what}`);
}
