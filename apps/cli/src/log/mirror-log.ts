import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type AuditReport,
  auditLog,
  type LogPolicy,
  parseCheckpoint,
  parseNote,
  type SeenTree,
} from '#evidence';
import { logFiles, logSource, type ReadLogFile } from './log-source.js';

export interface MirrorResult {
  readonly report: AuditReport;
  /** Files that were not there before. */
  readonly written: number;
}

/**
 * Copies a log into a folder that serves as a log itself. What is there already is not fetched again; a checkpoint is
 * written last, and only when the whole copy was audited under it. A copy that fails leaves nothing of this run behind.
 */
export async function mirrorLog(
  from: ReadLogFile,
  folder: string,
  policy: LogPolicy,
  onProgress: (done: number, of: number) => void,
): Promise<MirrorResult> {
  const written: string[] = [];
  const keeping: ReadLogFile = async (path, bytesMax) => {
    if (path === 'checkpoint') return from(path, bytesMax);
    const file = join(folder, path);
    const local = existsSync(file) ? await logSource(folder)(path, bytesMax) : null;
    if (local !== null) return local;
    const bytes = await from(path, bytesMax);
    if (bytes === null) return null;
    keep(file, bytes);
    written.push(file);
    return bytes;
  };
  const remembered = mirrored(folder);
  const files = logFiles(keeping);
  const report = await auditLog({ files, policy, remembered, others: [], onProgress });
  if (report.findings.length > 0 || report.note === null) {
    for (const file of written) rmSync(file, { force: true });
    return { report, written: 0 };
  }
  keep(join(folder, 'checkpoint'), Buffer.from(report.note, 'utf8'));
  return { report, written: written.length + 1 };
}

function keep(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, bytes, { flush: true });
  renameSync(`${file}.new`, file);
}

/** What the mirror shows already: the copy may only grow out of it. */
function mirrored(folder: string): SeenTree | null {
  const file = join(folder, 'checkpoint');
  if (!existsSync(file)) return null;
  const { size, root } = parseCheckpoint(parseNote(readFileSync(file, 'utf8')).text);
  return { size, root, where: file };
}
