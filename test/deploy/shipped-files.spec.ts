import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, visit } from 'yaml';
import { filesBelow, repositoryRoot } from '../architecture/source-file.js';

const yamlFiles = filesBelow('deploy', (name) => /\.ya?ml$/.test(name)).filter(
  (file) => !file.includes('/templates/'),
);
const shellFiles = [
  '.ci/run',
  ...['deploy', 'scripts', 'tools', 'examples'].flatMap((folder) =>
    filesBelow(folder, (name) => name.endsWith('.sh')),
  ),
];
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;
const textOf = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');

/** Words that YAML 1.1, which Helm reads, takes for true and false, and YAML 1.2 for texts. */
const ambiguous = /^(?:y|n|yes|no|on|off)$/i;

describe('YAML that is shipped', () => {
  it.each(yamlFiles)('%s means the same to everybody who reads it', (file) => {
    const text = textOf(file);
    for (const document of parseAllDocuments(text, { strict: true, uniqueKeys: true })) {
      expect([...document.errors, ...document.warnings]).toEqual([]);
      visit(document, {
        Scalar(key, { value, type }) {
          if (type === 'PLAIN' && typeof value === 'string')
            expect(value, String(key)).not.toMatch(ambiguous);
        },
      });
    }
    expect(text).not.toMatch(/\t|[ ]+$|\r/m);
    expect(text).toMatch(/[^\n]\n$/);
  });
});

describe('shell that is shipped', () => {
  it.each(shellFiles)('%s is read by bash, and stops at its first error', (file) => {
    const { status, stderr } = spawnSync('bash', ['-n', file], { cwd: repositoryRoot, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(textOf(file)).toMatch(/^set -euo pipefail$/m);
  });

  // Its npm packages download the program when they are installed: it is used where a machine has it.
  it.skipIf(!hasShellcheck).each(shellFiles)('%s passes shellcheck', (file) => {
    const { status, stdout } = spawnSync('shellcheck', [file], { cwd: repositoryRoot, encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });
});
