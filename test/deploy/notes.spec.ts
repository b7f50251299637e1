import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { helm, stagedCharts } from '../../tools/k8s/src/helm.js';
import { digests, parts, profilesFolder } from './cases.js';

const profile = (name: string): readonly string[] => [digests, join(profilesFolder, `${name}.yaml`)];
const ofPart = (part: string, values = 'minimal'): readonly string[] => [
  join(chartsFolder, part, 'ci', `${values}-values.yaml`),
];

/** What helm says after an installation; `helm template` leaves it out. */
describe('what is said after an installation', () => {
  it.each<[string, readonly string[]]>([
    ...parts.map((part): [string, readonly string[]] => [part, ofPart(part)]),
    ['sealflow', profile('cpu-snp')],
  ])('of %s is the next step, with the names of the release', (chart, valueFiles) => {
    const said = notesOf(chart, valueFiles);
    expect(said).toMatch(/^Next:$/m);
    expect(said).toContain('helm -n sealflow test sf');
    if (chart !== 'sealflow')
      expect(said).toContain(`kubectl -n sealflow rollout status statefulset/sf-${chart}`);
    expect(said).not.toContain('WARNING');
    expect(said).not.toMatch(/<no value>|\{\{|%!/);
  });

  it.each([
    [
      'tee-worker',
      'dstack',
      'Pods see the socket of dstack on their node: this namespace cannot be restricted',
    ],
    [
      'tee-worker',
      'tsm',
      'the worker is root there without any capability: this namespace cannot be restricted',
    ],
  ])('of %s on a node that is a guest, %s, warns of what a pod sees', (chart, values, warning) => {
    expect(notesOf(chart, ofPart(chart, values))).toContain(warning);
  });

  it.each(parts)('of %s for development warns that it is', (chart) => {
    const development = ['--set', 'allowInsecure=true'];
    expect(notesOf(chart, ofPart(chart), development)).toContain('WARNING: allowInsecure is true.');
  });

  it('names what the verifiers of a guest have to allow', () => {
    const mrConfigId = 'b'.repeat(96);
    expect(notesOf('tee-worker', ofPart('tee-worker', 'tdx-existing'))).toContain(
      `Allow in the orchestrator's policy: MRCONFIGID ${mrConfigId}`,
    );
  });
});

function notesOf(chart: string, valueFiles: readonly string[], flags: readonly string[] = []): string {
  const { status, stdout, stderr } = helm('helm4', [
    ...['install', 'sf', join(stagedCharts, chart), '--namespace', 'sealflow', '--dry-run=client'],
    ...valueFiles.flatMap((file) => ['--values', file]),
    ...flags,
  ]);
  expect(status, stderr).toBe(0);
  return stdout.slice(stdout.indexOf('\nNOTES:\n'));
}
