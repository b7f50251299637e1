import { describe, expect, it } from 'vitest';
import {
  digestOf,
  ed25519PublicKey,
  ed25519Sign,
  fromBase64,
  isJsonObject,
  type JsonObject,
  toBase64,
  utf8,
} from '#canonical';
import { redactBundle } from '../disclosure/redact-bundle.js';
import { pae } from '../dsse/pae.js';
import type { Offer, StepPredicate } from '../statements/step.js';
import type { DemoOptions } from '../testing/demo-options.fixture.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';
import { at, tampered } from '../testing/tamper.fixture.js';

const demo = demoRun();
const strangerSeed = seededRandom('stranger')(32);

/** The plan with members of one task changed. */
function withTask(plan: JsonObject, id: string, change: JsonObject): JsonObject {
  const tasks = plan['tasks'] as readonly JsonObject[];
  return { ...plan, tasks: tasks.map((task) => (task['id'] === id ? { ...task, ...change } : task)) };
}

async function lie(options: DemoOptions) {
  const { bytes, trust } = demoRun(options);
  return judge(bytes, trust);
}

/** Lies in the statement of one step; tree, root and log are made over the lie. */
function lieInStep(stepId: string, edit: (step: StepPredicate) => Partial<StepPredicate>) {
  return lie({ editStep: (step) => (step.stepId === stepId ? { ...step, ...edit(step) } : step) });
}

/** The bundle with nothing left of a step, nor any proof that it was there. */
function without(stepId: string): Uint8Array {
  return tampered(redactBundle(demo.bytes, { withhold: [`step:${stepId}`] }), (bundle) => {
    delete bundle.withheldSteps;
  });
}

describe('the set of steps', () => {
  it('a step that is gone without its leaf is missing, and what it fed cannot be checked', async () => {
    const { exitCode, failed, verdict } = await judge(without('reserve.apply'), demo.trust);
    expect(exitCode).toBe(3);
    expect(failed).toEqual(['STEP_MISSING']);
    expect({ withheld: verdict.withheld, parts: verdict.withheldParts }).toEqual({ withheld: 0, parts: [] });
  });

  it('whichever step is dropped, nobody can accept it', async () => {
    for (const { stepId } of demo.steps.predicates) {
      for (const acceptWithheld of [false, true]) {
        const { exitCode, failed } = await judge(without(stepId), demo.trust, { acceptWithheld });
        expect({ stepId, exitCode }).toEqual({ stepId, exitCode: 3 });
        expect(failed).toContain('STEP_MISSING');
      }
    }
  });

  it('a step without its proof is in no set', async () => {
    const bytes = tampered(demo.bytes, (bundle) => {
      bundle.stepProofs.splice(0, 1);
    });
    const { exitCode, failed } = await judge(bytes, demo.trust);
    expect(exitCode).toBe(1);
    expect(failed).toContain('STEP_PROOF_MISSING');
  });

  it('steps cannot change places', async () => {
    const bytes = tampered(demo.bytes, (bundle) => {
      const [first, second] = [at(bundle.stepProofs, 0), at(bundle.stepProofs, 1)];
      [first.index, second.index] = [second.index, first.index];
    });
    expect((await judge(bytes, demo.trust)).failed).toContain('STEP_INCLUSION_INVALID');
  });

  it.each([
    [
      'leaf salt',
      (proof: { leafSalt: string }) => {
        proof.leafSalt = toBase64(new Uint8Array(32));
      },
    ],
    [
      'path',
      (proof: { path: string[] }) => {
        proof.path[0] = toBase64(new Uint8Array(32));
      },
    ],
    [
      'length of the path',
      (proof: { path: string[] }) => {
        proof.path.push(toBase64(new Uint8Array(32)));
      },
    ],
  ])('a wrong %s is found', async (_, change) => {
    const bytes = tampered(demo.bytes, (bundle) => change(at(bundle.stepProofs, 2)));
    expect((await judge(bytes, demo.trust)).failed).toContain('STEP_INCLUSION_INVALID');
  });

  it('a step of another run does not fit in', async () => {
    const other = demoRun({ seed: 'two' });
    const swapped = tampered(without('score'), (bundle) => {
      bundle.steps.push(JSON.parse(new TextDecoder().decode(other.steps.statements.get('score'))));
    });
    expect((await judge(swapped, demo.trust)).failed).toContain('STEP_PROOF_MISSING');
  });

  it('a step of another run is named even when the orchestrator builds the set over it', async () => {
    const other = demoRun({ seed: 'two' });
    const score = other.steps.statements.get('score') ?? new Uint8Array();
    const { exitCode, failed } = await lie({ replaceSteps: new Map([['score', score]]) });
    expect(exitCode).toBe(1);
    expect(failed).toContain('STEP_OTHER_RUN');
    expect(failed).toContain('CONTEXT_MISMATCH');
  });
});

