import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { Command } from 'commander';
import { readRelease } from '#telemetry';
import { readTrust } from '../installation/read-trust.js';
import { mcpServer } from '../mcp/mcp-server.js';
import { Workspace } from '../mcp/workspace.js';
import { asClient, type ClientFlags } from '../stack/as-client.js';

interface Flags extends ClientFlags {
  readonly folder: string;
  readonly out?: string;
}

/** `sealflow mcp`: a server of the Model Context Protocol on standard input and output, for an agent that starts it. */
export function mcpCommand(): Command {
  return new Command('mcp')
    .description('let an agent plan, run and verify workflows: a Model Context Protocol server over stdio')
    .option('--folder <folder>', 'the only files that the agent may name lie below it', '.')
    .option(
      '--out <folder>',
      'where bundles and opened outputs are written (default: sealflow-results in --folder)',
    )
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--tenant <name>', 'whose runs they are', 'demo')
    .option(
      '--trust <file>',
      'what you believe without proof (default: the installation, simulated hardware refused)',
    )
    .action(async (flags: Flags) => {
      // Before anything is served: a server without a trust file would refuse each call for the same reason.
      readTrust(flags.trust);
      const server = mcpServer({
        release: readRelease('sealflow').release,
        tenant: flags.tenant,
        workspace: new Workspace(flags.folder, flags.out),
        trust: () => readTrust(flags.trust),
        asClient: (work) => asClient(flags, work),
      });
      const ended = new Promise<void>((resolve) => {
        process.stdin.once('end', resolve);
        process.stdin.once('close', resolve);
      });
      await server.connect(new StdioServerTransport());
      await ended;
      await server.close();
    });
}
