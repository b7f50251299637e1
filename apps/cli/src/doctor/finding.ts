export type Area =
  | 'orchestrator'
  | 'database'
  | 'clock'
  | 'workers'
  | 'attestation'
  | 'log'
  | 'timestamps'
  | 'certificates'
  | 'keys'
  | 'disk'
  | 'cluster';

/** One thing that was looked at. `todo` is empty where there is nothing to do. */
export interface Finding {
  readonly area: Area;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly what: string;
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly todo: string;
}

type Said = Omit<Finding, 'area' | 'status' | 'todo'>;

/** Findings of one area, in the order in which they were made. */
export class Findings {
  readonly list: Finding[] = [];

  constructor(private readonly area: Area) {}

  ok(said: Said): void {
    this.list.push({ area: this.area, status: 'ok', ...said, todo: '' });
  }

  skipped(said: Said, todo = ''): void {
    this.list.push({ area: this.area, status: 'skipped', ...said, todo });
  }

  warn(said: Said, todo: string): void {
    this.list.push({ area: this.area, status: 'warning', ...said, todo });
  }

  fail(said: Said, todo: string): void {
    this.list.push({ area: this.area, status: 'failed', ...said, todo });
  }

  /** Good or bad; what to do is said only when bad. */
  judge(good: boolean, said: Said, todo: string): void {
    if (good) this.ok(said);
    else this.fail(said, todo);
  }
}

/** Good up to one bound, a warning up to the other, bad beyond. */
export function grade(
  findings: Findings,
  value: number,
  bounds: { readonly warnAbove: number; readonly failAbove: number },
  said: Said,
  todo: string,
): void {
  if (value > bounds.failAbove) findings.fail(said, todo);
  else if (value > bounds.warnAbove) findings.warn(said, todo);
  else findings.ok(said);
}
