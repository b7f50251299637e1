import { Injectable } from '@nestjs/common';
import type { ListEvidenceAccessRequest__Output, ListEvidenceAccessResponse } from '#contracts';
import { parseListQuery } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { invalidField } from '../request-fields.js';
import { parseRunName, parseTenantName, runName } from '../runs/resource-names.js';
import { timestamp } from '../runs/timestamp.js';
import { AccessLog, accessList } from './access-log.js';
import { accessRecord } from './access-record.js';

/** Who read which evidence, as both sides of the API show it. */
@Injectable()
export class AccessReader {
  constructor(
    private readonly access: AccessLog,
    private readonly tokens: PageTokens,
  ) {}

  async list(request: ListEvidenceAccessRequest__Output): Promise<ListEvidenceAccessResponse> {
    const tenant = parseTenantName(request.parent);
    const only = request.run === '' ? null : parseRunName(request.run);
    if (only !== null && only.tenant !== tenant) throw invalidField('run', `a run of ${request.parent}`);
    const query = parseListQuery(accessList, `${tenant} ${request.run}`, request, this.tokens);
    const listed = await this.access.list({ tenant, runId: only?.runId ?? null }, query);
    const { rows, nextPageToken } = query.page(listed);
    return {
      accesses: rows.map((access) => ({
        run: runName(access.tenant, access.runId),
        time: timestamp(access.time),
        actor: access.actor,
        action: access.action,
        record: Buffer.from(accessRecord(access)),
        ...(access.leafIndex === null ? {} : { leafIndex: String(access.leafIndex) }),
      })),
      nextPageToken,
    };
  }
}
