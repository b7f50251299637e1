import { Controller, Get, Header, Query, Req, Res } from '@nestjs/common';
import { LedgerHistory } from '../ledger/ledger-history.js';
import { LedgerReader } from '../ledger/ledger-reader.js';
import { AccessReader } from '../log/access-reader.js';
import { RunReader } from '../runs/run-reader.js';
import { WorkerList } from '../sessions/worker-list.js';
import { TenantReader } from '../tenants/tenant-reader.js';
import { WorkflowReader } from '../workflows/workflow-reader.js';
import {
  JSON_TYPE,
  listFields,
  nameOf,
  oneText,
  type Parameters,
  pageFields,
  parentOf,
  type Request,
  requireKnown,
} from './http-fields.js';
import { protoJson } from './proto-json.js';
import { asDownload, type StreamedResponse, writeText } from './write-response.js';

/**
 * What a console reads: the answers of the gRPC services as proto JSON, from the same code, with the same filters,
 * tokens, limits and refusals.
 */
@Controller('v1')
export class ReadApiController {
  constructor(
    private readonly reader: RunReader,
    private readonly workers: WorkerList,
    private readonly workflows: WorkflowReader,
    private readonly ledgers: LedgerReader,
    private readonly history: LedgerHistory,
    private readonly accesses: AccessReader,
    private readonly tenants: TenantReader,
  ) {}

  @Get('tenants/:tenant/runs')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async runs(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.reader.list({ parent: parentOf(request), ...listFields(query) }));
  }

  @Get('tenants/:tenant/runs/:run')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async run(@Req() request: Request): Promise<unknown> {
    return protoJson(await this.reader.get(nameOf(request)));
  }

  @Get('tenants/:tenant/bundles')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async bundles(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.reader.bundles({ parent: parentOf(request), ...listFields(query) }));
  }

  @Get('tenants/:tenant/workflows')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async storedWorkflows(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.workflows.list({ parent: parentOf(request), ...listFields(query) }));
  }

  @Get('tenants/:tenant/workflows/:workflow')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async storedWorkflow(@Req() request: Request): Promise<unknown> {
    return protoJson((await this.workflows.get(nameOf(request))).workflow);
  }

  @Get('tenants/:tenant/workflows/:workflow/revisions')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async revisions(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    const parent = nameOf(request).replace(/\/revisions$/, '');
    return protoJson(await this.workflows.revisions({ parent, ...listFields(query) }));
  }

  @Get('tenants/:tenant/workflows/:workflow/revisions/:revision')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async revision(@Req() request: Request): Promise<unknown> {
    return protoJson((await this.workflows.revision(nameOf(request))).revision);
  }

  @Get('tenants/:tenant/ledgers')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async allLedgers(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.ledgers.list({ parent: parentOf(request), ...pageFields(query) }));
  }

  @Get('tenants/:tenant/ledgers/:ledger/batches')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async ledgerBatches(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    const parent = nameOf(request).replace(/\/batches$/, '');
    return protoJson(await this.ledgers.batches({ parent, ...listFields(query) }));
  }

  @Get('tenants/:tenant/ledgers/:ledger/receipts')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async ledgerReceipts(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    requireKnown(query, ['pageToken']);
    const name = nameOf(request).replace(/\/receipts$/, '');
    return this.history.receipts(name, oneText('pageToken', query['pageToken']));
  }

  @Get('tenants/:tenant/ledgers/:ledger/receipts/:receipt/ciphertexts/:ciphertext')
  async ledgerCiphertext(@Req() request: Request, @Res() response: StreamedResponse): Promise<void> {
    const [, name = '', receipt = '', ciphertext = ''] =
      /^(.*)\/receipts\/([^/]+)\/ciphertexts\/([^/]+)$/.exec(nameOf(request)) ?? [];
    const bytes = await this.history.ciphertext(name, receipt, ciphertext);
    asDownload(response, 'application/octet-stream', `${ciphertext}.bin`);
    await writeText(response, bytes);
    response.end();
  }

  @Get('tenants/:tenant/ledgers/:ledger')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async ledger(@Req() request: Request): Promise<unknown> {
    return protoJson(await this.ledgers.get(nameOf(request)));
  }

  @Get('tenants/:tenant/ledgers/:ledger/entries')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async ledgerEntries(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    const parent = nameOf(request).replace(/\/entries$/, '');
    return protoJson(await this.ledgers.entries({ parent, ...listFields(query) }));
  }

  @Get('tenants/:tenant/evidenceAccesses')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async evidenceAccesses(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    const { run, ...rest } = query;
    const fields = { parent: parentOf(request), run: oneText('run', run), ...listFields(rest, ['run']) };
    return protoJson(await this.accesses.list(fields));
  }

  @Get('tenants/:tenant/usage')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async usage(@Req() request: Request): Promise<unknown> {
    return protoJson(await this.tenants.usage(parentOf(request)));
  }

  @Get('tenants/:tenant/usage/days')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async usageDays(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.tenants.days({ parent: parentOf(request), ...pageFields(query) }));
  }

  @Get('tenants')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async allTenants(@Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.tenants.tenants(pageFields(query)));
  }

  @Get(['apiKeys', 'tenants/:tenant/apiKeys'])
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async apiKeys(@Req() request: Request, @Query() query: Parameters): Promise<unknown> {
    const parent = nameOf(request).replace(/\/?apiKeys$/, '');
    return protoJson(await this.tenants.keys({ parent, ...pageFields(query) }));
  }

  @Get('workers')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async connectedWorkers(@Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.workers.list(listFields(query)));
  }
}
