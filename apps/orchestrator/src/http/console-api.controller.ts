import { Body, Controller, Get, Header, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { requirePrincipal } from '../auth/call-context.js';
import { BundleReader } from '../evidence/bundle-reader.js';
import { LogReader } from '../log/log-reader.js';
import { ApprovalList } from '../report/approval-list.js';
import { ExecutorList } from '../report/executor-list.js';
import { OverviewReader } from '../report/overview-reader.js';
import { PolicyReader } from '../report/policy-reader.js';
import { RunSampler } from '../report/run-sampler.js';
import { invalidField } from '../request-fields.js';
import { LegalHolds } from '../retention/legal-holds.js';
import { RetentionReader } from '../retention/retention-reader.js';
import { RetentionRules } from '../retention/retention-rules.js';
import { DecisionView } from '../runs/decision-view.js';
import { parseTenantName } from '../runs/resource-names.js';
import { StepDecisions } from '../runs/step-decisions.js';
import {
  JSON_TYPE,
  listFields,
  nameOf,
  numberField,
  oneText,
  type Parameters,
  pageFields,
  parentOf,
  periodFields,
  type Request,
  requireKnown,
} from './http-fields.js';
import { protoJson } from './proto-json.js';
import { ruleOf } from './rule-body.js';
import { RunsCsv } from './runs-csv.js';
import { asDownload, type StreamedResponse, writeText } from './write-response.js';

/** What a console asks over many runs, and what it takes away; the answers of the gRPC services, from the same code. */
@Controller('v1')
export class ConsoleApiController {
  constructor(
    private readonly overviews: OverviewReader,
    private readonly sampler: RunSampler,
    private readonly approvalList: ApprovalList,
    private readonly decisions: StepDecisions,
    private readonly waiting: DecisionView,
    private readonly policyReader: PolicyReader,
    private readonly executorList: ExecutorList,
    private readonly log: LogReader,
    private readonly retention: RetentionReader,
    private readonly retentionRules: RetentionRules,
    private readonly legalHolds: LegalHolds,
    private readonly bundles: BundleReader,
    private readonly csv: RunsCsv,
  ) {}

  @Get('tenants/:tenant/overview')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async overview(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    requireKnown(query, ['startTime', 'endTime']);
    return protoJson(await this.overviews.overview({ parent: parentOf(request), ...periodFields(query) }));
  }

  @Get('tenants/:tenant/runSamples')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async sample(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    requireKnown(query, ['seed', 'size', 'filter']);
    const asked = {
      parent: parentOf(request),
      filter: oneText('filter', query['filter']),
      seed: oneText('seed', query['seed']),
      size: numberField(query, 'size'),
    };
    return protoJson(await this.sampler.sample(asked));
  }

  @Get('tenants/:tenant/runs.csv')
  async runsCsv(
    @Req() request: Request,
    @Res() response: StreamedResponse,
    @Query() query: Parameters,
  ): Promise<void> {
    requireKnown(query, ['filter', 'orderBy']);
    const tenant = parseTenantName(parentOf(request));
    const asked = listFields(query);
    await this.csv.check(tenant, asked);
    asDownload(response, 'text/csv; charset=utf-8', 'runs.csv');
    for await (const lines of this.csv.lines(tenant, asked)) {
      if (response.destroyed) return;
      await writeText(response, lines);
    }
    response.end();
  }

  @Get('tenants/:tenant/approvals')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async approvals(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.approvalList.list({ parent: parentOf(request), ...pageFields(query) }));
  }

  @Get('tenants/:tenant/runs/:run/steps/:step/decision')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async toDecide(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    requireKnown(query, []);
    const { name, step } = stepOf(request);
    return this.waiting.get(name, step);
  }

  @Post('tenants/:tenant/runs/:run/steps/:step/decision')
  @HttpCode(200)
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async decide(@Req() request: Request, @Body() body: unknown): Promise<unknown> {
    const { name, step } = stepOf(request);
    const fields = textsOf(body, ['statement', 'etag', 'requestId']);
    const statement = Buffer.from(fields.statement, 'base64');
    if (statement.length === 0) throw invalidField('statement', 'base64 of the signed step statement');
    const { etag, requestId } = fields;
    const run = await this.decisions.decide({ name, step, statement, etag, requestId, validateOnly: false });
    return protoJson({ run });
  }

  @Get('tenants/:tenant/policies')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async policies(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    requireKnown(query, []);
    return protoJson(await this.policyReader.list({ parent: parentOf(request) }));
  }

  @Get('tenants/:tenant/policies/:policy')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async policy(@Req() request: Request): Promise<unknown> {
    return protoJson((await this.policyReader.get({ name: nameOf(request) })).policy);
  }

  @Get('tenants/:tenant/executors')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async executors(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    requireKnown(query, ['startTime', 'endTime']);
    return protoJson(await this.executorList.list({ parent: parentOf(request), ...periodFields(query) }));
  }

  @Get('log/checkpoints')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async checkpoints(@Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.log.checkpoints(pageFields(query)));
  }

  @Get('log/health')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async logHealth(): Promise<unknown> {
    return protoJson(await this.log.health());
  }

  @Get('log/consistency')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async consistency(@Query() query: Parameters): Promise<unknown> {
    requireKnown(query, ['from', 'to']);
    const asked = { from: oneText('from', query['from']), to: oneText('to', query['to']) };
    return protoJson(await this.log.consistency(asked));
  }

  @Get('log/inclusion')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async inclusion(@Query() query: Parameters): Promise<unknown> {
    requireKnown(query, ['index', 'size']);
    const asked = { index: oneText('index', query['index']), size: oneText('size', query['size']) };
    return protoJson(await this.log.inclusion(asked));
  }

  @Get('tenants/:tenant/retentionRules')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async rules(@Req() request: Request): Promise<unknown> {
    return protoJson(await this.retention.rules({ parent: parentOf(request) }));
  }

  @Post('tenants/:tenant/retentionRules')
  @HttpCode(200)
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async setRule(@Req() request: Request, @Body() body: unknown): Promise<unknown> {
    return protoJson(await this.retentionRules.set({ parent: parentOf(request), ...ruleOf(body) }));
  }

  @Get('tenants/:tenant/holds')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async holds(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    requireKnown(query, ['all']);
    const all = oneText('all', query['all']);
    if (!['', 'true', 'false'].includes(all)) throw invalidField('all', 'true, false or nothing');
    return protoJson(await this.retention.holds({ parent: parentOf(request), all: all === 'true' }));
  }

  @Post('tenants/:tenant/holds')
  @HttpCode(200)
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async placeHold(@Req() request: Request, @Body() body: unknown): Promise<unknown> {
    const fields = textsOf(body, ['run', 'reason', 'requestId']);
    return protoJson(
      await this.legalHolds.place({ parent: parentOf(request), ...fields, validateOnly: false }),
    );
  }

  @Post('tenants/:tenant/holds/:hold/lift')
  @HttpCode(200)
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async liftHold(@Req() request: Request, @Body() body: unknown): Promise<unknown> {
    const name = nameOf(request).replace(/\/lift$/, '');
    const fields = textsOf(body, ['reason', 'requestId']);
    return protoJson(await this.legalHolds.lift({ name, ...fields, validateOnly: false }));
  }

  @Get('tenants/:tenant/retentionRecords')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async records(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.retention.records({ parent: parentOf(request), ...pageFields(query) }));
  }

  @Get('tenants/:tenant/runs/:run/bundle')
  async bundle(@Req() request: Request, @Res() response: StreamedResponse): Promise<void> {
    const run = nameOf(request).replace(/\/bundle$/, '');
    const bytes = await this.bundles.download(run, requirePrincipal().subject);
    await sendFile(response, `${idOf(run)}.evidence.json`, bytes);
  }

  @Get('tenants/:tenant/runs/:run/disclosures/:profile')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async preview(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.bundles.preview(redactionOf(request, query), requirePrincipal().subject));
  }

  @Get('tenants/:tenant/runs/:run/disclosures/:profile/bundle')
  async redacted(
    @Req() request: Request,
    @Res() response: StreamedResponse,
    @Query() query: Parameters,
  ): Promise<void> {
    const asked = redactionOf(request, query);
    const { bytes } = await this.bundles.redacted(asked, requirePrincipal().subject);
    await sendFile(response, `${idOf(asked.run)}.${asked.profile}.evidence.json`, bytes);
  }
}

