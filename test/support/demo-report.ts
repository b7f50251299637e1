import type { DemoAttack } from '../../apps/cli/src/demo/frame/show-attackers.js';
import type { Report } from '../../apps/cli/src/output/report.js';

/** What a demo says, kept for a test: its lines and its facts. */
export class DemoReport implements Report {
  readonly lines: string[] = [];
  readonly facts = new Map<string, unknown>();

  heading(text: string): void {
    this.lines.push(text);
  }

  line(text = ''): void {
    this.lines.push(text);
  }

  fact(name: string, value: unknown): void {
    this.facts.set(name, value);
  }

  end(): void {}

  /** What stopped each attempt, in order. */
  stopped(): readonly (string | null)[] {
    const attacks = (this.facts.get('attacks') ?? []) as readonly DemoAttack[];
    return attacks.flatMap(({ attempts }) => attempts.map(({ stoppedBy }) => stoppedBy));
  }
}
