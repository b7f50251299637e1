/** What `ListWorkers` says of a machine; proto JSON leaves out what is empty. */
export interface WorkerMachine {
  readonly level: MachineLevel;
  readonly platform: string;
  readonly tcbStatus: string;
  readonly tcbTime: string | undefined;
  readonly collateralTime: string | undefined;
  readonly evidenceTime: string | undefined;
  readonly advisories: readonly string[];
  readonly reasons: readonly string[];
  readonly firmware: readonly {
    readonly device: string;
    readonly part: string;
    readonly version: string;
  }[];
}

export type MachineLevel = 'NONE' | 'SIMULATED' | 'ATTESTED';

const levels: readonly MachineLevel[] = ['SIMULATED', 'ATTESTED'];

/** A level that this page does not know counts as none. Null: nobody has looked at the worker's evidence. */
export function readMachine(value: unknown): WorkerMachine | null {
  const machine = membersOf(value);
  if (machine === null) return null;
  return {
    level: levels.find((level) => machine['level'] === `MACHINE_LEVEL_${level}`) ?? 'NONE',
    platform: textIn(machine, 'platform') ?? '',
    tcbStatus: textIn(machine, 'tcbStatus') ?? '',
    tcbTime: textIn(machine, 'tcbTime'),
    collateralTime: textIn(machine, 'collateralTime'),
    evidenceTime: textIn(machine, 'evidenceTime'),
    advisories: listOf(machine['advisories']).map(String),
    reasons: listOf(machine['reasons']).map(String),
    firmware: listOf(machine['firmware']).map((item) => {
      const version = membersOf(item) ?? {};
      return {
        device: textIn(version, 'device') ?? '',
        part: textIn(version, 'part') ?? '',
        version: textIn(version, 'version') ?? '',
      };
    }),
  };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? { ...value } : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textIn(members: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = members[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
