import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rendered, template } from '../../tools/k8s/src/helm.js';
import { helmNames } from '../../tools/k8s/src/tools.js';
import { digests, parts, profilesFolder } from './cases.js';

const valueFiles = [digests, join(profilesFolder, 'cpu-snp.yaml')];

describe.each(helmNames)('the umbrella under %s', (name) => {
  it('takes what charts around it share: values of others below global', () => {
    const set = {
      'global.cattle': { systemDefaultRegistry: '', clusterName: 'local' },
      'global.domain': 'a',
    };
    const plain = rendered({ helm: name, chart: 'sealflow', valueFiles });
    expect(rendered({ helm: name, chart: 'sealflow', valueFiles, set })).toEqual(plain);
  });

  it('leaves out the parts that are switched off', () => {
    const set = Object.fromEntries(parts.slice(1).map((part) => [`${part}.enabled`, false]));
    const objects = rendered({ helm: name, chart: 'sealflow', valueFiles, set });
    expect(objects.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name)).toEqual(
      ['sf-orchestrator'],
    );
  });

  it('has its workers dial the orchestrator of the same release, by a name of its certificate', () => {
    const text = template({ helm: name, chart: 'sealflow', valueFiles, release: 'bank' }).stdout;
    expect(text.match(/value: "bank-orchestrator\.sealflow\.svc:7443"/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text).toContain('- bank-orchestrator.sealflow.svc\n');
  });

  it('puts the registry of a mirror before every image, and lets guests reach it, who pull it themselves', () => {
    const set = { 'global.imageRegistry': 'mirror.example.org:5000' };
    const { stdout } = template({ helm: name, chart: 'sealflow', valueFiles, set });
    const images = [...stdout.matchAll(/image: "([^"]*)"/g)].map(([, image]) => image ?? '');
    expect(images.length).toBeGreaterThan(4);
    for (const image of images) expect(image).toMatch(/^mirror\.example\.org:5000\/sealflow\//);
    expect(stdout.match(/- port: 5000\n/g)?.length).toBe(3);
  });

  it('refuses a misspelt key of a part by the name of the part', () => {
    const { status, stderr } = template({
      helm: name,
      chart: 'sealflow',
      valueFiles,
      set: { 'tee-worker.replica': 1 },
    });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/tee-worker/);
    expect(stderr).toMatch(/additional propert(y|ies) '?replica/i);
  });

  it('is rendered within a second', () => {
    const timesMs = Array.from({ length: 5 }, () => {
      const beganMs = performance.now();
      template({ helm: name, chart: 'sealflow', valueFiles });
      return performance.now() - beganMs;
    });
    console.log(`${name}: umbrella rendered in ${Math.round(Math.min(...timesMs))} ms (best of 5)`);
  });
});
