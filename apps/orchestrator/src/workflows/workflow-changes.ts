import { Inject, Injectable } from '@nestjs/common';
import { type Digest, digestOf, type Json } from '#canonical';
import { ApiError } from '#contracts';
import { definitionDigest } from '#workflow';
import { requirePrincipal } from '../auth/call-context.js';
import { limits } from '../config/limits.js';
import type { Transaction } from '../database/database.js';
import { readDefinition } from '../plans/read-definition.js';
import { invalidField } from '../request-fields.js';
import { Changes } from '../requests/changes.js';
import { requireSameEtag } from '../requests/etag.js';
import {
  parseRevisionName,
  parseWorkflowName,
  type WorkflowName,
  workflowName,
} from '../runs/resource-names.js';
import { CLOCK, type Clock } from '../tokens.js';
import { revisionEtag, workflowEtag } from './workflow-messages.js';
import { deleted, noRevision, noWorkflow } from './workflow-reader.js';
import { type StoredRevisionRow, type WorkflowRow, WorkflowStore } from './workflow-store.js';

/** What every change carries; `content` is added by each, so that a request id stands for all of it. */
export interface ChangeFields {
  readonly etag: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

export interface ChangedWorkflow {
  readonly workflow: WorkflowRow;
  /** The current one. */
  readonly revision: StoredRevisionRow;
}

interface ReadRevision {
  readonly digest: Digest;
  readonly workflow: string;
  readonly version: number;
  readonly text: Buffer;
}

/** Changes of stored workflows. Each is one transaction under the tenant's lock, with its request id and its etag. */
@Injectable()
export class WorkflowChanges {
  constructor(
    private readonly store: WorkflowStore,
    private readonly changes: Changes,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  create(
    tenant: string,
    request: { readonly definition: Uint8Array; readonly description: string },
    fields: Omit<ChangeFields, 'etag'>,
  ): Promise<ChangedWorkflow> {
    const description = descriptionField(request.description);
    const read = readRevision(request.definition);
    const name = { tenant, workflow: read.workflow };
    const content = { tenant, definition: digestOf(request.definition), description };
    return this.#apply('CreateWorkflow', name, { ...fields, etag: '' }, content, async (now, transaction) => {
      if ((await this.store.find(name, now, transaction)) !== undefined) throw exists(name);
      const workflow: WorkflowRow = {
        ...name,
        description,
        current: read.digest,
        revisions: 1,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
        purgeAt: null,
      };
      await this.#checkAmount(transaction, tenant, read.text.length, true);
      await this.store.insert(transaction, workflow);
      return { workflow, revision: await this.#addRevision(transaction, workflow, read, now) };
    });
  }