describe('the signature of a step', () => {
  it('made by another key is invalid', async () => {
    const bytes = tampered(demo.bytes, (bundle) => {
      const envelope = at(bundle.steps, 0);
      const message = pae(envelope.payloadType, fromBase64(envelope.payload));
      envelope.signatures = [{ sig: toBase64(ed25519Sign(strangerSeed, message)) }];
    });
    const { exitCode, failed } = await judge(bytes, demo.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['STEP_SIGNATURE_INVALID'] });
  });

  it('made by a key that the statement names and no evidence vouches for is found', async () => {
    const key = toBase64(ed25519PublicKey(strangerSeed));
    const { exitCode, failed } = await lie({
      editStep: (step) =>
        step.stepId === 'extract' ? { ...step, executor: { ...step.executor, key } } : step,
      signerOf: (stepId) => (stepId === 'extract' ? strangerSeed : null),
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['EXECUTOR_KEY_MISMATCH'] });
  });

  it('of an approver whom the trust file does not know is a trust problem', async () => {
    const { bytes, trust } = demoRun({ decision: 'review' });
    const { exitCode, failed } = await judge(bytes, { ...trust, approvers: [] });
    expect({ exitCode, failed }).toEqual({ exitCode: 5, failed: ['APPROVER_UNKNOWN'] });
  });

  it('of one person is no yes where the plan asks for two, and one no is enough', async () => {
    const second = seededRandom('second approver')(32);
    const keys = [seededRandom('approver')(32), second].map((seed) => toBase64(ed25519PublicKey(seed)));
    const forTwo = (answer: 'approve' | 'decline', approvers: readonly string[] = keys) =>
      demoRun({
        decision: 'review',
        editPlan: (plan) => withTask(plan, 'review', { quorum: 2, parameters: { approvers } }),
        editStep: (step) =>
          step.stepId === 'review' && answer === 'decline' ? { ...step, public: { decision: answer } } : step,
      });
    const signedTwice = (bytes: Uint8Array, seed: Uint8Array) =>
      tampered(bytes, (bundle) => {
        for (const envelope of bundle.steps ?? []) {
          const message = pae(envelope.payloadType, fromBase64(envelope.payload));
          const text = new TextDecoder().decode(fromBase64(envelope.payload));
          if (text.includes('"stepId":"review"'))
            envelope.signatures.push({ sig: toBase64(ed25519Sign(seed, message)) });
        }
      });
    const alone = forTwo('approve');
    const trust = { ...alone.trust, approvers: keys };
    const failedOf = async (bytes: Uint8Array, by: typeof alone.trust = trust) =>
      (await judge(bytes, by)).failed;
    expect(await failedOf(alone.bytes)).toEqual(['APPROVAL_INCOMPLETE']);
    expect(await failedOf(signedTwice(alone.bytes, second))).toEqual([]);
    expect(await failedOf(signedTwice(alone.bytes, strangerSeed))).toEqual(['APPROVAL_INCOMPLETE']);
    // The same person twice is one person, and a person whom only one of plan and trust file knows is none.
    expect(await failedOf(signedTwice(alone.bytes, seededRandom('approver')(32)))).toEqual([
      'APPROVAL_INCOMPLETE',
    ]);
    expect(await failedOf(signedTwice(alone.bytes, second), alone.trust)).toEqual(['APPROVAL_INCOMPLETE']);
    const unlisted = forTwo('approve', keys.slice(0, 1));
    expect(await failedOf(signedTwice(unlisted.bytes, second))).toEqual(['APPROVAL_INCOMPLETE']);
    expect(await failedOf(forTwo('decline').bytes)).not.toContain('APPROVAL_INCOMPLETE');
  });

  it('under other software than the attested image is found', async () => {
    const { failed } = await lieInStep('extract', ({ executor }) => ({
      executor: { ...executor, softwareDigest: digestOf(utf8('other software')) },
    }));
    expect(failed).toEqual(['SOFTWARE_DIGEST_MISMATCH']);
  });

  it('under another plan or policy is found', async () => {
    const other = digestOf(utf8('other'));
    expect((await lieInStep('score', () => ({ planDigest: other }))).failed).toEqual([
      'PLAN_DIGEST_MISMATCH',
    ]);
    expect((await lieInStep('score', () => ({ policyDigest: other }))).failed).toEqual([
      'POLICY_DIGEST_MISMATCH',
    ]);
    expect((await lieInStep('score', () => ({ definitionDigest: other }))).failed).toEqual([
      'DEFINITION_DIGEST_MISMATCH',
    ]);
  });
});

