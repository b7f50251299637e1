import { Body, Controller, Get, Header, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { requirePrincipal } from '../auth/call-context.js';
import { PageTokens } from '../listing/page-tokens.js';
import { parseReappraisalRequest } from '../reappraisal/reappraisal-request.js';
import { RunReappraiser } from '../reappraisal/run-reappraiser.js';
import { mediaTypes, reportFormats } from '../report/format-report.js';
import { ReportMaker } from '../report/report-maker.js';
import { invalidField } from '../request-fields.js';
import {
  JSON_TYPE,
  nameOf,
  numberField,
  oneText,
  type Parameters,
  parentOf,
  periodFields,
  type Request,
  requireKnown,
} from './http-fields.js';
import { protoJson } from './proto-json.js';
import { asDownload, type StreamedResponse, writeText } from './write-response.js';

const subjects = ['measurements', 'advisories', 'circuits', 'models'] as const;
const SUBJECTS_MAX = 64;

/** Judgements of whole periods: reports, and what old evidence is worth under a trust file of today. */
@Controller('v1')
export class PeriodReportsController {
  constructor(
    private readonly reports: ReportMaker,
    private readonly reappraiser: RunReappraiser,
    private readonly tokens: PageTokens,
  ) {}

  @Get('tenants/:tenant/report')
  async report(
    @Req() request: Request,
    @Res() response: StreamedResponse,
    @Query() query: Parameters,
  ): Promise<void> {
    requireKnown(query, ['framework', 'format', 'startTime', 'endTime']);
    const asked = oneText('format', query['format']);
    const format = reportFormats.find((each) => each === asked);
    if (format === undefined) throw invalidField('format', `one of ${reportFormats.join(', ')}`);
    const framework = oneText('framework', query['framework']);
    const parent = parentOf(request);
    const { formats } = await this.reports.make({ parent, framework, ...periodFields(query) }, [format]);
    const content = formats?.[0]?.content;
    const name = `sealflow-${framework}.${format === 'oscal' ? 'oscal.json' : format}`;
    asDownload(response, mediaTypes[format], name);
    if (format === 'html') {
      // To be looked at and printed; it loads nothing and runs nothing, and is of no origin.
      response.setHeader('content-disposition', `inline; filename="${name}"`);
      response.setHeader('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'");
    }
    await writeText(response, Buffer.from(content ?? ''));
    response.end();
  }

  @Post('tenants/:tenant/reappraisals')
  @HttpCode(200)
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async reappraise(
    @Req() request: Request,
    @Res({ passthrough: true }) response: StreamedResponse,
    @Body() body: unknown,
  ): Promise<unknown> {
    const given: Parameters = typeof body === 'object' && body !== null ? { ...body } : {};
    const { pageSize, ...rest } = given;
    requireKnown(rest, ['trustFile', 'startTime', 'endTime', 'pageToken', ...subjects]);
    const question = parseReappraisalRequest(
      {
        parent: nameOf(request).replace(/\/reappraisals$/, ''),
        trustFile: Buffer.from(oneText('trustFile', given['trustFile']), 'base64'),
        ...periodFields(given),
        ...{ measurements: textsAt(given, 'measurements'), advisories: textsAt(given, 'advisories') },
        ...{ circuits: textsAt(given, 'circuits'), models: textsAt(given, 'models') },
        pageSize: typeof pageSize === 'number' ? pageSize : numberField(given, 'pageSize'),
        pageToken: oneText('pageToken', given['pageToken']),
      },
      this.tokens,
    );
    return protoJson(
      await this.reappraiser.page(question, requirePrincipal().subject, () => response.destroyed),
    );
  }
}

function textsAt(given: Parameters, name: (typeof subjects)[number]): string[] {
  const list = given[name] ?? [];
  if (!Array.isArray(list) || list.length > SUBJECTS_MAX)
    throw invalidField(name, `a list of at most ${SUBJECTS_MAX} texts`);
  return list.map((text: unknown) => oneText(name, text));
}
