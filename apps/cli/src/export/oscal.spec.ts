import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { simulatedWarning, stageNames } from '#evidence';
import { forged, type JudgedBundle, judgedBundle, madeAtMs } from './judged-bundle.fixture.js';
import { oscalResults } from './oscal.js';

interface Status {
  readonly state: string;
  readonly reason: string;
  readonly remarks?: string;
}
interface Finding {
  readonly uuid: string;
  readonly target: { readonly 'target-id': string; readonly status: Status };
  readonly 'related-observations'?: readonly { readonly 'observation-uuid': string }[];
}
interface Document {
  readonly uuid: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly 'import-ap': { readonly href: string };
  readonly results: readonly [
    {
      readonly title: string;
      readonly attestations: readonly {
        readonly parts: readonly { readonly name: string; readonly prose: string }[];
      }[];
      readonly observations: readonly {
        readonly uuid: string;
        readonly title: string;
        readonly description: string;
      }[];
      readonly findings: readonly Finding[];
    },
  ];
  readonly 'back-matter': {
    readonly resources: readonly { readonly uuid: string; readonly title: string }[];
  };
}

let good: JudgedBundle;
let bad: JudgedBundle;

beforeAll(async () => {
  good = await judgedBundle();
  bad = await judgedBundle(forged);
});

function documentOf(judged: JudgedBundle): Document {
  return JSON.parse(oscalResults({ ...judged, madeAtMs }))['assessment-results'];
}

function statusOf({ results: [{ findings }] }: Document, id: string): Status | undefined {
  return findings.find(({ target }) => target['target-id'] === id)?.target.status;
}

describe('OSCAL assessment results', () => {
  it('are not satisfied where a forgery was found, and say what was found', () => {
    const found = documentOf(bad);
    expect(found.results[0].title).toContain('FAILED: tampered, forged or inconsistent');
    expect(statusOf(found, 'sealflow-tree')).toMatchObject({ state: 'not-satisfied', reason: 'fail' });
    expect(statusOf(found, 'sealflow-tree')?.remarks).toContain('STEP_INCLUSION_INVALID');
    expect(statusOf(found, 'sealflow-log')).toMatchObject({ state: 'satisfied' });
  });

  it('never call simulated hardware satisfied', () => {
    const found = documentOf(good);
    expect(statusOf(found, 'sealflow-genuine-hardware')).toEqual({
      state: 'not-satisfied',
      reason: 'fail',
      remarks: `SIMULATED: ${simulatedWarning}`,
    });
    expect(found.metadata['title']).toContain('[SIMULATED: protects nothing and proves nothing]');
    for (const stage of stageNames) {
      expect(statusOf(found, `sealflow-${stage}`)).toMatchObject({ state: 'satisfied', reason: 'pass' });
    }
  });

  it('hold both axes of each step, and all that is not proven', () => {
    const [{ observations, attestations }] = documentOf(good).results;
    for (const { stepId, integrity, confidentiality } of good.verdict.steps) {
      const step = observations.find(({ title }) => title === `Step ${stepId}`);
      expect(step?.description).toContain(`integrity ${integrity}, confidentiality ${confidentiality}`);
    }
    const said = attestations.flatMap(({ parts }) => parts);
    expect(said.filter(({ name }) => name === 'not-proven').map(({ prose }) => prose)).toEqual(
      good.verdict.notProven,
    );
  });

  it('have ids of their own, of the form that OSCAL wants, and every reference leads somewhere', () => {
    const found = documentOf(good);
    const text = JSON.stringify(found);
    const ids = [...text.matchAll(/"uuid":"([^"]+)"/g)].map(([, id = '']) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const references = [...text.matchAll(/"(?:href":"#|observation-uuid":")([^"]+)"/g)].map(([, id]) => id);
    expect(references.length).toBeGreaterThan(stageNames.length);
    expect(references.filter((id) => !ids.includes(id ?? ''))).toEqual([]);
  });

  it('name the bytes of the bundle, and are equal for equal input', () => {
    const text = oscalResults({ ...good, madeAtMs });
    expect(text).toContain(`"value": "${digestOf(good.bundle).replace('sha256:', '')}"`);
    expect(oscalResults({ ...good, madeAtMs })).toBe(text);
    expect(documentOf(bad).uuid).not.toBe(documentOf(good).uuid);
    expect(text).not.toMatch(/complian/i);
  });
});
