import { type Digest, fromUtf8, isDigest, utf8 } from '#canonical';
import {
  type CallLimits,
  type CreateWorkflowResponse__Output,
  type GetWorkflowRevisionResponse__Output,
  type ListWorkflowRevisionsResponse__Output,
  type ListWorkflowsResponse__Output,
  type ServiceClients,
  type UpdateWorkflowResponse__Output,
  unary,
  type Workflow__Output,
  type WorkflowRevision__Output,
} from '#contracts';
import { definitionDigest, parseDefinition, type WorkflowDefinition, WorkflowError } from '#workflow';
import { ClientError } from './client-error.js';

const DEADLINE_MS = 10_000;

/** A stored revision whose text was read here and has the digest that names it. */
export interface StoredWorkflow {
  /** `tenants/{tenant}/workflows/{workflow}/revisions/{hex}` */
  readonly revision: string;
  readonly digest: Digest;
  readonly workflow: string;
  readonly version: number;
  /** JSON or YAML text. */
  readonly definition: string;
}

export interface StoreOptions {
  /** UUID; the same id stores nothing twice. */
  readonly requestId?: string;
  readonly validateOnly?: boolean;
}

/** Workflows that the tenant stored. What is read is checked: an orchestrator cannot give another text for a name. */
export class StoredWorkflows {
  readonly #limits: CallLimits;

  constructor(
    private readonly services: ServiceClients,
    private readonly tenant: string,
    signal?: AbortSignal,
  ) {
    this.#limits = { deadlineMs: DEADLINE_MS, signal };
  }

  /**
   * Pins a revision: `credit` as it is now, `credit@7` its version 7, `credit@<64 hex>` the one with that digest.
   *
   * @throws ClientError `WORKFLOW_UNTRUSTED` when the text is not what its name says
   */
  async get(name: string): Promise<StoredWorkflow> {
    const { workflow, revision } = parsePin(name);
    const path = `tenants/${this.tenant}/workflows/${workflow}/revisions/${revision}`;
    const { revision: read } = await unary<GetWorkflowRevisionResponse__Output>(
      (options, callback) => this.services.workflow.getWorkflowRevision({ name: path }, options, callback),
      this.#limits,
    );
    return checkedRevision(read, name);
  }

  async create(definition: string, options: StoreOptions & { readonly description?: string } = {}) {
    const { revision } = await unary<CreateWorkflowResponse__Output>(
      (call, callback) =>
        this.services.workflow.createWorkflow(
          { parent: `tenants/${this.tenant}`, definition: utf8(definition), ...options },
          call,
          callback,
        ),
      this.#limits,
    );
    return checkedRevision(revision, readName(definition));
  }

  /** Stores a new revision; `etag` of the workflow as it was read makes it fail where somebody was faster. */
  async update(definition: string, options: StoreOptions & { readonly etag?: string } = {}) {
    const name = `tenants/${this.tenant}/workflows/${readName(definition)}`;
    const { revision } = await unary<UpdateWorkflowResponse__Output>(
      (call, callback) =>
        this.services.workflow.updateWorkflow(
          { name, definition: utf8(definition), ...options },
          call,
          callback,
        ),
      this.#limits,
    );
    return checkedRevision(revision, readName(definition));
  }

  async *list(filter = ''): AsyncGenerator<Workflow__Output> {
    for (let pageToken: string | null = ''; pageToken !== null; ) {
      const request: object = { parent: `tenants/${this.tenant}`, filter, pageToken };
      const page: ListWorkflowsResponse__Output = await unary<ListWorkflowsResponse__Output>(
        (options, callback) => this.services.workflow.listWorkflows(request, options, callback),
        this.#limits,
      );
      yield* page.workflows;
      pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
    }
  }

  /** Newest first, without their texts. */
  async *revisions(workflow: string): AsyncGenerator<WorkflowRevision__Output> {
    const parent = `tenants/${this.tenant}/workflows/${workflow}`;
    for (let pageToken: string | null = ''; pageToken !== null; ) {
      const request: object = { parent, pageToken };
      const page: ListWorkflowRevisionsResponse__Output = await unary<ListWorkflowRevisionsResponse__Output>(
        (options, callback) => this.services.workflow.listWorkflowRevisions(request, options, callback),
        this.#limits,
      );
      yield* page.revisions;
      pageToken = page.nextPageToken === '' ? null : page.nextPageToken;
    }
  }
}

/** Of `credit`, `credit@7`, `credit@<64 hex>`: the last part of a revision's resource name. */
export function parsePin(name: string): { readonly workflow: string; readonly revision: string } {
  const [workflow = '', pin, ...more] = name.split('@');
  const known = pin === undefined || /^([1-9][0-9]{0,6}|[0-9a-f]{64})$/.test(pin);
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(workflow) || !known || more.length > 0) {
    throw new RangeError(`workflow: expected NAME, NAME@VERSION or NAME@<64 hex>, got ${name.slice(0, 120)}`);
  }
  const revision = pin === undefined ? 'current' : pin.length === 64 ? pin : `v${pin}`;
  return { workflow, revision };
}

function readName(definition: string): string {
  return parseDefinition(definition).name;
}

function checkedRevision(read: WorkflowRevision__Output | null, asked: string): StoredWorkflow {
  const untrusted = (why: string): ClientError =>
    new ClientError('WORKFLOW_UNTRUSTED', `${asked}: the orchestrator gave a revision ${why}: do not use it`);
  if (read === null || !isDigest(read.digest)) throw untrusted('without a digest');
  const { workflow, revision } = parsePin(asked);
  const definition = fromUtf8(read.definition);
  const parsed = parsedOrNull(definition);
  if (parsed === null) throw untrusted('that is no definition');
  const digest = definitionDigest(parsed);
  const hex = digest.slice('sha256:'.length);
  if (digest !== read.digest || !read.name.endsWith(`/workflows/${workflow}/revisions/${hex}`)) {
    throw untrusted(`of definition ${digest} under another name`);
  }
  const pinned = revision === 'current' || revision === hex || revision === `v${parsed.version}`;
  if (parsed.name !== workflow || !pinned) throw untrusted(`of ${parsed.name} version ${parsed.version}`);
  return { revision: read.name, digest, workflow, version: parsed.version, definition };
}

function parsedOrNull(text: string): WorkflowDefinition | null {
  try {
    return parseDefinition(text);
  } catch (error) {
    if (error instanceof WorkflowError) return null;
    throw error;
  }
}
