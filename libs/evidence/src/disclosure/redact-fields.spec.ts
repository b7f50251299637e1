import { describe, expect, it } from 'vitest';
import { canonicalBytes, toBase64Url } from '#canonical';
import { renderInspect } from '../render/render-inspect.js';
import { renderVerdict } from '../render/render-verdict.js';
import { factsOf } from '../report/facts.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { at, tampered } from '../testing/tamper.fixture.js';
import { type ProfileName, profileNames } from './profiles.js';
import { redactBundle } from './redact-bundle.js';
import { parseDisclosure } from './sd.js';

const demo = demoRun({
  decision: 'review',
  ciphertexts: true,
  editRun: (run) => ({ ...run, reason: 'CANARY-REASON', routing: [{ chosen: 'CANARY-ROUTE' }] }),
  editStep: (step) => ({
    ...step,
    executor: { ...step.executor, id: `CANARY-EXECUTOR-${step.stepId}` },
    metrics: { canaryMs: 480 },
    ...(step.stepId === 'extract' ? { public: { ...step.public, note: 'CANARY-NOTE' } } : {}),
    ...(step.kind === 'human' ? { evidence: { ...step.evidence, reviewer: 'CANARY-REVIEWER' } } : {}),
  }),
});
const accepting = { acceptWithheld: true };

/** Everything that the bytes say, in whatever spelling: payloads, disclosures and blobs opened. */
function saidBy(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  const hidden = text.match(/[A-Za-z0-9+/_-]{16,}={0,2}/g) ?? [];
  return [text, ...hidden.map((part) => Buffer.from(part, 'base64').toString('utf8'))].join('\n');
}

function fieldsOf(parts: readonly { readonly kind: string; readonly what: string }[]): string[] {
  return parts.filter(({ kind }) => kind === 'field').map(({ what }) => what);
}

describe('a field that cannot be withheld', () => {
  it.each([
    ['of the root that is not there', 'field:root/nothing'],
    ['of the root that checks rest on', 'field:root/planDigest'],
    ['of a step that checks rest on', 'field:step/score/outputs'],
    ['of a step that is not there', 'field:step/nobody/metrics'],
    ['without a path', 'field:step/score'],
  ])('%s is refused by name', (_, part) => {
    expect(() => redactBundle(demo.bytes, { withhold: [part] })).toThrowError(
      expect.objectContaining({ code: 'REDACTION_INVALID' }),
    );
  });

  it('is in a step that is withheld as a whole', () => {
    const withhold = ['step:score', 'field:step/score/metrics'];
    expect(() => redactBundle(demo.bytes, { withhold })).toThrowError(
      expect.objectContaining({ code: 'REDACTION_INVALID' }),
    );
  });
});

describe('disclosures that were meddled with', () => {
  const withheld = redactBundle(demo.bytes, { withhold: ['field:step/extract/metrics'] });

  it.each<[string, string, (disclosures: string[]) => void]>([
    [
      'UNUSED',
      'another value',
      (list) => void list.splice(0, 1, toBase64Url(canonicalBytes(['s', 'tenant', 'x']))),
    ],
    ['UNUSED', 'one of another run', (list) => void list.push(...foreign())],
    ['DUPLICATE', 'one twice', (list) => void list.push(at(list, 0))],
    ['MALFORMED', 'one cut off', (list) => void list.splice(0, 1, at(list, 0).slice(0, -3))],
  ])('%s: %s', async (code, _, change) => {
    const bytes = tampered(withheld, (bundle) => change(bundle.disclosures ?? []));
    const { exitCode, failed } = await judge(bytes, demo.trust, accepting);
    expect({ exitCode, failed }).toEqual({
      exitCode: code === 'MALFORMED' ? 7 : 1,
      failed: [`DISCLOSURE_${code}`],
    });
  });

  it('do not come from inside of an envelope', async () => {
    const bytes = tampered(withheld, (bundle) => {
      const metrics = foreign();
      bundle.steps[0] = { ...at(bundle.steps, 0), ...{ disclosures: metrics } };
    });
    const { exitCode, verdict } = await judge(bytes, demo.trust);
    expect({ exitCode, fields: fieldsOf(verdict.withheldParts) }).toEqual({
      exitCode: 0,
      fields: ['step extract metrics'],
    });
  });
});

function foreign(): string[] {
  const other: { disclosures: string[] } = JSON.parse(
    new TextDecoder().decode(demoRun({ seed: 'two' }).bytes),
  );
  return other.disclosures.slice(0, 1);
}

