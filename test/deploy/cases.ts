import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { repositoryRoot } from '../architecture/source-file.js';

export interface Case {
  readonly chart: string;
  readonly name: string;
  readonly valueFiles: readonly string[];
}

export const parts = ['orchestrator', 'tee-worker', 'zk-prover', 'fhe-service'] as const;
export const charts = [...parts, 'sealflow'] as const;
export const profilesFolder = join(repositoryRoot, 'deploy', 'profiles');

/** Stand for those of built images. */
export const digests = join(profilesFolder, 'examples', 'digests.yaml');

/** Charts with the values of their own folder `ci`, and the umbrella with every profile. */
export const cases: readonly Case[] = [
  ...charts.flatMap((chart) =>
    yamlFiles(join(chartsFolder, chart, 'ci')).map((file) => ({
      chart,
      name: `${chart} ${file.replace('-values.yaml', '')}`,
      valueFiles: [join(chartsFolder, chart, 'ci', file)],
    })),
  ),
  ...yamlFiles(profilesFolder)
    // Compose, not Helm: a dstack guest runs no Kubernetes.
    .filter((file) => file !== 'dstack-compose.yaml')
    .map((file) => ({
      chart: 'sealflow',
      name: `profile ${file.replace('.yaml', '')}`,
      valueFiles: [digests, join(profilesFolder, file)],
    })),
];

function yamlFiles(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.yaml'))
        .sort()
    : [];
}
