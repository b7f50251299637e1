import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { renderInspect } from '../render/render-inspect.js';
import { renderVerdict } from '../render/render-verdict.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { tampered } from '../testing/tamper.fixture.js';
import { stageNames } from './verdict.js';

const demo = demoRun({ decision: 'review', ciphertexts: true });

describe('an honest run on simulated hardware', () => {
  it('goes through all stages in their order', async () => {
    const { exitCode, failed, verdict } = await judge(demo.bytes, demo.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 0, failed: [] });
    expect(verdict.stages.map(({ name }) => name)).toEqual(stageNames);
    expect(verdict.reason).toBeNull();
  });

  it('tells of each stage as it begins, and of none twice', async () => {
    const seen: string[] = [];
    await judge(demo.bytes, demo.trust, { onStage: (stage, place) => seen.push(`${place} ${stage}`) });
    expect(seen).toEqual(stageNames.map((name, index) => `${index + 1} ${name}`));
  });

  it('is never shown as good: levels are lowered and every affected line says SIMULATED', async () => {
    const { verdict } = await judge(demo.bytes, demo.trust, { replay: demo.replay });
    const levels = Object.fromEntries(
      verdict.steps.map((step) => [step.stepId, [step.integrity, step.confidentiality]]),
    );
    expect(levels).toEqual({
      extract: ['SIMULATED', 'OPERATOR_VISIBLE'],
      score: ['SIMULATED', 'OPERATOR_VISIBLE'],
      review: ['SIGNED', 'OPERATOR_VISIBLE'],
      'reserve.authorize': ['SIMULATED', 'OPERATOR_VISIBLE'],
      'reserve.apply': ['REPLAYED', 'ENCRYPTED'],
      'settle.authorize': ['SIMULATED', 'OPERATOR_VISIBLE'],
      'settle.apply': ['REPLAYED', 'ENCRYPTED'],
    });
    const lines = renderVerdict(verdict).split('\n');
    for (const step of verdict.steps.filter(({ simulated }) => simulated)) {
      const line = lines.find((candidate) => candidate.trimStart().startsWith(`${step.stepId} `));
      expect(line, step.stepId).toContain('SIMULATED');
    }
    expect(lines[1]).toContain('VERIFIED [SIMULATED]');
  });

  it('says what it does not prove', async () => {
    const { verdict } = await judge(demo.bytes, demo.trust);
    const text = verdict.notProven.join('\n');
    for (const subject of [
      'inputs are committed',
      'SIMULATED hardware',
      'dev',
      'GPU',
      'ciphertext',
      'timestamp authority',
      'operator-only',
    ]) {
      expect(text).toContain(subject);
    }
  });

  it('is authentic but not allowed where the policy forbids simulation', async () => {
    const strict = demoRun({ allowSimulated: false });
    const { exitCode, failed, verdict } = await judge(strict.bytes, strict.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 4, failed: ['SIMULATED_HARDWARE'] });
    expect(verdict.steps.map(({ integrity }) => integrity)).not.toContain('ATTESTED');
  });

  it('cannot be relabelled: without the simulated roots its hardware is unknown', async () => {
    const { roots } = demo.trust;
    const { exitCode, failed, verdict } = await judge(demo.bytes, {
      ...demo.trust,
      roots: { ...roots, simulatedCpu: [], simulatedGpu: [] },
    });
    expect(exitCode).not.toBe(0);
    expect(failed).toContain('UNKNOWN_ISSUER');
    expect(verdict.steps.map(({ integrity }) => integrity)).not.toContain('ATTESTED');
  });

  it('a stored verdict that is better than the recomputed one is found', async () => {
    const { bytes, trust } = demoRun({
      editAppraisal: (claim) => ({ ...claim, verdict: 'affirming', level: 'ATTESTED' }),
    });
    const { exitCode, failed } = await judge(bytes, trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['APPRAISAL_OVERSTATED'] });
  });

  it('a stored verdict that is worse is no finding', async () => {
    const { bytes, trust } = demoRun({
      editAppraisal: (claim) => ({ ...claim, verdict: 'contraindicated', level: 'NONE' }),
    });
    expect((await judge(bytes, trust)).exitCode).toBe(0);
  });

  it('dev circuit keys are not allowed unless the trust file says so', async () => {
    const strict = demoRun({ allowDev: false });
    const { exitCode, failed } = await judge(strict.bytes, strict.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 4, failed: ['KEY_STATE_DEV'] });
  });

  it('a proof under keys of a ceremony is PROVED whatever the hardware is, and keeps no secret from its operator', async () => {
    const { bytes, trust } = demoRun({ keyState: 'active', allowDev: false });
    const { exitCode, verdict } = await judge(bytes, trust);
    expect(exitCode).toBe(0);
    const score = verdict.steps.find(({ stepId }) => stepId === 'score');
    expect(score).toMatchObject({
      integrity: 'PROVED',
      confidentiality: 'OPERATOR_VISIBLE',
      simulated: true,
    });
  });

  it('a claim below what was found stays below', async () => {
    const { bytes, trust } = demoRun({
      ciphertexts: true,
      editStep: (step) =>
        step.kind === 'fhe.bfv'
          ? { ...step, assurance: { integrity: 'ASSERTED', confidentiality: 'OPERATOR_VISIBLE' } }
          : step,
    });
    const { verdict } = await judge(bytes, trust, { replay: demo.replay });
    const apply = verdict.steps.find(({ stepId }) => stepId === 'reserve.apply');
    expect([apply?.integrity, apply?.confidentiality]).toEqual(['ASSERTED', 'OPERATOR_VISIBLE']);
  });
});

