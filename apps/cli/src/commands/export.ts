import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  type BundleVerdict,
  exportReport,
  factsOf,
  type ReportFormat,
  reportFormats,
  type TrustFile,
  verifyBundle,
} from '#evidence';
import { readBundle } from '../batch/read-bundle.js';
import { archiveOf } from '../export/archive.js';
import { readTrust } from '../installation/read-trust.js';
import { UsageError } from '../output/failure.js';

const exportFormats = [...reportFormats, 'archive'] as const;
type ExportFormat = (typeof exportFormats)[number];

interface ExportOptions {
  readonly format: ExportFormat;
  readonly out: string;
  readonly trust?: string;
}

/** `sealflow export FILE`: a report for people; the exit code is still the verdict. */
export function exportCommand(): Command {
  return new Command('export')
    .description(
      'write what a bundle says and what was verified in another form, or all that is needed to verify it',
    )
    .argument('<file>', 'evidence bundle, or - for standard input')
    .addOption(
      new Option('--format <format>', 'form of the report').choices(exportFormats).makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'file to write; one that is there already is kept')
    .option('--trust <file>', 'what you believe without proof (default: the installation)')
    .action(async (file: string, options: ExportOptions) => {
      const trust = readTrust(options.trust);
      const bundle = await readBundle(file);
      const verdict = await verifyBundle(bundle, trust, { at: null });
      writeFileSync(options.out, exported(file, { bundle, trust, verdict }, options), { flag: 'wx' });
      process.stdout.write(`${options.out}: ${verdict.outcome}, ${options.format}\n`);
      process.exitCode = verdict.exitCode;
    });
}

interface Judged {
  readonly bundle: Uint8Array;
  readonly trust: TrustFile;
  readonly verdict: BundleVerdict;
}

function exported(file: string, judged: Judged, { format, out }: ExportOptions): Uint8Array | string {
  const { bundle, verdict } = judged;
  if (isReport(format)) return exportReport(format, verdict, factsOf(bundle, verdict));
  if (verdict.run === null) {
    throw new UsageError(
      `${file}: ${verdict.outcome}, ${verdict.reason}: there is no run in it to export as ${format}`,
      verdict.exitCode,
    );
  }
  return archiveOf(out, judged);
}

function isReport(format: ExportFormat): format is ReportFormat {
  return (reportFormats as readonly string[]).includes(format);
}
