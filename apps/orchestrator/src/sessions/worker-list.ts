import { Injectable } from '@nestjs/common';
import type { ListWorkersRequest, ListWorkersResponse } from '#contracts';
import { type FieldTypes, passes } from '../listing/filter.js';
import { listRequest, pageSize, parseQuestion } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { timestamp } from '../runs/timestamp.js';
import { SessionRegistry } from './session-registry.js';
import type { WorkerSession } from './worker-session.js';

const fields = {
  operations: { type: 'texts' },
  image_digest: { type: 'text' },
  boot_id: { type: 'text' },
  fenced: { type: 'boolean' },
  connect_time: { type: 'time' },
} as const satisfies FieldTypes;

/** The workers that are connected to this replica, by name. */
@Injectable()
export class WorkerList {
  constructor(
    private readonly registry: SessionRegistry,
    private readonly tokens: PageTokens,
  ) {}

  list(message: ListWorkersRequest): ListWorkersResponse {
    const request = listRequest(message);
    const { filter, question } = parseQuestion({ method: 'ListWorkers', fields }, '', request);
    const size = pageSize(request.pageSize);
    const after = this.tokens.open(question, request.pageToken)?.['key'] ?? '';
    // They come and go while pages are read: a page goes on after a name, not after a number of them.
    const sessions = this.registry
      .list()
      .map((session) => ({ session, key: `${session.identity.workerId} ${session.identity.bootId}` }))
      .filter(({ session, key }) => key > String(after) && passes(filter, (field) => held(session, field)))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
    const page = sessions.slice(0, size);
    const last = page.at(-1);
    const more = sessions.length > size && last !== undefined;
    return {
      workers: page.map(({ session }) => workerMessage(session)),
      nextPageToken: more ? this.tokens.seal(question, { key: last.key }) : '',
    };
  }
}

function held({ identity, fencedReason, connectedMs }: WorkerSession, field: string) {
  switch (field) {
    case 'operations':
      return identity.operations;
    case 'image_digest':
      return identity.imageDigest;
    case 'boot_id':
      return identity.bootId;
    case 'fenced':
      return fencedReason !== null;
    case 'connect_time':
      return connectedMs;
    default:
      return null;
  }
}

function workerMessage(session: WorkerSession) {
  return {
    name: `workers/${session.identity.workerId}`,
    operations: [...session.identity.operations],
    bootId: session.identity.bootId,
    imageDigest: session.identity.imageDigest,
    leases: session.leases.size,
    connectTime: timestamp(session.connectedMs),
    fenced: session.fencedReason !== null,
  };
}
