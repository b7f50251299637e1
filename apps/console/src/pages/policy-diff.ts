/** One rule that two policies do not share. Null: the policy says nothing there. */
export interface PolicyChange {
  readonly where: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Deeper or larger is no policy; what lies beyond is one value. */
const DEPTH_MAX = 8;
const CHANGES_MAX = 500;

/**
 * What differs between two policies, rule by rule. Members of a list are matched by their names, or by what they are, so
 * that a measurement that was added is one change and does not make all that follow look changed.
 */
export function policyChanges(before: unknown, after: unknown): readonly PolicyChange[] {
  const changes: PolicyChange[] = [];
  compare(before, after, '', 0, changes);
  return changes.slice(0, CHANGES_MAX);
}

function compare(
  before: unknown,
  after: unknown,
  where: string,
  depth: number,
  changes: PolicyChange[],
): void {
  const [left, right] = [membersOf(before), membersOf(after)];
  if (left === null || right === null || left.list !== right.list || depth >= DEPTH_MAX) {
    const [one, other] = [textOf(before), textOf(after)];
    if (one !== other) changes.push({ where, before: one, after: other });
    return;
  }
  for (const name of [...new Set([...left.members.keys(), ...right.members.keys()])].sort()) {
    const place = left.list ? `${where}[${name}]` : where === '' ? name : `${where}.${name}`;
    compare(left.members.get(name), right.members.get(name), place, depth + 1, changes);
  }
}

interface Members {
  readonly list: boolean;
  readonly members: ReadonlyMap<string, unknown>;
}

function membersOf(value: unknown): Members | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return { list: false, members: new Map(Object.entries(value)) };
  const members = new Map<string, unknown>();
  for (const member of value) {
    const label = labelOf(member);
    let name = label;
    for (let count = 2; members.has(name); count += 1) name = `${label} #${count}`;
    members.set(name, member);
  }
  return { list: true, members };
}

function labelOf(member: unknown): string {
  if (typeof member !== 'object' || member === null) return String(member);
  for (const name of ['name', 'id', 'chip', 'uuid']) {
    const value: unknown = Reflect.get(member, name);
    if (typeof value === 'string') return value;
  }
  return JSON.stringify(member);
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
