import { Injectable } from '@nestjs/common';
import { digestOf } from '#canonical';
import type { ApproveStepRequest__Output, Run } from '#contracts';
import { RequestBook } from './request-book.js';
import { requireEtag } from './run-etag.js';
import { RunReader } from './run-reader.js';
import { RunStore } from './run-store.js';
import { StepApproval } from './step-approval.js';

/** ApproveStep for both sides of the API: one decision for one request id, and for the run as it was read. */
@Injectable()
export class StepDecisions {
  constructor(
    private readonly reader: RunReader,
    private readonly runs: RunStore,
    private readonly requests: RequestBook,
    private readonly approval: StepApproval,
  ) {}

  async decide(request: ApproveStepRequest__Output): Promise<Run> {
    const { name, step, statement, etag, requestId, validateOnly } = request;
    const row = await this.reader.named(name);
    const content = { name, step, etag, statement: digestOf(statement) };
    const asked = { tenant: row.tenant, requestId, validateOnly, method: 'ApproveStep', content };
    await this.requests.once(asked, async () => {
      if (etag !== '') requireEtag(etag, row, await this.runs.tasks(row.runId));
      await this.approval.approve(row, step, statement, validateOnly);
    });
    return this.reader.get(name);
  }
}
