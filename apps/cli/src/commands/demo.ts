import { Command } from 'commander';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { JsonReport, type Report, TextReport } from '../output/report.js';
import type { RunningStack } from '../stack/stack.js';
import { withStack } from '../stack/with-stack.js';

interface DemoOptions {
  readonly json?: boolean;
}

interface CreditOptions extends DemoOptions {
  readonly tamper?: string;
}

type Story = (stack: RunningStack, report: Report) => Promise<boolean>;

/** `sealflow demo`: whole stories on this machine, each with its attackers. The first of them unless another is named. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('guided runs on this machine')
    .addCommand(creditCommand(), { isDefault: true })
    .addCommand(claimCommand())
    .addCommand(agentCommand())
    .addCommand(auctionCommand());
}

function creditCommand(): Command {
  return story('credit', 'a private credit decision with encrypted settlement, then four attackers')
    .option('--tamper <path>', 'flip one byte at this place of a copy of the bundle, e.g. steps.0.payload')
    .action(async (options: CreditOptions) => {
      const { runCreditDemo } = await import('../demo/credit-demo.js');
      await tell(options, (stack, report) => runCreditDemo(stack, report, options.tamper ?? null));
    });
}

function claimCommand(): Command {
  return story(
    'claim',
    'a health-insurance claim of which the insurer sees a proof, settled encrypted',
  ).action(async (options: DemoOptions) => {
    const { runClaimDemo } = await import('../demo/claim/claim-demo.js');
    await tell(options, runClaimDemo);
  });
}

function agentCommand(): Command {
  return story('agent', 'an agent pays for confidential calls of a model, under a mandate').action(
    async (options: DemoOptions) => {
      const { runAgentDemo } = await import('../demo/agent/agent-demo.js');
      await tell(options, runAgentDemo);
    },
  );
}

function auctionCommand(): Command {
  return story('auction', 'sealed bids at the second price, with a tie and a bid without money').action(
    async (options: DemoOptions) => {
      const { runAuctionDemo } = await import('../demo/auction/auction-demo.js');
      await tell(options, runAuctionDemo);
    },
  );
}

function story(name: string, what: string): Command {
  return new Command(name).description(what).option('--json', 'print one JSON document instead of text');
}

/** On the stack that runs in this home, or on one of its own. */
async function tell({ json }: DemoOptions, tells: Story): Promise<void> {
  const installation = Installation.open(homeFolder());
  const report: Report = json === true ? new JsonReport() : new TextReport();
  const passed = await withStack(installation, (stack) => tells(stack, report));
  if (!passed) process.exitCode = 1;
  report.end();
}
