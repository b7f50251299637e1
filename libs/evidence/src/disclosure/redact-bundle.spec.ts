import { describe, expect, it } from 'vitest';
import { toBase64 } from '#canonical';
import { blobMediaTypes } from '../bundle/media-types.js';
import { renderVerdict } from '../render/render-verdict.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { at, type OpenBundle, tampered } from '../testing/tamper.fixture.js';
import { profileNames } from './profiles.js';
import { redactBundle } from './redact-bundle.js';

const demo = demoRun({ decision: 'review', ciphertexts: true });
const stepIds = demo.steps.predicates.map(({ stepId }) => stepId);
const accepting = { acceptWithheld: true };

function opened(bytes: Uint8Array): OpenBundle {
  return JSON.parse(new TextDecoder().decode(bytes));
}

function blobsOf(mediaType: string): string[] {
  return Object.entries(opened(demo.bytes).blobs)
    .filter(([, blob]) => blob.mediaType === mediaType)
    .map(([digest]) => digest);
}

describe('what cannot be withheld', () => {
  it.each([
    ['a step that is not there', 'step:nobody'],
    ['a blob that is not there', `blob:sha256:${'0'.repeat(64)}`],
    ['another kind of part', 'root:plan'],
    ['a digest without its algorithm', `blob:${'0'.repeat(64)}`],
    ['nothing', ''],
  ])('%s is refused by name', (_, part) => {
    expect(() => redactBundle(demo.bytes, { withhold: [part] })).toThrowError(
      expect.objectContaining({ code: 'REDACTION_INVALID' }),
    );
  });

  it('of a file that is no bundle nothing is made', () => {
    expect(() => redactBundle(new TextEncoder().encode('{}'), { profile: 'public' })).toThrowError(
      expect.objectContaining({ code: 'BUNDLE_MALFORMED' }),
    );
  });
});

describe('a bundle that lost more than was withheld', () => {
  const redacted = redactBundle(demo.bytes, { withhold: ['step:score'] });

  it('misses a step whose leaf is gone too, whatever the reader accepts', async () => {
    const bytes = tampered(redacted, (bundle) => {
      delete bundle.withheldSteps;
    });
    const { exitCode, failed } = await judge(bytes, demo.trust, accepting);
    expect({ exitCode, failed }).toEqual({ exitCode: 3, failed: ['STEP_MISSING'] });
  });

  it.each<[string, (bundle: OpenBundle) => void, string]>([
    [
      'another leaf',
      (bundle) => {
        at(bundle.withheldSteps, 0).leafHash = toBase64(new Uint8Array(32));
      },
      'STEP_INCLUSION_INVALID',
    ],
    [
      'another place',
      (bundle) => {
        at(bundle.withheldSteps, 0).index += 1;
      },
      'STEP_DUPLICATE',
    ],
    [
      'a place outside the tree',
      (bundle) => {
        at(bundle.withheldSteps, 0).index = stepIds.length;
      },
      'STEP_INCLUSION_INVALID',
    ],
    [
      'a shorter path',
      (bundle) => {
        at(bundle.withheldSteps, 0).path.pop();
      },
      'STEP_INCLUSION_INVALID',
    ],
    [
      'its leaf twice',
      (bundle) => {
        const leaf = at(bundle.withheldSteps, 0);
        bundle.withheldSteps = [leaf, leaf];
      },
      'STEP_DUPLICATE',
    ],
  ])('is forged when a withheld step has %s', async (_, change, reason) => {
    const { exitCode, failed } = await judge(tampered(redacted, change), demo.trust, accepting);
    expect(exitCode).toBe(1);
    expect(failed).toContain(reason);
  });

  it('misses a blob that is not even named', async () => {
    const [evidence] = blobsOf(blobMediaTypes.evidencePackage);
    const bytes = tampered(demo.bytes, (bundle) => {
      delete bundle.blobs[evidence ?? ''];
    });
    const { exitCode, failed } = await judge(bytes, demo.trust, accepting);
    expect(exitCode).toBe(3);
    expect(failed).toContain('BLOB_MISSING');
  });

  it('is inconsistent when appraisals are gone, or others are said to be withheld', async () => {
    const lost = tampered(demo.bytes, (bundle) => {
      bundle.appraisals.pop();
    });
    const invented = tampered(demo.bytes, (bundle) => {
      bundle.withheldAppraisals = [`sha256:${'0'.repeat(64)}`];
    });
    for (const bytes of [lost, invented]) {
      const { exitCode, failed } = await judge(bytes, demo.trust, accepting);
      expect({ exitCode, failed: failed[0] }).toEqual({ exitCode: 1, failed: 'APPRAISAL_SET_MISMATCH' });
    }
  });

  it('does not hide a signature that is wrong', async () => {
    const bytes = tampered(redacted, (bundle) => {
      at(at(bundle.steps, 0).signatures, 0).sig = toBase64(new Uint8Array(64));
    });
    const { exitCode, failed } = await judge(bytes, demo.trust, accepting);
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['STEP_SIGNATURE_INVALID'] });
  });
});

