import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, parseJsonStrict } from '#canonical';
import { auditLog, logPolicyOf, parseLogProof, readContainer } from '#evidence';
import { logFiles, logSource } from '../../../apps/cli/src/log/log-source.js';
import { runOf, settled, suite } from '../suite.js';

const at = (path: string): string => `${suite().stack.address.http}/log/${path}`;

/** An outsider needs nothing but the address of the log and the keys of the trust file. */
export function transparency(): void {
  beforeAll(settled);

  async function treeOf(name: 'approved' | 'declined') {
    const document = parseJsonStrict(await runOf(name).handle.bundle());
    if (!isJsonObject(document)) throw new Error('no bundle');
    const [entry] = readContainer(document).log;
    const { checkpoint, index } = parseLogProof(entry?.proof ?? '');
    return { index, seen: { size: checkpoint.size, root: checkpoint.root, where: name } };
  }

  describe('the log of the stack', () => {
    it('is whole, and of one history with the checkpoints in the bundles', async () => {
      const [approved, declined] = [await treeOf('approved'), await treeOf('declined')];
      const report = await auditLog({
        files: logFiles(logSource(at(''))),
        policy: logPolicyOf(suite().stack.trust),
        remembered: null,
        others: [approved.seen, declined.seen],
      });
      expect(report.findings).toEqual([]);
      expect(report.entries).toBeGreaterThan(Math.max(approved.index, declined.index));
    });

    it('has one leaf for each run that ended, and none that waits', async () => {
      const rows = await suite().stack.query<{ run_id: string }>(
        'select run_id from sealflow.runs where bundle is not null order by 1',
      );
      const logged = await suite().stack.query<{ subject: string }>(
        'select subject from sealflow.log_entries order by 1',
      );
      const subjects = logged.map(({ subject }) => subject);
      expect(subjects).toEqual(expect.arrayContaining(rows.map(({ run_id }) => run_id)));
      expect(new Set(subjects).size).toBe(subjects.length);
    });

    it('is served as files: tiles for ever, the checkpoint never from a cache', async () => {
      const checkpoint = await fetch(at('checkpoint'));
      expect(checkpoint.headers.get('cache-control')).toBe('no-store');
      const tile = await fetch(at('tile/0/000.p/1'));
      expect(tile.headers.get('cache-control')).toContain('immutable');
      expect(tile.headers.get('content-type')).toBe('application/octet-stream');
      expect((await tile.arrayBuffer()).byteLength).toBe(32);
    });

    it.each([
      // Of entries that there are not.
      'tile/0/999',
      'tile/9/000',
      'tile/0/0',
      'tile/x',
      join('tile', '%2e%2e', 'keys'),
      'entries/000',
    ])('has no file %s', async (path) => {
      expect((await fetch(at(path))).status).toBe(404);
    });
  });
}
