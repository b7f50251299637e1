import { Controller, Get, Header, Query, Req } from '@nestjs/common';
import { invalidField } from '../request-fields.js';
import { RunReader } from '../runs/run-reader.js';
import { WorkerList } from '../sessions/worker-list.js';
import { WorkflowReader } from '../workflows/workflow-reader.js';
import { protoJson } from './proto-json.js';

/** What is used of Express. */
interface Request {
  readonly path: string;
}

/** A parameter that is given twice arrives as a list. */
type Parameters = Readonly<Record<string, unknown>>;

const JSON_TYPE = 'application/json; charset=utf-8';
const listParameters = ['pageSize', 'pageToken', 'filter', 'orderBy'];

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

  @Get('workers')
  @Header('content-type', JSON_TYPE)
  @Header('cache-control', 'no-store')
  async connectedWorkers(@Query() query: Parameters): Promise<unknown> {
    return protoJson(await this.workers.list(listFields(query)));
  }
}

/** The address is the resource name: what the guard read is what is answered, undecoded. */
function nameOf({ path }: Request): string {
  return path.replace(/^\/v1\//, '');
}

function parentOf(request: Request): string {
  return nameOf(request).split('/').slice(0, 2).join('/');
}

function listFields(query: Parameters): {
  pageSize: number;
  pageToken: string;
  filter: string;
  orderBy: string;
} {
  const unknown = Object.keys(query).find((name) => !listParameters.includes(name));
  if (unknown !== undefined) throw invalidField(unknown, `one of ${listParameters.join(', ')}`);
  const text = (name: string): string => {
    const value = query[name] ?? '';
    if (typeof value !== 'string') throw invalidField(name, 'one text');
    return value;
  };
  const size = text('pageSize');
  if (!/^[0-9]{0,6}$/.test(size)) throw invalidField('pageSize', 'a number, or nothing');
  return {
    pageSize: Number(size),
    pageToken: text('pageToken'),
    filter: text('filter'),
    orderBy: text('orderBy'),
  };
}
