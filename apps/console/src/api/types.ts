/** What the pages read of the API's answers (proto JSON). Members that are empty may be left out. */
export interface Step {
  readonly id: string;
  readonly operation?: string;
  readonly state: string;
  readonly attempt?: number;
  readonly worker?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly reason?: string;
  readonly publicJson?: string;
}

export interface Run {
  readonly name: string;
  readonly state: string;
  readonly workflow?: string;
  readonly createTime?: string;
  readonly endTime?: string;
  readonly deadline?: string;
  readonly steps?: readonly Step[];
  readonly bundle?: string;
  readonly reason?: string;
  readonly plan?: string;
  readonly definition?: string;
}

export interface RunPage {
  readonly runs?: readonly Run[];
  readonly nextPageToken?: string;
}

export interface Overview {
  readonly runs?: number;
  readonly states?: readonly { readonly state: string; readonly runs: number }[];
  readonly workflows?: readonly {
    readonly workflow: string;
    readonly runs: number;
    readonly failedRuns?: number;
  }[];
  readonly levels?: readonly {
    readonly integrity: string;
    readonly confidentiality: string;
    readonly steps: number;
  }[];
  readonly incomplete?: Readonly<
    Record<'openRuns' | 'parkedRuns' | 'unstampedRuns' | 'deletedRuns', number | undefined>
  >;
  readonly days?: readonly {
    readonly day: string;
    readonly states?: readonly { readonly state: string; readonly runs: number }[];
    readonly levels?: readonly { readonly integrity: string; readonly steps: number }[];
  }[];
  readonly log?: {
    readonly origin?: string;
    readonly size?: string;
    readonly publishedSize?: string;
    readonly checkpointTime?: string;
    readonly leavesWaiting?: number;
    readonly quorum?: number;
    readonly witnesses?: readonly { readonly name: string; readonly cosignedSize?: string }[];
  };
  readonly approvalsWaiting?: number;
}

export function idOf(name: string): string {
  return name.split('/').at(-1) ?? name;
}
