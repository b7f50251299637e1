import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settle, stageText } from './staged-files.js';

/**
 * What distroless `cc` has, from the same packages of Debian: a C library, that of C++, time zones, and no program at
 * all. It takes the place of the pinned base where no registry can be reached, and its images say so in a label.
 */
const packages = [
  'base-files',
  'netbase',
  'tzdata',
  'libc6',
  'libgcc-s1',
  'gcc-12-base',
  'libgomp1',
  'libstdc++6',
];

/** Programs of these packages: an image has one program, and that is Node. */
const programs = [
  'bin',
  'sbin',
  'usr/bin',
  'usr/sbin',
  'etc/update-motd.d',
  'usr/share/doc',
  'usr/share/man',
];

/** @throws Error with what apt said, e.g. where there is no network */
export function debianBase(target: string, seconds: number): void {
  const downloads = mkdtempSync(join(tmpdir(), 'sealflow-debs-'));
  try {
    execFileSync('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', ...packages], {
      cwd: downloads,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    mkdirSync(target, { recursive: true });
    for (const file of readdirSync(downloads).sort())
      execFileSync('dpkg-deb', ['-x', join(downloads, file), target]);
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
  for (const folder of programs) rmSync(join(target, folder), { recursive: true, force: true });
  // As distroless: a name for the number that pods run under.
  stageText(
    join(target, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/nonexistent:/sbin/nologin\n',
  );
  stageText(join(target, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  mkdirSync(join(target, 'tmp'), { recursive: true });
  settle(target, seconds);
}
