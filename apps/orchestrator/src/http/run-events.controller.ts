import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { limits } from '../config/limits.js';
import { Drain } from '../replicas/drain.js';
import { invalidField } from '../request-fields.js';
import { RunReader } from '../runs/run-reader.js';
import { RunStore, terminalStates } from '../runs/run-store.js';
import { RunWatcher } from '../runs/run-watcher.js';
import { nameOf, oneText, type Parameters, type Request, requireKnown } from './http-fields.js';
import { protoJson } from './proto-json.js';
import { type StreamedResponse, writeText } from './write-response.js';

interface EventRequest extends Request {
  readonly headersDistinct: Readonly<Record<string, readonly string[] | undefined>>;
}

const RETRY_MS = 1_000;

/**
 * WatchRun for a browser, as server-sent events. The id of each is the resume token of WatchRun, which the browser sends
 * back by itself when the connection breaks: the chain goes on where it was, or the token is refused.
 */
@Controller('v1')
export class RunEventsController {
  constructor(
    private readonly reader: RunReader,
    private readonly runs: RunStore,
    private readonly watcher: RunWatcher,
    private readonly drain: Drain,
  ) {}

  @Get('tenants/:tenant/runs/:run/events')
  async events(
    @Req() request: EventRequest,
    @Res() response: StreamedResponse,
    @Query() query: Parameters,
  ): Promise<void> {
    requireKnown(query, ['resumeToken']);
    const given = request.headersDistinct['last-event-id'] ?? [];
    if (given.length > 1) throw invalidField('Last-Event-ID', 'one header');
    // The header is newer: the address is that of the first connection.
    const resumeToken = given[0] ?? oneText('resumeToken', query['resumeToken']);
    const row = await this.reader.named(nameOf(request).replace(/\/events$/, ''));
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    const dropDrain = this.drain.onBegin(stop);
    this.drain.check();
    // Then the browser comes back, and its credential is looked at again.
    const over = setTimeout(stop, limits.httpWatchMs);
    response.once('close', stop);
    try {
      const options = { resumeToken, heartbeatMs: limits.watchHeartbeatMs };
      let begun = false;
      for await (const event of this.watcher.watch(row, options, abort.signal)) {
        if (!begun) begin(response);
        begun = true;
        const { resumeToken: id, ...body } = event;
        const kind = kindOf(event);
        await writeText(response, `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(protoJson(body))}\n\n`);
      }
      const { state } = await this.runs.get(row.runId);
      // Without it a browser would come back for ever.
      if (!abort.signal.aborted && terminalStates.includes(state))
        await writeText(response, 'event: end\ndata: {}\n\n');
      response.end();
    } finally {
      clearTimeout(over);
      dropDrain();
    }
  }
}

function begin(response: StreamedResponse): void {
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  // For proxies that would collect it.
  response.setHeader('x-accel-buffering', 'no');
  response.flushHeaders();
  response.write(`retry: ${RETRY_MS}\n\n`);
}

function kindOf(event: object): string {
  const kinds = ['current', 'snapshot', 'step', 'heartbeat'];
  return kinds.find((kind) => kind in event && Reflect.get(event, kind) !== null) ?? 'unknown';
}