describe('who assembled the run', () => {
  it('is a party of the trust file', async () => {
    const { exitCode, failed } = await judge(demo.bytes, { ...demo.trust, orchestratorKeys: [] });
    expect({ exitCode, failed }).toEqual({ exitCode: 5, failed: ['ORCHESTRATOR_KEY_UNKNOWN'] });
  });

  it('signed this very root', async () => {
    const bytes = tampered(demo.bytes, (bundle) => {
      const { payload } = bundle.root;
      const json: { predicate: { period: { clockSource: string } } } = JSON.parse(
        Buffer.from(payload, 'base64').toString(),
      );
      json.predicate.period.clockSource = 'changed';
      bundle.root.payload = Buffer.from(JSON.stringify(json)).toString('base64');
    });
    const { exitCode, failed } = await judge(bytes, demo.trust);
    expect(exitCode).toBe(1);
    expect(failed).toContain('ROOT_SIGNATURE_INVALID');
    expect(failed).toContain('LOG_LEAF_MISMATCH');
  });

  it('listed the appraisals that came along', async () => {
    const bytes = tampered(demo.bytes, (bundle) => {
      bundle.appraisals.pop();
    });
    expect((await judge(bytes, demo.trust)).failed).toEqual(['APPRAISAL_SET_MISMATCH']);
  });
});

describe('a client that knows its run', () => {
  const expectation = () => {
    const inputs = Object.fromEntries(demo.steps.inputs().map(([name, , commitment]) => [name, commitment]));
    const clientSealKey = digestOf(utf8('client key'));
    return { runId: demo.steps.runId, planDigest: demo.steps.planDigest, inputs, clientSealKey };
  };

  it('finds it again', async () => {
    const { exitCode, verdict } = await judge(demo.bytes, demo.trust, { expect: expectation() });
    expect(exitCode).toBe(0);
    expect(verdict.notProven.join()).not.toContain('the client agreed');
  });

  it('is told when results were sealed to another key than its own', async () => {
    const exchanged = { ...expectation(), clientSealKey: digestOf(utf8('the key of somebody else')) };
    const { exitCode, failed } = await judge(demo.bytes, demo.trust, { expect: exchanged });
    expect({ exitCode, failed: [...new Set(failed)] }).toEqual({ exitCode: 1, failed: ['RUN_UNEXPECTED'] });
  });

  it('is not served the bundle of another', async () => {
    const other = demoRun({ seed: 'two' });
    const { exitCode, failed } = await judge(other.bytes, other.trust, { expect: expectation() });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['RUN_UNEXPECTED'] });
  });
});

describe('words', () => {
  it('name what failed, where, expected and got, what it means and what to do', async () => {
    const bytes = tampered(demo.bytes, (bundle) => {
      const [name = ''] = Object.keys(bundle.blobs);
      const blob = bundle.blobs[name];
      if (blob !== undefined) blob.data = Buffer.alloc(blob.size).toString('base64');
    });
    const text = renderVerdict((await judge(bytes, demo.trust)).verdict);
    expect(text).toMatch(
      /FAIL BND-BLOB-001 BLOB_DIGEST_MISMATCH {2}bytes of a blob \(stage blobs\)\. Expected sha256:\S+, got sha256:/,
    );
    expect(text).toContain('do not rely on this file');
    expect(text.split('\n')[1]).toMatch(/^FAILED: tampered, forged or inconsistent/);
  });

  it('show hostile names without control characters', async () => {
    const { bytes, trust } = demoRun({
      editRun: (run) => ({ ...run, workflow: { ...run.workflow, name: 'a\u001b[2Jb\u202ec\nFAKE LINE' } }),
    });
    const text = renderVerdict((await judge(bytes, trust)).verdict);
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(text).not.toMatch(/^FAKE LINE/m);
  });

  it('of an inspection say that nothing is verified, whatever the bytes are', () => {
    expect(renderInspect(demo.bytes)).toMatch(/^Contents only; nothing below is verified\./);
    expect(renderInspect(demo.bytes)).toContain('reserve.authorize');
    expect(renderInspect(new TextEncoder().encode('{"a":1.5}'))).toMatch(/^Not a bundle: JSON_FLOAT/);
  });
});
