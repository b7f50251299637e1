import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrustFile } from '#evidence';
import { type Finding, Findings } from './finding.js';
import type { Diagnostics } from './read-diagnostics.js';

const secrets = [
  'orchestrator.key',
  'root.key',
  'simulation.json',
  'machine.key',
  'approver.key',
  'keys/tenant.key',
  'keys/operator.key',
  'keys/worker.key',
  'tls/ca.key',
  'tls/orchestrator.key',
] as const;

/** Whether the keys that are used are those that the trust file believes, and whether others can read them. */
export function checkKeys(diagnostics: Diagnostics | null, trust: TrustFile | null, home: string): Finding[] {
  const findings = new Findings('keys');
  if (diagnostics !== null && trust !== null) {
    const other =
      'take the trust file of this installation; if it is, the key was replaced: old bundles verify under the old file, and new ones need the new key, compared by another way';
    findings.judge(
      trust.orchestratorKeys.includes(diagnostics.orchestratorKey),
      {
        what: 'the key that signs plans and roots',
        where: diagnostics.replica,
        expected: trust.orchestratorKeys.join(' or '),
        got: diagnostics.orchestratorKey,
      },
      other,
    );
    findings.judge(
      trust.log.vkey === diagnostics.log.vkey,
      {
        what: 'the key of the log',
        where: diagnostics.replica,
        expected: trust.log.vkey,
        got: diagnostics.log.vkey,
      },
      other,
    );
  }
  const plain = diagnostics?.state?.plainFiles;
  if (diagnostics !== null && plain !== undefined && plain.count > 0) {
    const more = plain.count > plain.digests.length ? ', …' : '';
    findings.warn(
      {
        what: 'large blobs are sealed at rest',
        where: diagnostics.replica,
        expected: 'all of them',
        got: `${plain.count} in the clear, from before blobs were sealed: ${plain.digests.join(', ')}${more}`,
      },
      'destroying the key of their tenant does not make them unreadable: have whoever owns them delete them and send them again',
    );
  }
  const rootKey = process.env['SEALFLOW_ROOT_KEY_FILE'] ?? join(home, 'root.key');
  const keyFolder = process.env['SEALFLOW_KEY_FOLDER'] ?? join(home, 'tenant-keys');
  if (existsSync(keyFolder) && !existsSync(rootKey)) {
    findings.fail(
      {
        what: 'the root key that keys of tenants are wrapped under',
        where: rootKey,
        expected: `the one that ${keyFolder} was made with`,
        got: 'no file',
      },
      'bring it back from where it is kept (it is in no backup), or set SEALFLOW_ROOT_KEY_FILE: without it the orchestrator does not start',
    );
  }
  for (const name of secrets) {
    const file = join(home, name);
    if (!existsSync(file)) continue;
    const mode = statSync(file).mode & 0o777;
    findings.judge(
      (mode & 0o077) === 0,
      {
        what: 'a secret is for its owner alone',
        where: file,
        expected: 'mode 600',
        got: `mode ${mode.toString(8)}`,
      },
      `chmod 600 ${file}; if others could read it, take it as known to them`,
    );
  }
  return findings.list;
}

const MIB = 1024 * 1024;

export async function checkDisk(folders: readonly string[]): Promise<Finding[]> {
  const findings = new Findings('disk');
  for (const folder of new Set(folders.filter((candidate) => existsSync(candidate)))) {
    const { bavail, bsize } = await statfs(folder);
    const freeMib = Math.floor((bavail * bsize) / MIB);
    const said = { what: 'free space', where: folder, expected: '1024 MiB or more', got: `${freeMib} MiB` };
    const todo = 'make room before it is full: a database that cannot write stops every run';
    if (freeMib < 100) findings.fail(said, todo);
    else if (freeMib < 1_024) findings.warn(said, todo);
    else findings.ok(said);
  }
  return findings.list;
}
