import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult, ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject } from '#canonical';
import type { SealflowClient } from '#client';
import { type GetRunResponse__Output, unary } from '#contracts';
import { type TrustFile, verifyBundle } from '#evidence';
import { readBundle } from '../batch/read-bundle.js';
import { submitRun } from '../submit/submit-run.js';
import { failureOf, ToolError } from './tool-error.js';
import {
  type PlanCall,
  planInput,
  plannedFor,
  type RunCall,
  runInput,
  statusInput,
  valuesOf,
  verifyInput,
} from './tool-input.js';
import { planView, runView, submittedView, verdictView } from './views.js';
import type { Workspace } from './workspace.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export interface McpSetting {
  readonly release: string;
  readonly tenant: string;
  readonly workspace: Workspace;
  /** Read for each verification; an agent cannot name another. */
  readonly trust: () => TrustFile;
  /** Opens a connection for one call. */
  readonly asClient: <T>(work: (client: SealflowClient) => Promise<T>) => Promise<T>;
}

const CALL_DEADLINE_MS = 10_000;
const RUNS_MAX = 4;

const instructions = `Sealflow runs workflows on data that only appraised code may read, and verifies their evidence.
Plan first; show a person what the plan says; then run it with the digest of that plan. Name inputs by file: what you
pass as a value has been seen by whoever runs you. What is believed without proof is the trust file of this server,
which no tool changes. SIMULATED hardware protects nothing.`;

/** What an agent may do with Sealflow: the same client, checks and files as \`sealflow submit\` and \`sealflow verify\`. */
export function mcpServer(setting: McpSetting): McpServer {
  const server = new McpServer({ name: 'sealflow', version: setting.release }, { instructions });
  const tools = new Tools(setting);
  server.registerTool(
    'plan',
    {
      title: 'Plan a workflow',
      description:
        'Where each step of a workflow would run (TEE, ZK, FHE, a person), at which level of integrity and confidentiality, why, what time and cost are estimated, and which inputs it takes. Sends no data and starts nothing. The client makes the plan again and refuses one that differs.',
      inputSchema: planInput,
      annotations: { readOnlyHint: true, openWorldHint: true },
    },
    (call, extra) => answered(() => tools.plan(call, extra)),
  );
  server.registerTool(
    'run',
    {
      title: 'Run a workflow',
      description:
        'Appraises the workers under the trust file of this server, seals the inputs to those that pass, runs the workflow to its end, verifies its evidence bundle, and writes the bundle and the opened outputs to files of their owner. Takes as long as the run. A sealed output is named by its file and never returned; what a step states in public is. Costs what the plan says. Cancelling this call does not cancel the run, and its outputs cannot be opened afterwards.',
      inputSchema: runInput,
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: true,
      },
    },
    (call, extra) => answered(() => tools.run(call, extra)),
  );
  server.registerTool(
    'status',
    {
      title: 'State of a run',
      description:
        'State, reason and steps of a run of this tenant, by the word of the orchestrator: only a verified bundle proves it.',
      inputSchema: statusInput,
      annotations: { readOnlyHint: true, openWorldHint: true },
    },
    ({ run }, extra) => answered(() => tools.status(run, extra)),
  );
  server.registerTool(
    'verify_bundle',
    {
      title: 'Verify an evidence bundle',
      description:
        'Verifies the file of a run offline under the trust file of this server: outcome, levels, failed checks by reason code, and what is NOT proven. Verified under simulated hardware or dev keys is no protection, and the answer says so.',
      inputSchema: verifyInput,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ file, acceptWithheld }) => answered(() => tools.verify(file, acceptWithheld)),
  );
  return server;
}

class Tools {
  #running = 0;

  constructor(private readonly setting: McpSetting) {}

  plan(call: PlanCall, { signal }: Extra): Promise<JsonObject> {
    const { asClient, workspace } = this.setting;
    return asClient(async (client) => planView(await plannedFor(client.with({ signal }), call, workspace)));
  }

  async run(call: RunCall, extra: Extra): Promise<JsonObject> {
    if (this.#running >= RUNS_MAX)
      throw new ToolError('TOO_MANY_RUNS', `expected at most ${RUNS_MAX} runs at once: wait for one to end`);
    this.#running += 1;
    try {
      return await this.setting.asClient((client) =>
        this.#run(client.with({ signal: extra.signal }), call, extra),
      );
    } finally {
      this.#running -= 1;
    }
  }

  async #run(client: SealflowClient, call: RunCall, extra: Extra): Promise<JsonObject> {
    const { workspace } = this.setting;
    const planned = await plannedFor(client, call, workspace);
    if (call.plan !== undefined && call.plan !== planned.digest) {
      throw new ToolError(
        'PLAN_CHANGED',
        `expected plan ${call.plan}, got ${planned.digest}: workers, minimums or the workflow changed since; nothing was sent`,
      );
    }
    const values = valuesOf(call.inputs, planned.plan.definition, workspace);
    const submitted = await submitRun(client, planned, values, {
      deadlineMs: call.deadlineSeconds * 1_000,
      ...(call.requestId === undefined ? {} : { requestId: call.requestId }),
      out: workspace.results(),
      onStep: progressOf(extra),
    });
    return submittedView(submitted);
  }

  async status(run: string, { signal }: Extra): Promise<JsonObject> {
    const { asClient, tenant } = this.setting;
    const name = run.includes('/') ? run : `tenants/${tenant}/runs/${run}`;
    const answer = await asClient((client) =>
      unary<GetRunResponse__Output>(
        (options, callback) => client.services.run.getRun({ name }, options, callback),
        { deadlineMs: CALL_DEADLINE_MS, signal },
      ),
    );
    return runView(answer.run);
  }

  async verify(file: string, acceptWithheld: boolean): Promise<JsonObject> {
    const bundle = await readBundle(this.setting.workspace.file(file));
    const verdict = await verifyBundle(bundle, this.setting.trust(), { at: null, acceptWithheld });
    return verdictView(verdict);
  }
}

/** Steps as they end, for whoever asked for news; what becomes of the news is no matter of the run. */
function progressOf({ _meta, sendNotification }: Extra): (step: { id: string; state: string }) => void {
  const progressToken = _meta?.progressToken;
  let progress = 0;
  return ({ id, state }) => {
    if (progressToken === undefined) return;
    progress += 1;
    const message = `${id} ${state.replace('STEP_STATE_', '')}`;
    sendNotification({
      method: 'notifications/progress',
      params: { progressToken, progress, message },
    }).catch(() => undefined);
  };
}

async function answered(work: () => Promise<JsonObject>): Promise<CallToolResult> {
  try {
    const structuredContent = await work();
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] };
  } catch (error) {
    const failure = failureOf(error);
    return {
      isError: true,
      structuredContent: { error: failure },
      content: [{ type: 'text', text: JSON.stringify({ error: failure }) }],
    };
  }
}