describe('a step that is withheld', () => {
  it.each(stepIds)(
    '%s: incomplete by name, verified where that is accepted, asserted at most',
    async (id) => {
      const bytes = redactBundle(demo.bytes, { withhold: [`step:${id}`] });
      const { exitCode, failed, warned } = await judge(bytes, demo.trust);
      expect({ exitCode, named: failed.includes('STEP_WITHHELD') }).toEqual({ exitCode: 3, named: true });
      expect(warned).not.toContain('BLOB_UNREFERENCED');
      const accepted = await judge(bytes, demo.trust, accepting);
      expect({ exitCode: accepted.exitCode, failed: accepted.failed }).toEqual({ exitCode: 0, failed: [] });
      const { steps, withheldParts, notChecked } = accepted.verdict;
      expect(steps.find(({ stepId }) => stepId === id)).toMatchObject({
        integrity: 'ASSERTED',
        withheld: true,
      });
      expect(withheldParts.filter(({ kind }) => kind === 'step').map(({ what }) => what)).toEqual([id]);
      expect(notChecked.some((line) => line.includes(id))).toBe(true);
    },
  );

  it('cannot reach a class that the reader asks for', async () => {
    const bytes = redactBundle(demo.bytes, { withhold: ['step:score'] });
    const { exitCode, failed } = await judge(bytes, demo.trust, {
      ...accepting,
      demands: { integrity: 'SIGNED' },
    });
    expect(exitCode).toBe(4);
    expect(failed).toContain('CLASS_NOT_REACHED');
  });

  it('leaves neither its statement nor its salt in the bytes', () => {
    const before = opened(demo.bytes);
    const proof = at(before.stepProofs, stepIds.indexOf('score'));
    const text = new TextDecoder().decode(redactBundle(demo.bytes, { withhold: ['step:score'] }));
    for (const secret of [
      proof.leafSalt,
      proof.stepDigest,
      at(before.steps, stepIds.indexOf('score')).payload,
    ])
      expect(text).not.toContain(secret);
  });

  it('can be withheld after another one was', async () => {
    const once = redactBundle(demo.bytes, { withhold: ['step:score'] });
    const twice = redactBundle(once, { withhold: ['step:extract'] });
    const { exitCode, verdict } = await judge(twice, demo.trust, accepting);
    expect({ exitCode, withheld: verdict.withheld }).toEqual({ exitCode: 0, withheld: 2 });
  });

  it('does not excuse another one that ran against its condition', async () => {
    const approved = demoRun({
      decision: 'approve',
      editStep: (step) =>
        step.stepId === 'score' ? { ...step, public: { ...step.public, decision: 'decline' } } : step,
    });
    const bytes = redactBundle(approved.bytes, { withhold: ['step:settle.apply'] });
    expect((await judge(bytes, approved.trust, accepting)).exitCode).toBe(1);
  });
});

describe('a blob that is withheld', () => {
  it('of evidence: the steps that rest on it are asserted', async () => {
    for (const digest of blobsOf(blobMediaTypes.evidencePackage)) {
      const bytes = redactBundle(demo.bytes, { withhold: [`blob:${digest}`] });
      const { exitCode, failed } = await judge(bytes, demo.trust);
      expect({ exitCode, first: failed.filter((reason) => reason === 'BLOB_DETACHED') }).toEqual({
        exitCode: 3,
        first: ['BLOB_DETACHED'],
      });
      const accepted = await judge(bytes, demo.trust, accepting);
      expect({ exitCode: accepted.exitCode, failed: accepted.failed }).toEqual({ exitCode: 0, failed: [] });
      const { steps, withheldParts } = accepted.verdict;
      expect(withheldParts.some(({ what }) => what.includes(digest))).toBe(true);
      for (const step of steps.filter(({ summary }) => summary.includes('withheld')))
        expect(step).toMatchObject({ integrity: 'ASSERTED', confidentiality: 'OPERATOR_VISIBLE' });
      expect(steps.filter(({ summary }) => summary.includes('withheld')).length).toBeGreaterThan(0);
    }
  });

  it.each(Object.keys(opened(demo.bytes).blobs))(
    '%s: never failed, verified where accepted',
    async (digest) => {
      const bytes = redactBundle(demo.bytes, { withhold: [`blob:${digest}`] });
      const needed = opened(demo.bytes).blobs[digest]?.mediaType !== blobMediaTypes.ciphertext;
      expect((await judge(bytes, demo.trust)).exitCode).toBe(needed ? 3 : 0);
      const accepted = await judge(bytes, demo.trust, accepting);
      expect({ exitCode: accepted.exitCode, failed: accepted.failed }).toEqual({ exitCode: 0, failed: [] });
      expect(accepted.verdict.withheldParts.map(({ what }) => what).join()).toContain(digest);
    },
  );
});

describe('the words for it', () => {
  it('say that what is here verifies, and name each part', async () => {
    const bytes = redactBundle(demo.bytes, { withhold: ['step:review'] });
    const text = renderVerdict((await judge(bytes, demo.trust)).verdict);
    expect(text).toContain('INCOMPLETE: what is here verifies; 1 step withheld, existence proved');
    expect(text).toContain('withheld   step review: leaf');
    const accepted = renderVerdict((await judge(bytes, demo.trust, accepting)).verdict);
    expect(accepted).toContain('VERIFIED');
    expect(accepted).toContain('6 of 7 disclosed, 1 withheld (existence proved)');
    expect(accepted).toContain('not checked: review: statement of the task: what it needs is withheld.');
  });

  it('do not call a lost step withheld', async () => {
    const bytes = tampered(redactBundle(demo.bytes, { withhold: ['step:review'] }), (bundle) => {
      delete bundle.withheldSteps;
    });
    const text = renderVerdict((await judge(bytes, demo.trust)).verdict);
    expect(text).toContain('INCOMPLETE: a needed part is missing');
    expect(text).not.toContain('existence proved');
  });
});

describe('a profile', () => {
  it.each(profileNames)('%s leaves a bundle that verifies where withholding is accepted', async (profile) => {
    const bytes = redactBundle(demo.bytes, { profile });
    const { exitCode, failed } = await judge(bytes, demo.trust, accepting);
    expect({ exitCode, failed }).toEqual({ exitCode: 0, failed: [] });
    const strict = await judge(bytes, demo.trust);
    expect(strict.exitCode).toBe(profile === 'public' ? 3 : 0);
  });
});