describe('the proof of a step', () => {
  it('made for another run is refused by its context', async () => {
    const { exitCode, failed } = await lie({ proofRunId: demoRun({ seed: 'two' }).steps.runId });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['CONTEXT_MISMATCH'] });
  });

  it('does not carry another decision', async () => {
    const { exitCode, failed } = await lieInStep('score', (step) => ({
      public: { ...step.public, decision: 'review' },
    }));
    expect(exitCode).toBe(1);
    expect(failed).toContain('PUBLIC_VALUE_MISMATCH');
  });

  it('does not stand for another edge', async () => {
    const { failed } = await lieInStep('score', (step) => ({
      evidence: {
        ...step.evidence,
        publicSignalMap: [{ index: 0, name: 'featuresCommitment', commitmentOf: 'inputs/application' }],
      },
    }));
    expect(failed).toEqual(['SIGNAL_MAP_MISMATCH']);
  });

  it('says nothing of an output that no signal of its circuit names, so such an output is refused', async () => {
    const { exitCode, failed } = await lie({ circuitWithout: ['limitCommitment'] });
    expect(exitCode).toBe(1);
    expect(failed).toContain('OUTPUT_UNBOUND');
    expect(failed).not.toContain('PROOF_INVALID');
  });

  it('says nothing of a fact that no signal of its circuit states, so a condition may not read it', async () => {
    const { exitCode, failed } = await lie({ circuitWithout: ['decision'] });
    expect(exitCode).toBe(1);
    expect(failed).toEqual(expect.arrayContaining(['OUTPUT_UNBOUND', 'FACT_UNBOUND']));
  });

  it('with changed numbers is invalid', async () => {
    const { failed } = await lieInStep('score', (step) => ({
      evidence: { ...step.evidence, publicSignals: ['1', '2', '2', '4', '5'] },
    }));
    expect(failed).toContain('PROOF_INVALID');
  });

  it('under a circuit that the trust file does not list is not allowed', async () => {
    const { bytes, trust } = demoRun();
    const { exitCode, failed } = await judge(bytes, {
      ...trust,
      circuits: { ...trust.circuits, manifests: [] },
    });
    expect({ exitCode, failed }).toEqual({
      exitCode: 4,
      failed: ['MANIFEST_NOT_PINNED'],
    });
  });

  it('under a circuit that the trust file lists and revokes is not allowed', async () => {
    const { bytes, trust } = demoRun();
    const { exitCode, failed } = await judge(bytes, {
      ...trust,
      circuits: { ...trust.circuits, revoked: trust.circuits.manifests },
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 4, failed: ['MANIFEST_REVOKED'] });
  });

  it('of another model than the plan pins is found', async () => {
    const { exitCode, failed } = await lie({
      editPlan: (plan) => withModel(plan, 'commit:poseidon-bn254:00'),
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['MODEL_COMMITMENT_MISMATCH'] });
  });
});

describe('freshness', () => {
  it('evidence that was used after its window is expired', async () => {
    const { exitCode, failed } = await lieInStep('extract', () => ({
      startedAt: '2026-11-20T22:30:00.000Z',
      endedAt: '2026-11-20T22:30:01.000Z',
    }));
    expect(exitCode).toBe(1);
    expect(failed).toContain('BINDING_EXPIRED');
    expect(failed).toContain('STEP_OUTSIDE_PERIOD');
  });

  it('evidence whose nonce no offer asked for is said to be so', async () => {
    const { exitCode, warned } = await lie({ editRun: (run) => ({ ...run, offers: [] }) });
    expect(exitCode).toBe(0);
    expect(warned).toContain('NONCE_UNRECORDED');
  });

  it.each([
    ['of other evidence', { package: digestOf(utf8('another package')) }],
    ['with another nonce', { nonce: toBase64(new Uint8Array(32)) }],
  ])('an offer that the worker before recorded %s counts for nothing', async (_what, change) => {
    const { warned } = await lie(askedByHop(change));
    expect(warned).toContain('NONCE_UNRECORDED');
  });

  it('a nonce that the worker before asked for and signed is as good as one of the client', async () => {
    const { exitCode, warned } = await lie(askedByHop({}));
    expect(exitCode).toBe(0);
    expect(warned).not.toContain('NONCE_UNRECORDED');
  });
});

/** The client asked nobody; the first step records what the workers answered to it. */
function askedByHop(change: Partial<Offer>): DemoOptions {
  const offers = Object.values(demo.steps.workers).map(({ id, package: evidence, nonce }) => ({
    operation: id,
    package: evidence,
    nonce: toBase64(nonce),
    ...change,
  }));
  return {
    editRun: (run) => ({ ...run, offers: [] }),
    editStep: (step) =>
      step.stepId === 'extract' ? { ...step, sealing: { ...step.sealing, offers } } : step,
  };
}

/** Pins a model in the parameters of the score task. */
function withModel(plan: JsonObject, modelCommitment: string): JsonObject {
  const tasks = Array.isArray(plan['tasks']) ? plan['tasks'] : [];
  const pinned = tasks.map((task) =>
    isJsonObject(task) && task['id'] === 'score' ? { ...task, parameters: { modelCommitment } } : task,
  );
  return { ...plan, tasks: pinned };
}
