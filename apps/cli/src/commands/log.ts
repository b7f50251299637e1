import { Command } from 'commander';
import { toBase64 } from '#canonical';
import {
  auditLog,
  formatLogProof,
  leafEntryHash,
  logPolicyOf,
  parseCheckpoint,
  parseNote,
  TreeReader,
  verifyLogProof,
} from '#evidence';
import { readTrust } from '../installation/read-trust.js';
import { readAuditState, writeAuditState } from '../log/audit-state.js';
import { readBundleProof, treeOf } from '../log/bundle-proof.js';
import { logFiles, logSource } from '../log/log-source.js';
import { mirrorLog } from '../log/mirror-log.js';
import { auditExitCode, auditJson, renderAudit } from '../log/render-audit.js';
import { exitCode, UsageError } from '../output/failure.js';

interface AuditOptions {
  readonly trust?: string;
  readonly state?: string;
  readonly bundle?: readonly string[];
  readonly json?: boolean;
}

/** `sealflow log`: the log as an outsider sees it, behind an address or in a folder. */
export function logCommand(): Command {
  return new Command('log')
    .description('audit, prove and mirror the transparency log')
    .addCommand(auditCommand())
    .addCommand(proveCommand())
    .addCommand(mirrorCommand());
}

function auditCommand(): Command {
  const gather = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];
  return new Command('audit')
    .description(
      'read a whole log again and compare it with what was seen before; the exit code is the verdict',
    )
    .argument('<source>', 'address such as https://host/log, or the folder of a mirror')
    .option('--trust <file>', 'trust file with the keys of log and witnesses (default: the installation)')
    .option('--state <file>', 'what this auditor accepted last; written anew after an audit without findings')
    .option('--bundle <file>', 'a bundle whose checkpoint must be of the same history (repeatable)', gather)
    .option('--json', 'print the report as JSON')
    .action(async (source: string, options: AuditOptions) => {
      const trust = readTrust(options.trust);
      const { origin } = trust.log;
      const report = await auditLog({
        files: logFiles(logSource(source)),
        policy: logPolicyOf(trust),
        remembered: options.state === undefined ? null : readAuditState(options.state, origin),
        others: (options.bundle ?? []).map(treeOf),
        onProgress: progress,
      });
      if (options.state !== undefined && report.findings.length === 0 && report.checkpoint !== null)
        writeAuditState(options.state, origin, report.checkpoint);
      process.stdout.write(
        options.json === true ? `${JSON.stringify(auditJson(report))}\n` : renderAudit(report),
      );
      process.exitCode = auditExitCode(report);
    });
}

function proveCommand(): Command {
  return new Command('prove')
    .description('print a proof that a bundle is in the newest tree of a log (C2SP tlog-proof)')
    .argument('<source>', 'address such as https://host/log, or the folder of a mirror')
    .requiredOption('--bundle <file>', 'evidence bundle that is in the log')
    .option('--trust <file>', 'trust file with the keys of log and witnesses (default: the installation)')
    .action(async (source: string, options: { readonly bundle: string; readonly trust?: string }) => {
      const { rootDigest, proof } = readBundleProof(options.bundle);
      const policy = logPolicyOf(readTrust(options.trust));
      const files = logFiles(logSource(source));
      const checkpointNote = await files.checkpoint();
      const { size } = parseCheckpoint(parseNote(checkpointNote).text);
      if (proof.index >= size) {
        throw new UsageError(
          `${source}: holds ${size} leaves, the bundle is leaf ${proof.index}: this is an older copy or another log`,
          exitCode.incomplete,
        );
      }
      const reader = new TreeReader(size, async (name) => (await files.tile(name)) ?? new Uint8Array(0));
      const path = await reader.inclusionPath(proof.index);
      const made = { ...proof, path, checkpointNote };
      const text = formatLogProof(made);
      const verdict = verifyLogProof({
        proof: {
          ...proof,
          path,
          checkpoint: parseCheckpoint(parseNote(checkpointNote).text),
          note: parseNote(checkpointNote),
        },
        leafHash: leafEntryHash(rootDigest),
        policy,
      });
      const failed = [verdict.log, verdict.inclusion, verdict.witnesses].find(
        ({ reason }) => reason !== null,
      );
      if (failed !== undefined) {
        throw new UsageError(
          `${failed.reason}: expected ${failed.expected ?? 'a proof that holds'}, got ${failed.actual ?? `leaf ${proof.index} of another bundle`}`,
          exitCode.failed,
        );
      }
      process.stdout.write(text);
    });
}

function mirrorCommand(): Command {
  return new Command('mirror')
    .description('copy a log into a folder, audited before it counts; repeated calls fetch what is new')
    .argument('<source>', 'address such as https://host/log')
    .requiredOption('--out <dir>', 'folder of the mirror')
    .option('--trust <file>', 'trust file with the keys of log and witnesses (default: the installation)')
    .action(async (source: string, options: { readonly out: string; readonly trust?: string }) => {
      const policy = logPolicyOf(readTrust(options.trust));
      const { report, written } = await mirrorLog(logSource(source), options.out, policy, progress);
      process.stdout.write(renderAudit(report));
      if (report.checkpoint !== null && report.findings.length === 0) {
        const { size, root } = report.checkpoint;
        process.stdout.write(
          `  mirrored   ${options.out}: ${written} files new, ${size} leaves, ${toBase64(root)}\n`,
        );
      }
      process.exitCode = auditExitCode(report);
    });
}

/** For people who wait. */
function progress(done: number, of: number): void {
  if (!process.stderr.isTTY || (done % 64 !== 0 && done !== of)) return;
  process.stderr.write(`\r[${done}/${of}] tiles${done === of ? '\n' : ''}`);
}
