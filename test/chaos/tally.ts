/** Everything that a session of faults counted. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly violations: string[] = [];
  readonly notes: string[] = [];
  invariants = 0;

  add(group: string, name: string, by = 1): void {
    const names = this.#counts.get(group) ?? new Map<string, number>();
    this.#counts.set(group, names.set(name, (names.get(name) ?? 0) + by));
  }

  /** Keeps the greatest. */
  peak(group: string, name: string, value: number): void {
    const names = this.#counts.get(group) ?? new Map<string, number>();
    this.#counts.set(group, names.set(name, Math.max(names.get(name) ?? 0, Math.round(value))));
  }

  /** One invariant, looked at once. */
  check(what: string, holds: boolean, got: string | (() => string) = ''): void {
    this.invariants += 1;
    if (holds) return;
    const detail = typeof got === 'string' ? got : got();
    this.violations.push(detail === '' ? what : `${what}: ${detail}`.slice(0, 600));
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  count(group: string, name?: string): number {
    const names = this.#counts.get(group);
    if (name !== undefined) return names?.get(name) ?? 0;
    return [...(names?.values() ?? [])].reduce((sum, value) => sum + value, 0);
  }

  toJson(): Record<string, unknown> {
    const groups = [...this.#counts].map(([group, names]) => [group, Object.fromEntries(names)] as const);
    const { invariants, violations, notes } = this;
    return { ...Object.fromEntries(groups), invariants, violations, notes };
  }

  table(): string {
    const lines = [...this.#counts].map(([group, names]) => {
      const each = [...names].map(([name, value]) => `${name} ${value}`).join(', ');
      return `  ${group.padEnd(16)} ${each}`;
    });
    return [
      ...lines,
      `  ${'invariants'.padEnd(16)} ${this.invariants} checked`,
      `  ${'violations'.padEnd(16)} ${this.violations.length}`,
      ...this.violations.map((text) => `    VIOLATION ${text}`),
      ...this.notes.map((text) => `  note: ${text}`),
    ].join('\n');
  }
}
