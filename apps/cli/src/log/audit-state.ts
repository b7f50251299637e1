import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fromBase64, isJsonObject, parseJsonStrict, toBase64 } from '#canonical';
import type { SeenTree } from '#evidence';
import { exitCode, UsageError } from '../output/failure.js';

const VERSION = 'sealflow/audit-state/v1';

/** What an auditor accepted last; null at its first audit. */
export function readAuditState(file: string, origin: string): SeenTree | null {
  if (!existsSync(file)) return null;
  try {
    const state = parseJsonStrict(new Uint8Array(readFileSync(file)), { bytesMax: 4096 });
    if (isJsonObject(state) && state['v'] === VERSION && state['origin'] === origin) {
      const { size, root } = state;
      if (typeof size === 'number' && typeof root === 'string')
        return { size, root: fromBase64(root), where: file };
    }
  } catch {
    // Falls through to the one message.
  }
  throw new UsageError(
    `${file}: expected the state of an audit of ${origin}: name another file to begin anew`,
    exitCode.malformed,
  );
}

export function writeAuditState(file: string, origin: string, { size, root }: Omit<SeenTree, 'where'>): void {
  const state = { v: VERSION, origin, size, root: toBase64(root) };
  writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`, { flush: true });
  renameSync(`${file}.new`, file);
}
