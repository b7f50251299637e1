import { describe, expect, it } from 'vitest';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';

const demo = demoRun({ witnesses: 2, cosigners: 1 });
const trust = { ...demo.trust, witnessQuorum: 0 };
const asked = (options: Parameters<typeof judge>[2]) => judge(demo.bytes, trust, options);

describe('what a caller asks of a bundle over and above the trust file', () => {
  it('is policy when more witnesses must have cosigned than did', async () => {
    const { exitCode, failed } = await asked({ demands: { witnesses: 2 } });
    expect({ exitCode, failed }).toEqual({ exitCode: 4, failed: ['WITNESS_QUORUM_NOT_MET'] });
  });

  it('is policy when a step is worth less', async () => {
    const { exitCode, failed, verdict } = await asked({ demands: { integrity: 'PROVED' } });
    expect({ exitCode, failed }).toEqual({ exitCode: 4, failed: ['CLASS_NOT_REACHED'] });
    const asksOf = verdict.stages.flatMap(({ checks }) => checks.filter(({ id }) => id === 'BND-ASSURE-002'));
    const persons = verdict.steps.filter(({ kind }) => kind === 'human').length;
    expect(asksOf).toHaveLength(verdict.steps.length - persons);
  });

  it('is policy when the step that it names is not there', async () => {
    const { exitCode, failed } = await asked({ demands: { stepIntegrity: { audit: 'SIMULATED' } } });
    expect({ exitCode, failed }).toEqual({ exitCode: 4, failed: ['CLASS_NOT_REACHED'] });
  });

  it('does not take the assurance of a step away that is worth what it claims', async () => {
    const plain = await asked({});
    const { verdict } = await asked({ demands: { integrity: 'PROVED' } });
    expect(verdict.steps).toEqual(plain.verdict.steps);
  });

  it('is met by what is there', async () => {
    const { verdict: plain } = await asked({});
    const stepIntegrity = Object.fromEntries(plain.steps.map(({ stepId, integrity }) => [stepId, integrity]));
    const { exitCode, failed } = await asked({
      demands: { integrity: 'SIMULATED', stepIntegrity, witnesses: 1 },
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 0, failed: [] });
  });
});
