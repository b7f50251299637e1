import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  type BundleVerdict,
  eatRecord,
  exportReport,
  factsOf,
  type ReportFormat,
  reportFormats,
  type TrustFile,
  verifyBundle,
} from '#evidence';
import { readBundle } from '../batch/read-bundle.js';
import { archiveOf } from '../export/archive.js';
import { inTotoLines } from '../export/in-toto.js';
import { opened } from '../export/opened-bundle.js';
import { oscalResults } from '../export/oscal.js';
import { pdfReport } from '../export/pdf.js';
import { scittStatement } from '../export/scitt.js';
import { readSigningSeed } from '../export/signing-key.js';
import { readTrust } from '../installation/read-trust.js';
import { UsageError } from '../output/failure.js';
import { timeOption } from '../output/time-option.js';

const exportFormats = [...reportFormats, 'pdf', 'oscal', 'eat', 'in-toto', 'scitt', 'archive'] as const;
type ExportFormat = (typeof exportFormats)[number];

interface ExportOptions {
  readonly format: ExportFormat;
  readonly out: string;
  readonly trust?: string;
  readonly madeAt?: string;
  readonly key?: string;
  readonly issuer?: string;
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
    .option(
      '--made-at <time>',
      'time of making that pdf, oscal, eat and scitt state, YYYY-MM-DDThh:mm:ss.sssZ (default: now)',
    )
    .option(
      '--key <file>',
      'your Ed25519 key, PEM, that signs a scitt statement; without it the statement is unsigned',
    )
    .option('--issuer <uri>', 'who you are, in a scitt statement (default: your key)')
    .action(async (file: string, options: ExportOptions) => {
      const trust = readTrust(options.trust);
      const bundle = await readBundle(file);
      const verdict = await verifyBundle(bundle, trust, { at: null });
      const made = await exported(file, { bundle, trust, verdict }, options);
      writeFileSync(options.out, made, { flag: 'wx' });
      process.stdout.write(
        `${options.out}: ${verdict.outcome}, ${options.format}${mark(verdict, options)}\n`,
      );
      process.exitCode = verdict.exitCode;
    });
}

interface Judged {
  readonly bundle: Uint8Array;
  readonly trust: TrustFile;
  readonly verdict: BundleVerdict;
}

async function exported(
  file: string,
  judged: Judged,
  { format, out, key, issuer, madeAt }: ExportOptions,
): Promise<Uint8Array | string> {
  const { bundle, verdict } = judged;
  const madeAtMs = timeOption('--made-at', madeAt) ?? Date.now();
  if (isReport(format)) return exportReport(format, verdict, factsOf(bundle, verdict));
  if (format === 'pdf') return pdfReport({ verdict, facts: factsOf(bundle, verdict), madeAtMs });
  if (verdict.run === null) {
    throw new UsageError(
      `${file}: ${verdict.outcome}, ${verdict.reason}: there is no run in it to export as ${format}`,
      verdict.exitCode,
    );
  }
  if (format === 'archive') return archiveOf(out, judged);
  if (format === 'oscal') return oscalResults({ ...judged, madeAtMs });
  if (format === 'eat') return (await eatRecord(bundle, judged.trust, madeAtMs)).bytes;
  if (format === 'in-toto') return inTotoLines(opened(bundle));
  // A signature is read as a word for what it is under, whatever the claims beside it say.
  if (key !== undefined && verdict.outcome !== 'verified') {
    throw new UsageError(
      `${file}: ${verdict.outcome}, ${verdict.reason}: only what was verified is signed; sealflow verify says more`,
      verdict.exitCode,
    );
  }
  const seed = key === undefined ? null : readSigningSeed(key);
  return scittStatement({ bundle, verdict, madeAtMs, seed, issuer: issuer ?? null });
}

function mark({ simulated }: BundleVerdict, { format, key }: ExportOptions): string {
  const unsigned = format === 'scitt' && key === undefined ? ', UNSIGNED: no reader of SCITT accepts it' : '';
  return `${unsigned}${simulated ? ' [SIMULATED hardware]' : ''}`;
}

function isReport(format: ExportFormat): format is ReportFormat {
  return (reportFormats as readonly string[]).includes(format);
}
