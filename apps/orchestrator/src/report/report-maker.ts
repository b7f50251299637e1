import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { GetReportRequest__Output, GetReportResponse } from '#contracts';
import { Database } from '../database/database.js';
import { LogReader } from '../log/log-reader.js';
import { invalidField } from '../request-fields.js';
import { parseTenantName, runName } from '../runs/resource-names.js';
import { CLOCK, type Clock } from '../tokens.js';
import {
  type Exception,
  formatReport,
  mediaTypes,
  type Report,
  type ReportFormat,
  reportFormats,
} from './format-report.js';
import { type FrameworkId, frameworkIds, frameworks, objectivesOf, type ReportFacts } from './frameworks.js';
import { OverviewReader } from './overview-reader.js';
import { paperReport } from './paper-report.js';
import { bounds, parsePeriod } from './period.js';

const EXCEPTIONS_MAX = 200;

interface Counted extends Record<string, unknown> {
  readonly accesses: number;
  readonly rules: number;
  readonly holds: number;
  readonly policies: number;
  readonly decisions: number;
}

interface Found extends Record<string, unknown> {
  readonly run_id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly created: string;
  readonly all: number;
}

/** What the runs of a period support of a framework, with what is missing, from counts alone. */
@Injectable()
export class ReportMaker {
  constructor(
    private readonly database: Database,
    private readonly overviews: OverviewReader,
    private readonly log: LogReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param formats of which the caller takes one alone, where it says so */
  async make(
    request: GetReportRequest__Output,
    formats: readonly ReportFormat[] = reportFormats,
  ): Promise<GetReportResponse> {
    const tenant = parseTenantName(request.parent);
    const framework = frameworkIds.find((id): id is FrameworkId => id === request.framework);
    if (framework === undefined) throw invalidField('framework', `one of ${frameworkIds.join(', ')}`);
    const { parent, startTime, endTime } = request;
    if (startTime === null) throw invalidField('start_time', 'a time');
    if (endTime === null) throw invalidField('end_time', 'a time');
    const { from, to } = bounds(parsePeriod(request, this.clock()));
    const [seen, counted, found, log] = await Promise.all([
      this.overviews.overview({ parent, startTime, endTime }),
      this.#counted(tenant, from, to),
      this.#exceptions(tenant, from, to),
      this.log.health(),
    ]);
    const levels = seen.levels ?? [];
    const stepsOf = (some: (level: (typeof levels)[number]) => boolean): number =>
      levels.reduce((steps, level) => steps + (some(level) ? (level.steps ?? 0) : 0), 0);
    const incomplete = seen.incomplete;
    const runs = seen.runs ?? 0;
    const openRuns = incomplete?.openRuns ?? 0;
    const facts: ReportFacts = {
      runs,
      endedRuns: runs - openRuns,
      openRuns,
      unstampedRuns: incomplete?.unstampedRuns ?? 0,
      deletedRuns: incomplete?.deletedRuns ?? 0,
      uncountedRuns: incomplete?.uncountedRuns ?? 0,
      steps: stepsOf(() => true),
      coveredSteps: stepsOf(({ confidentiality }) => confidentiality !== 'CONFIDENTIALITY_OPERATOR_VISIBLE'),
      simulatedSteps: stepsOf(({ integrity }) => integrity === 'INTEGRITY_SIMULATED'),
      decisions: counted?.decisions ?? 0,
      accesses: counted?.accesses ?? 0,
      retentionRules: counted?.rules ?? 0,
      holds: counted?.holds ?? 0,
      witnesses: log.witnesses?.length ?? 0,
      quorum: log.quorum ?? 0,
      policies: counted?.policies ?? 0,
    };
    const report = {
      tenant: parent,
      framework: frameworks[framework],
      startTime: from,
      endTime: to,
      facts,
      objectives: objectivesOf(framework, facts),
      exceptions: found.map((row) => exceptionOf(tenant, row)),
      exceptionCount: found[0]?.all ?? 0,
    };
    return {
      formats: await Promise.all(
        formats.map(async (format) => ({
          format,
          mediaType: mediaTypes[format],
          content: await contentOf(format, report),
        })),
      ),
    };
  }

  async #counted(tenant: string, from: string, to: string): Promise<Counted | undefined> {
    const { rows } = await this.database.queries.execute<Counted>(sql`
      select
        (select count(*)::int from sealflow.evidence_access where tenant = ${tenant}
          and time >= ${from}::timestamptz and time < ${to}::timestamptz) as accesses,
        (select count(*)::int from sealflow.retention_rules where tenant = ${tenant}) as rules,
        (select count(*)::int from sealflow.legal_holds where tenant = ${tenant} and lifted_at is null) as holds,
        (select count(distinct policy)::int from sealflow.runs where tenant = ${tenant}
          and created_at >= ${from}::timestamptz and created_at < ${to}::timestamptz) as policies,
        (select count(*)::int from sealflow.tasks join sealflow.runs using (run_id) where runs.tenant = ${tenant}
          and runs.created_at >= ${from}::timestamptz and runs.created_at < ${to}::timestamptz
          and tasks.operation = 'human.approve' and tasks.state = 'SUCCEEDED' and tasks.statement is not null) as decisions`);
    return rows[0];
  }

  async #exceptions(tenant: string, from: string, to: string): Promise<readonly Found[]> {
    const { rows } = await this.database.queries.execute<Found>(sql`
      select run_id, state, case when evidence_deleted_at is not null then 'evidence deleted by retention' else reason end
          as reason, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created,
        (count(*) over ())::int as all
      from sealflow.runs where tenant = ${tenant} and created_at >= ${from}::timestamptz and created_at < ${to}::timestamptz
        and (state in ('FAILED', 'EXPIRED', 'PARKED') or evidence_deleted_at is not null
          or (ended_at is not null and assurance is null))
      order by created_at, run_id limit ${EXCEPTIONS_MAX}`);
    return rows;
  }
}

function exceptionOf(tenant: string, { run_id, state, reason, created }: Found): Exception {
  return { run: runName(tenant, run_id), state, reason: reason ?? '', createTime: created };
}

async function contentOf(format: ReportFormat, report: Report): Promise<Buffer> {
  return Buffer.from(format === 'pdf' ? await paperReport(report) : formatReport(format, report));
}