/** `withhold` may be given more than once. */
function redactionOf(request: Request, query: Parameters) {
  requireKnown(query, ['withhold']);
  const [, run = '', profile = ''] = /^(.*)\/disclosures\/([^/]+)(?:\/bundle)?$/.exec(nameOf(request)) ?? [];
  const parts = query['withhold'] ?? [];
  const list = Array.isArray(parts) ? parts : [parts];
  return { run, profile, withhold: list.map((part: unknown) => oneText('withhold', part)) };
}

function stepOf(request: Request): { readonly name: string; readonly step: string } {
  const [, name = '', step = ''] = /^(.*)\/steps\/([^/]+)\/decision$/.exec(nameOf(request)) ?? [];
  return { name, step };
}

function idOf(run: string): string {
  return run.slice(run.lastIndexOf('/') + 1);
}

async function sendFile(response: StreamedResponse, name: string, bytes: Uint8Array): Promise<void> {
  asDownload(response, 'application/vnd.sealflow.evidence-bundle.v1+json', name);
  await writeText(response, bytes);
  response.end();
}

/** A body of texts and nothing else. */
function textsOf<Name extends string>(body: unknown, names: readonly Name[]): Record<Name, string> {
  const given: Parameters = typeof body === 'object' && body !== null ? { ...body } : {};
  requireKnown(given, names);
  return Object.fromEntries(names.map((name) => [name, oneText(name, given[name])])) as Record<Name, string>;
}
