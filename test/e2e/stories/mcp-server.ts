import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJson } from '#canonical';
import { demoCase } from '#samples';
import { projectRoot } from '../../../apps/cli/src/installation/paths.js';
import { suite } from '../suite.js';

const RUN_MS = 120_000;
let folder: string;

/** `sealflow mcp`: what an agent does that a host has given the four tools. */
export function mcpServer(): void {
  const agents: Client[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sealflow-agent-'));
    const { applicant, statement } = demoCase('approve');
    writeFileSync(join(folder, 'twin.yaml'), readFileSync(join(projectRoot, 'examples/twin-decision.yaml')));
    writeFileSync(join(folder, 'application.json'), JSON.stringify(toJson(applicant)));
    writeFileSync(join(folder, 'statement.txt'), statement);
  });
  afterAll(async () => {
    for (const agent of agents) await agent.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The process that a host starts, over its standard input and output. */
  async function agentOf(...more: readonly string[]): Promise<Client> {
    const agent = new Client({ name: 'agent', version: '0.0.0' });
    agents.push(agent);
    const program = join(projectRoot, 'apps/cli/bin/sealflow.js');
    const args = [program, 'mcp', '--folder', folder, ...more];
    const env = { ...getDefaultEnvironment(), SEALFLOW_HOME: suite().stack.home };
    await agent.connect(new StdioClientTransport({ command: process.execPath, args, env }));
    return agent;
  }

  async function call(agent: Client, name: string, given: Record<string, unknown>) {
    const answer = await agent.callTool({ name, arguments: given }, undefined, { timeout: RUN_MS });
    suite().said.push(JSON.stringify(answer));
    return answer.structuredContent as Record<string, unknown>;
  }

  const inputs = { application: { file: 'application.json' }, statement: { file: 'statement.txt' } };
  const trusted = () => ['--trust', suite().stack.installation.trustPath];

  describe('an agent over stdio', () => {
    it('has nothing sealed to hardware that the trust file of its server refuses', async () => {
      const refused = await call(await agentOf(), 'run', { file: 'twin.yaml', inputs });
      expect(refused).toMatchObject({ error: { code: 'EVIDENCE_REFUSED' } });
    });

    it('plans, runs that plan and no other, and verifies its bundle', async () => {
      const agent = await agentOf(...trusted());
      const { plan } = await call(agent, 'plan', { file: 'twin.yaml' });
      const other = { file: 'twin.yaml', inputs, plan: `sha256:${'0'.repeat(64)}` };
      expect(await call(agent, 'run', other)).toMatchObject({ error: { code: 'PLAN_CHANGED' } });
      const made = (await call(agent, 'run', { file: 'twin.yaml', inputs, plan })) as {
        run: string;
        bundle: string;
        outputs: readonly { name: string; file: string; sealed: boolean; stated?: unknown }[];
      };
      expect(made).toMatchObject({ state: 'SUCCEEDED', outcome: 'verified', simulated: true });
      expect(made.outputs.map(({ name, sealed, stated }) => [name, sealed, stated])).toEqual([
        ['decision', false, 'approve'],
        ['proved', false, 'approve'],
      ]);
      for (const { file } of made.outputs) expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(await call(agent, 'status', { run: made.run })).toMatchObject({ state: 'SUCCEEDED' });
      const verdict = await call(agent, 'verify_bundle', { file: made.bundle });
      expect(verdict).toMatchObject({ outcome: 'verified', exitCode: 0, simulated: true });
    });
  });
}