describe('a field that no check needs', () => {
  it.each([
    ['field:step/extract/metrics', 'step extract metrics'],
    ['field:step/score/executor.id', 'step score executor.id'],
    ['field:step/review/evidence.reviewer', 'step review evidence.reviewer'],
    ['field:step/extract/public.note', 'step extract a member of public'],
    ['field:root/workflow.name', 'root workflow.name'],
    ['field:root/reason', 'root reason'],
    ['field:root/previousRun', 'root previousRun'],
  ])('%s does not change the outcome, and is named', async (part, what) => {
    const bytes = redactBundle(demo.bytes, { withhold: [part] });
    const { exitCode, failed, verdict } = await judge(bytes, demo.trust);
    expect({ exitCode, failed }).toEqual({ exitCode: 0, failed: [] });
    expect(fieldsOf(verdict.withheldParts)).toEqual([what]);
    expect(renderVerdict(verdict)).toContain(`withheld   field ${what}: digest in`);
  });

  it('is nowhere: not in the verdict, not in the contents, not in a report', async () => {
    const withhold = [
      'field:root/reason',
      'field:step/extract/executor.id',
      'field:step/extract/public.note',
    ];
    const bytes = redactBundle(demo.bytes, { withhold });
    const { verdict } = await judge(bytes, demo.trust);
    const texts = [
      saidBy(bytes),
      renderVerdict(verdict),
      renderInspect(bytes),
      JSON.stringify(factsOf(bytes, verdict)),
    ];
    for (const text of texts) {
      for (const canary of ['CANARY-REASON', 'CANARY-EXECUTOR-extract', 'CANARY-NOTE'])
        expect(text).not.toContain(canary);
    }
    expect(texts[1]).toContain('(withheld)');
    expect(texts[2]).toContain('(withheld)');
  });
});

describe('a fact that checks need', () => {
  it.each(['score', 'review', 'reserve.authorize', 'reserve.apply'])(
    'of %s: incomplete by name, verified where that is accepted',
    async (step) => {
      const bytes = redactBundle(demo.bytes, { withhold: [`field:step/${step}/public`] });
      const { exitCode, failed } = await judge(bytes, demo.trust);
      expect(exitCode).toBe(3);
      expect(failed).toContain('FIELD_WITHHELD');
      const accepted = await judge(bytes, demo.trust, accepting);
      expect({ exitCode: accepted.exitCode, failed: accepted.failed }).toEqual({ exitCode: 0, failed: [] });
      expect(accepted.verdict.notChecked.some((line) => line.startsWith(step))).toBe(true);
    },
  );

  it('of a proof takes the proof with it', async () => {
    const bytes = redactBundle(demo.bytes, { withhold: ['field:step/score/public.decision'] });
    const { verdict } = await judge(bytes, demo.trust, accepting);
    expect(verdict.steps.find(({ stepId }) => stepId === 'score')?.integrity).toBe('ASSERTED');
  });
});

describe('a bundle of an executor that conceals nothing', () => {
  it('verifies, and says that its members cannot be withheld', async () => {
    const plain = demoRun({ concealed: false });
    expect((await judge(plain.bytes, plain.trust)).exitCode).toBe(0);
    expect(() => redactBundle(plain.bytes, { withhold: ['field:step/score/metrics'] })).toThrowError(
      expect.objectContaining({ code: 'REDACTION_INVALID' }),
    );
  });
});

describe('each profile', () => {
  const secrets: Readonly<Record<string, readonly ProfileName[]>> = {
    canaryMs: ['public', 'customer', 'auditor', 'regulator'],
    'CANARY-REVIEWER': ['public', 'customer', 'auditor'],
    'CANARY-EXECUTOR-review': ['public', 'customer', 'auditor'],
    'CANARY-EXECUTOR-extract': ['public', 'customer'],
    'CANARY-ROUTE': ['public', 'customer'],
    'CANARY-REASON': ['public'],
    'CANARY-NOTE': ['public'],
  };

  it.each(profileNames)(
    '%s leaves none of what it withholds in the bytes, and all of the rest',
    async (profile) => {
      const bytes = redactBundle(demo.bytes, { profile });
      const said = saidBy(bytes);
      for (const [secret, withheldBy] of Object.entries(secrets))
        expect({ secret, said: said.includes(secret) }).toEqual({
          secret,
          said: !withheldBy.includes(profile),
        });
      const { exitCode, failed } = await judge(bytes, demo.trust, accepting);
      expect({ exitCode, failed }).toEqual({ exitCode: 0, failed: [] });
      expect((await judge(bytes, demo.trust)).exitCode).toBe(profile === 'public' ? 3 : 0);
    },
  );

  it('withholds all that the one after it does', async () => {
    const disclosed = profileNames.map((profile) => {
      const bundle: { disclosures: string[] } = JSON.parse(
        new TextDecoder().decode(redactBundle(demo.bytes, { profile })),
      );
      return bundle.disclosures.map((text) => parseDisclosure(text, 'here').digest);
    });
    for (const [index, more] of disclosed.slice(1).entries())
      expect(more).toEqual(expect.arrayContaining(at(disclosed, index)));
  });

  it('is the same whether it is reached at once or by way of another', () => {
    const [once, twice] = [
      redactBundle(demo.bytes, { profile: 'public' }),
      redactBundle(redactBundle(demo.bytes, { profile: 'customer' }), { profile: 'public' }),
    ];
    expect(new TextDecoder().decode(twice)).toBe(new TextDecoder().decode(once));
  });
});
