import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { chartsFolder } from './generated-files.js';
import type { KubernetesObject } from './kubernetes-schemas.js';
import { type HelmName, tool, toolsFolder } from './tools.js';

/** Copies of the charts with their dependencies in place; the checkout stays as it is. */
export const stagedCharts = join(toolsFolder, '.cache', 'charts');

/** What was rendered since then. */
const renderedTexts = join(toolsFolder, '.cache', 'rendered');

export interface HelmRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a helm with a home of its own: what the user has set up says nothing here. */
export function helm(name: HelmName, args: readonly string[]): HelmRun {
  return spawnSync(tool(name).path, args, { encoding: 'utf8', ...optionsOf(name) });
}

/** As `helm`, while this process goes on, e.g. as the API server that it talks to. */
export function helmBeside(name: HelmName, args: readonly string[], timeoutMs: number): Promise<HelmRun> {
  return new Promise((resolve) => {
    const options = { ...optionsOf(name), timeout: timeoutMs };
    const child = execFile(tool(name).path, args, options, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr });
    });
  });
}

/** Folder with what a helm keeps between its calls. */
export function helmHomeOf(name: HelmName): string {
  return join(toolsFolder, '.cache', `${name}-home`);
}

function optionsOf(name: HelmName) {
  const home = helmHomeOf(name);
  return {
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env['PATH'] ?? '',
      // A helm lives for a tenth of a second: what it would free, its end frees.
      GOGC: 'off',
      GOMEMLIMIT: '1GiB',
      HOME: home,
      HELM_CACHE_HOME: join(home, 'cache'),
      HELM_CONFIG_HOME: join(home, 'config'),
      HELM_DATA_HOME: join(home, 'data'),
    },
  };
}

/** Puts the charts where they can be rendered, those first on which others depend. */
export function stageCharts(): void {
  for (const folder of [stagedCharts, renderedTexts]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  cpSync(chartsFolder, stagedCharts, { recursive: true });
  const names = readdirSync(stagedCharts).filter((name) =>
    existsSync(join(stagedCharts, name, 'values.schema.json')),
  );
  for (const name of names.sort((a, b) => Number(a === 'sealflow') - Number(b === 'sealflow'))) {
    const { status, stderr } = helm('helm3', ['dependency', 'update', join(stagedCharts, name)]);
    if (status !== 0) throw new Error(`helm dependency update ${name}: ${stderr}`);
  }
}

export interface Rendering {
  readonly helm: HelmName;
  /** Name below the folder of charts. */
  readonly chart: string;
  readonly valueFiles?: readonly string[];
  /** As for --set-json. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly release?: string;
  readonly flags?: readonly string[];
}

export function template(rendering: Rendering): HelmRun {
  const { valueFiles = [], set = {}, kubeVersion, apiVersions = [], release = 'sf', flags = [] } = rendering;
  return helm(rendering.helm, [
    'template',
    release,
    join(stagedCharts, rendering.chart),
    '--namespace',
    'sealflow',
    ...valueFiles.flatMap((file) => ['--values', file]),
    ...Object.entries(set).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]),
    ...(kubeVersion === undefined ? [] : ['--kube-version', kubeVersion]),
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
    ...flags,
  ]);
}

const parsed = new Map<string, readonly KubernetesObject[]>();

/**
 * What `template` prints, as objects. The same call prints the same, which render.spec.ts finds by `template` itself: so
 * a text is made once for all specifications after the charts were staged, and parsed once for each of them.
 *
 * @throws Error with what helm said
 */
export function rendered(rendering: Rendering): readonly KubernetesObject[] {
  const key = createHash('sha256').update(JSON.stringify(rendering)).digest('hex');
  const found = parsed.get(key);
  if (found !== undefined) return found;
  const file = join(renderedTexts, `${key}.yaml`);
  if (!existsSync(file)) {
    const { status, stdout, stderr } = template(rendering);
    if (status !== 0) throw new Error(`helm template ${rendering.chart}: ${stderr}`);
    // Whole or not at all, for a specification that runs beside this one.
    writeFileSync(`${file}.${process.pid}`, stdout);
    renameSync(`${file}.${process.pid}`, file);
  }
  const objects = parseObjects(readFileSync(file, 'utf8'));
  parsed.set(key, objects);
  return objects;
}

/** @throws Error for text that is no YAML, a key given twice among them */
export function parseObjects(text: string): readonly KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw problem;
    const object = document.toJS() as KubernetesObject | null;
    return object === null ? [] : [object];
  });
}
