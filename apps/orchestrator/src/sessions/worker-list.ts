import { Injectable } from '@nestjs/common';
import type { ListWorkersRequest, ListWorkersResponse, Worker, WorkerMachine } from '#contracts';
import { asSystem } from '../auth/call-context.js';
import { type FieldTypes, passes } from '../listing/filter.js';
import { listRequest, pageSize, parseQuestion } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import type { ConnectedWorker } from '../replicas/replica-store.js';
import { timestamp } from '../runs/timestamp.js';
import { LeaseBook } from './lease-book.js';
import type { MachineFacts } from './machine-facts.js';
import { SessionRegistry } from './session-registry.js';

const fields = {
  operations: { type: 'texts' },
  image_digest: { type: 'text' },
  boot_id: { type: 'text' },
  fenced: { type: 'boolean' },
  drained: { type: 'boolean' },
  connect_time: { type: 'time' },
} as const satisfies FieldTypes;

type ListedWorker = Omit<ConnectedWorker, 'sealKeyId'>;

/** The workers that are connected to whichever replica, by name. */
@Injectable()
export class WorkerList {
  constructor(
    private readonly registry: SessionRegistry,
    private readonly leases: LeaseBook,
    private readonly tokens: PageTokens,
  ) {}

  async list(message: ListWorkersRequest): Promise<ListWorkersResponse> {
    const request = listRequest(message);
    const { filter, question } = parseQuestion({ method: 'ListWorkers', fields }, '', request);
    const size = pageSize(request.pageSize);
    const after = this.tokens.open(question, request.pageToken)?.['key'] ?? '';
    // They come and go while pages are read: a page goes on after a name, not after a number of them.
    const workers = this.#all()
      .map((worker) => ({ worker, key: `${worker.workerId} ${worker.bootId}` }))
      .filter(
        ({ worker, key }) => key > String(after) && passes(filter, (field) => this.#held(worker, field)),
      )
      .sort((one, other) => (one.key < other.key ? -1 : 1));
    const page = workers.slice(0, size);
    const last = page.at(-1);
    const more = workers.length > size && last !== undefined;
    return {
      workers: await this.#messages(page.map(({ worker }) => worker)),
      nextPageToken: more ? this.tokens.seal(question, { key: last.key }) : '',
    };
  }

  isConnected(workerId: string): boolean {
    return this.#all().some((worker) => worker.workerId === workerId);
  }

  /** Connected boots of one worker. */
  named(workerId: string): Promise<Worker[]> {
    return this.#messages(this.#all().filter((worker) => worker.workerId === workerId));
  }

  async #messages(workers: readonly ListedWorker[]): Promise<Worker[]> {
    const leases = await asSystem(() => this.leases.heldByBoot());
    return workers.map((worker) => ({
      name: `workers/${worker.workerId}`,
      operations: [...worker.operations],
      bootId: worker.bootId,
      imageDigest: worker.imageDigest,
      leases: leases.get(worker.bootId) ?? 0,
      connectTime: timestamp(worker.connectedAt),
      fenced: this.registry.isFenced(worker.signKey),
      drained: this.registry.isDrained(worker.workerId),
      machine: worker.machine === null ? null : machineMessage(worker.machine),
    }));
  }

  #all(): ListedWorker[] {
    const here = this.registry.list().map(({ identity, connectedMs, tenant, machine }) => ({
      ...identity,
      connectedAt: new Date(connectedMs),
      tenant,
      machine,
    }));
    return [...here, ...this.registry.elsewhere()];
  }

  #held(worker: ListedWorker, field: string) {
    switch (field) {
      case 'operations':
        return worker.operations;
      case 'image_digest':
        return worker.imageDigest;
      case 'boot_id':
        return worker.bootId;
      case 'fenced':
        return this.registry.isFenced(worker.signKey);
      case 'drained':
        return this.registry.isDrained(worker.workerId);
      case 'connect_time':
        return worker.connectedAt.getTime();
      default:
        return null;
    }
  }
}

function machineMessage(facts: MachineFacts): WorkerMachine {
  const { level, platform, tcbStatus, advisories, firmware, reasons } = facts;
  return {
    evidenceTime: timestamp(facts.evidenceMs),
    level: `MACHINE_LEVEL_${level}`,
    platform,
    tcbStatus: tcbStatus ?? '',
    tcbTime: timestamp(facts.tcbMs),
    collateralTime: timestamp(facts.collateralMs),
    advisories: [...advisories],
    firmware: firmware.map((version) => ({ ...version })),
    reasons: [...reasons],
  };
}
