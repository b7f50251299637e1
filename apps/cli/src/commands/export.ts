import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { exportReport, factsOf, type ReportFormat, reportFormats, verifyBundle } from '#evidence';
import { readBundle } from '../batch/read-bundle.js';
import { readTrust } from '../installation/read-trust.js';

/** `sealflow export FILE`: a report for people; the exit code is still the verdict. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write what a bundle says and what was verified as a page, table or JSON document')
    .argument('<file>', 'evidence bundle, or - for standard input')
    .addOption(
      new Option('--format <format>', 'form of the report').choices(reportFormats).makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'file to write; one that is there already is kept')
    .option('--trust <file>', 'what you believe without proof (default: the installation)')
    .action(
      async (
        file: string,
        options: { readonly format: ReportFormat; readonly out: string; readonly trust?: string },
      ) => {
        const trust = readTrust(options.trust);
        const bytes = await readBundle(file);
        const verdict = await verifyBundle(bytes, trust, { at: null });
        const report = exportReport(options.format, verdict, factsOf(bytes, verdict));
        writeFileSync(options.out, report, { flag: 'wx' });
        process.stdout.write(`${options.out}: ${verdict.outcome}, ${options.format} report\n`);
        process.exitCode = verdict.exitCode;
      },
    );
}
