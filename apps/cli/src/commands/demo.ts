import { Command } from 'commander';
import { runCreditDemo } from '../demo/credit-demo.js';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { JsonReport, type Report, TextReport } from '../output/report.js';
import { findStack, startStack } from '../stack/stack.js';

interface DemoOptions {
  readonly json?: boolean;
  readonly tamper?: string;
}

/** `sealflow demo credit`: the main job, end to end, and four attackers against it. */
export function demoCommand(): Command {
  const credit = new Command('credit')
    .description('a private credit decision with encrypted settlement, then four attackers')
    .option('--json', 'print one JSON document instead of text')
    .option('--tamper <path>', 'flip one byte at this place of a copy of the bundle, e.g. steps.0.payload')
    .action(async (options: DemoOptions) => {
      const installation = Installation.open(homeFolder());
      const report: Report = options.json === true ? new JsonReport() : new TextReport();
      const found = await findStack(installation);
      const stack = found ?? (await startStack(installation, () => undefined));
      const stopOnSignal = (): void => {
        void stack.stop().then(() => process.exit(130));
      };
      process.once('SIGINT', stopOnSignal);
      process.once('SIGTERM', stopOnSignal);
      try {
        const passed = await runCreditDemo(stack, report, options.tamper ?? null);
        if (!passed) process.exitCode = 1;
      } finally {
        await stack.stop();
        process.off('SIGINT', stopOnSignal);
        process.off('SIGTERM', stopOnSignal);
      }
      report.end();
    });
  return new Command('demo').description('guided runs on this machine').addCommand(credit);
}