  /** Null leaves a part as it is. */
  update(
    text: string,
    {
      definition,
      description,
    }: { readonly definition: Uint8Array | null; readonly description: string | null },
    fields: ChangeFields,
  ): Promise<ChangedWorkflow> {
    const name = parseWorkflowName(text);
    if (definition === null && description === null) {
      throw invalidField('definition or description', 'at least one of them', 'neither');
    }
    const read = definition === null ? null : readRevision(definition);
    if (read !== null && read.workflow !== name.workflow) {
      throw invalidField('definition', `one of workflow ${name.workflow}`, `one of ${read.workflow}`);
    }
    const content = {
      name: text,
      etag: fields.etag,
      definition: definition === null ? null : digestOf(definition),
      description: description === null ? null : descriptionField(description),
    };
    return this.#apply('UpdateWorkflow', name, fields, content, async (now, transaction) => {
      const before = await this.#changeable(transaction, name, now, fields.etag);
      if (before.deletedAt !== null) throw deleted(before);
      const described = { ...before, description: description ?? before.description };
      const after = read === null ? described : await this.#withRevision(transaction, described, read, now);
      return this.#store(transaction, before, after, now);
    });
  }

  delete(text: string, fields: ChangeFields): Promise<ChangedWorkflow> {
    const name = parseWorkflowName(text);
    const content = { name: text, etag: fields.etag };
    return this.#apply('DeleteWorkflow', name, fields, content, async (now, transaction) => {
      const before = await this.#changeable(transaction, name, now, fields.etag);
      if (before.deletedAt !== null) throw deleted(before);
      const purgeAt = new Date(now.getTime() + limits.workflowUndeleteMs);
      return this.#store(transaction, before, { ...before, deletedAt: now, purgeAt }, now);
    });
  }

  undelete(text: string, fields: ChangeFields): Promise<ChangedWorkflow> {
    const name = parseWorkflowName(text);
    const content = { name: text, etag: fields.etag };
    return this.#apply('UndeleteWorkflow', name, fields, content, async (now, transaction) => {
      const before = await this.#changeable(transaction, name, now, fields.etag);
      if (before.deletedAt === null) throw exists(name);
      return this.#store(transaction, before, { ...before, deletedAt: null, purgeAt: null }, now);
    });
  }

  /** Says of a revision whether something new may be made of it; nothing else of it changes. */
  async deprecate(text: string, deprecated: boolean, fields: ChangeFields): Promise<StoredRevisionRow> {
    const name = parseRevisionName(text);
    const content = { name: text, etag: fields.etag, deprecated };
    const { revision } = await this.#apply(
      'UpdateWorkflowRevision',
      name,
      fields,
      content,
      async (now, transaction) => {
        const workflow = await this.#changeable(transaction, name, now, '');
        const before = await this.store.revision(name, transaction);
        if (before === undefined) throw noRevision(text);
        requireSameEtag(fields.etag, revisionEtag(before), `revision ${before.digest}`);
        const deprecatedAt = deprecated ? (before.deprecatedAt ?? now) : null;
        const after = { ...before, deprecatedAt };
        await this.store.updateRevision(transaction, after);
        return { workflow, revision: after };
      },
      (transaction) => this.store.revision(name, transaction),
    );
    return revision;
  }

  /** One transaction: the lock, the request id, the work. A call that was done before answers with what is now. */
  #apply(
    method: string,
    name: WorkflowName,
    { requestId, validateOnly }: ChangeFields,
    content: Json,
    work: (now: Date, transaction: Transaction) => Promise<ChangedWorkflow>,
    revisionOf?: (transaction: Transaction) => Promise<StoredRevisionRow | undefined>,
  ): Promise<ChangedWorkflow> {
    const now = new Date(this.clock());
    const { tenant, workflow } = name;
    return this.changes.apply<ChangedWorkflow>(
      { tenant, method, requestId, validateOnly, content },
      {
        make: async (transaction) => {
          await this.store.lock(transaction, tenant, now);
          return { resource: workflowName(tenant, workflow), answer: await work(now, transaction) };
        },
        again: async (_resource, transaction) => {
          const row = await this.store.find(name, now, transaction);
          if (row === undefined) throw noWorkflow(name);
          const named = revisionOf ?? ((queries) => this.#current(queries, row));
          const revision = await named(transaction);
          if (revision === undefined) throw noWorkflow(name);
          return { workflow: row, revision };
        },
      },
    );
  }

  async #changeable(
    transaction: Transaction,
    name: WorkflowName,
    now: Date,
    etag: string,
  ): Promise<WorkflowRow> {
    const row = await this.store.find(name, now, transaction);
    if (row === undefined) throw noWorkflow(name);
    requireSameEtag(etag, workflowEtag(row), `workflow ${name.workflow}`);
    return row;
  }

  /** What changes nothing leaves the time of the last change, and with it the etag, as it was. */
  async #store(
    transaction: Transaction,
    before: WorkflowRow,
    after: WorkflowRow,
    now: Date,
  ): Promise<ChangedWorkflow> {
    const same = workflowEtag(before) === workflowEtag(after);
    const workflow = same ? before : { ...after, updatedAt: now };
    if (!same) await this.store.update(transaction, workflow);
    const revision = await this.#current(transaction, workflow);
    if (revision === undefined) throw noWorkflow(workflow);
    return { workflow, revision };
  }

  #current(transaction: Transaction, { tenant, workflow, current }: WorkflowRow) {
    return this.store.revision({ tenant, workflow, revision: { digest: current as Digest } }, transaction);
  }

  /** The same definition is the same revision: it becomes the current one, and nothing is stored. */
  async #withRevision(
    transaction: Transaction,
    workflow: WorkflowRow,
    read: ReadRevision,
    now: Date,
  ): Promise<WorkflowRow> {
    const { tenant } = workflow;
    const named = { tenant, workflow: workflow.workflow, revision: { digest: read.digest } };
    if ((await this.store.revision(named, transaction)) !== undefined)
      return { ...workflow, current: read.digest };
    await this.#checkAmount(transaction, tenant, read.text.length, false);
    const count = workflow.revisions + 1;
    if (count > limits.revisionsPerWorkflowMax) {
      throw overQuota('revisionsPerWorkflowMax', count, 'store another workflow');
    }
    await this.#addRevision(transaction, { ...workflow, revisions: count }, read, now);
    return { ...workflow, current: read.digest, revisions: count };
  }

  async #addRevision(
    transaction: Transaction,
    { tenant, workflow, revisions }: WorkflowRow,
    { digest, version, text }: ReadRevision,
    now: Date,
  ): Promise<StoredRevisionRow> {
    const taken = await this.store.revision({ tenant, workflow, revision: { version } }, transaction);
    if (taken !== undefined) {
      throw new ApiError(
        'VERSION_TAKEN',
        `definition: expected a version that ${workflow} does not have yet, got ${version}, which is ${taken.digest}: raise the version`,
        {
          facts: { resource: workflowName(tenant, workflow), resourceType: 'workflow', digest: taken.digest },
        },
      );
    }
    const row: StoredRevisionRow = {
      tenant,
      workflow,
      digest,
      version,
      number: revisions,
      definition: text,
      size: text.length,
      creator: requirePrincipal().subject,
      createdAt: now,
      deprecatedAt: null,
    };
    await this.store.insertRevision(transaction, row);
    return row;
  }

  async #checkAmount(transaction: Transaction, tenant: string, more: number, first: boolean): Promise<void> {
    const stored = await this.store.stored(transaction, tenant);
    const count = stored.workflows + (first ? 1 : 0);
    if (count > limits.workflowsPerTenantMax) {
      throw overQuota('workflowsPerTenantMax', count, 'delete one, or store it as a revision of another');
    }
    if (stored.bytes + more > limits.workflowBytesPerTenantMax) {
      throw overQuota('workflowBytesPerTenantMax', stored.bytes + more, 'delete a workflow that is not used');
    }
  }
}

function readRevision(bytes: Uint8Array): ReadRevision {
  const definition = readDefinition(bytes);
  const { name: workflow, version } = definition;
  return { digest: definitionDigest(definition), workflow, version, text: Buffer.from(bytes) };
}

function descriptionField(text: string): string {
  const max = limits.descriptionCharsMax;
  if (text.length > max || /\p{Cc}/u.test(text)) {
    throw invalidField('description', `one line of at most ${max} characters`, `${text.length} characters`);
  }
  return text;
}

function exists({ tenant, workflow }: WorkflowName): ApiError {
  return new ApiError(
    'WORKFLOW_EXISTS',
    `workflow: expected a name that is free, got ${workflow}, which is taken: update it, or name the new one otherwise`,
    { facts: { resource: workflowName(tenant, workflow), resourceType: 'workflow' } },
  );
}

function overQuota(
  limit: 'workflowsPerTenantMax' | 'revisionsPerWorkflowMax' | 'workflowBytesPerTenantMax',
  got: number,
  advice: string,
): ApiError {
  const max = limits[limit];
  return new ApiError('QUOTA_EXCEEDED', `${limit}: expected at most ${max}, got ${got}: ${advice}`, {
    facts: { limit, max: String(max), actual: String(got) },
  });
}
