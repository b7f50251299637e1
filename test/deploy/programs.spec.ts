import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readProviderConfig, readWorkerEnvironment } from '#worker';
import { readConfig } from '../../apps/orchestrator/src/config/config.js';
import { readPoolConfig } from '../../apps/zk-prover/src/pool/pool-config.js';
import { rendered } from '../../tools/k8s/src/helm.js';
import { filesBelow, repositoryRoot } from '../architecture/source-file.js';
import { cases, profilesFolder } from './cases.js';
import { type Container, podsOf } from './pods.js';

/** Variables that a chart sets and Node, or a library, reads. */
const foreign = [
  'NODE_ENV',
  'NODE_OPTIONS',
  'UV_THREADPOOL_SIZE',
  'NVIDIA_VISIBLE_DEVICES',
  'NODE_EXTRA_CA_CERTS',
];
const known = new Set([...variablesOfPrograms(), ...foreign, 'TARGET']);

describe.each(cases)('$name', ({ chart, valueFiles }) => {
  const pods = podsOf(rendered({ helm: 'helm3', chart, valueFiles }));
  const containers = pods.flatMap(({ pod }) => pod.containers).filter(({ args }) => args !== undefined);

  it('sets variables that the programs read, and no other', () => {
    const unknown = containers.flatMap(({ env = [] }) => env.filter(({ name }) => !isKnown(name)));
    expect(unknown).toEqual([]);
  });

  it('starts programs that exist', () => {
    const entries = containers.flatMap(({ args = [] }) => args.filter((arg) => arg.startsWith('dist/')));
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) {
      // A program is one file, of the modules that begin at the one of its name in `src`.
      const source = entry
        .replace(/^dist\//, '')
        .replace(/^(apps\/[^/]+)\/main\.js$/, '$1/src/main.js')
        .replace(/\.js$/, '.ts');
      expect(existsSync(join(repositoryRoot, source)), entry).toBe(true);
    }
  });

  it('gives them values that they take', () => {
    for (const container of containers.filter(({ args = [] }) =>
      args.some((arg) => /^dist\/apps\/[^/]+\/main\.js$/.test(arg)),
    ))
      takes(container.name, environmentOf(container));
  });
});

describe('the compose file of a dstack guest', () => {
  const { services } = parse(readFileSync(join(profilesFolder, 'dstack-compose.yaml'), 'utf8')) as {
    services: Record<
      string,
      { image: string; command: string[]; read_only: boolean; environment: Record<string, string> }
    >;
  };

  it.each(Object.entries(services))('starts %s as it wants to be started', (name, service) => {
    expect(service.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(service.read_only).toBe(true);
    expect(service.command.at(-1)).toBe(`dist/apps/${name}/main.js`);
    expect(Object.keys(service.environment).filter((variable) => !isKnown(variable))).toEqual([]);
    takes(name, service.environment);
  });
});

/** What each program does with its environment before it does anything else. */
function takes(program: string, environment: Readonly<Record<string, string>>): void {
  if (program === 'orchestrator') {
    // The file is the operator's.
    const config = readConfig({ ...environment, SEALFLOW_OIDC_FILE: '' });
    expect(config.databaseUrl).toBe('from-a-secret');
    expect(config.httpHost).toBe('0.0.0.0');
    return;
  }
  // What is mounted there is the operator's.
  const { SEALFLOW_WORKER_KEY_FILE, ...others } = environment;
  const key = SEALFLOW_WORKER_KEY_FILE === undefined ? {} : { SEALFLOW_WORKER_KEY: 'from-a-secret' };
  const worker = readWorkerEnvironment({ ...others, ...key }, 'unnamed');
  expect(worker.apiKey).toBeDefined();
  expect(worker.workerId).not.toBe('unnamed');
  readProviderConfig(environment, { gpus: 0, random: (count) => new Uint8Array(count) });
  if (program === 'zk-prover') readPoolConfig(environment);
}

/** As the kubelet makes it: `$(NAME)` is a variable that stands earlier. */
function environmentOf({ env = [] }: Container): Record<string, string> {
  const made: Record<string, string> = {};
  for (const { name, value = 'from-a-secret' } of env)
    made[name] = value.replace(/\$\((\w+)\)/g, (whole, earlier: string) => made[earlier] ?? whole);
  return made;
}

function isKnown(name: string): boolean {
  return known.has(name) || name.startsWith('SEALFLOW_COLLATERAL_');
}

function variablesOfPrograms(): readonly string[] {
  const isSource = (name: string): boolean => name.endsWith('.ts') && !name.endsWith('.spec.ts');
  const folders = [
    'apps/orchestrator/src',
    'apps/tee-worker/src',
    'apps/zk-prover/src',
    'apps/fhe-service/src',
    'libs',
  ];
  return folders
    .flatMap((folder) => filesBelow(folder, isSource))
    .flatMap(
      (file) =>
        readFileSync(join(repositoryRoot, file), 'utf8').match(/\b(SEALFLOW|OTEL|DATABASE)_[A-Z_]+\b/g) ?? [],
    );
}
