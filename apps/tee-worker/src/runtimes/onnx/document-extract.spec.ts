import { describe, expect, it } from 'vitest';
import { type Json, parseDigest } from '#canonical';
import { demoCase, demoNames, generateStatement, goldenApplicant, profileOf, seededRandom } from '#samples';
import type { OpenTask } from '#worker';
import { documentExtractRuntime, statementBytesMax } from './document-extract.js';
import { extractTask } from './task.fixture.js';

const modelDir = 'apps/tee-worker/models/statement-reader';
const runtime = documentExtractRuntime({ modelDir, random: (length) => new Uint8Array(length).fill(0xff) });
const run = (task: OpenTask) => runtime.run(task, new AbortController().signal);

const golden = demoCase('approve');
const application: Json = { ...goldenApplicant };
const goldenTask = extractTask({ statement: golden.statement, application });
const refused = (part: string) => ({ code: 'INPUT_INVALID', message: expect.stringContaining(part) });

describe('documentExtractRuntime refuses', () => {
  it.each(['statement', 'application'])('a task without %s', async (port) => {
    const { [port]: _, ...inputs } = goldenTask.inputs;
    await expect(run({ ...goldenTask, inputs })).rejects.toMatchObject(refused(`${port} is missing`));
  });

  it.each(['statement', 'application'])('%s as a disclosable value', async (port) => {
    const open = {
      kind: 'public',
      edge: port,
      commitment: 'sha256:00',
      value: 'text',
      producer: null,
    } as const;
    const task = { ...goldenTask, inputs: { ...goldenTask.inputs, [port]: open } };
    await expect(run(task)).rejects.toMatchObject(refused(`${port} must be an opened sha256 payload`));
  });

  it.each([null, 7, { text: 'salary' }, ['salary']])('%j as statement', async (statement: Json) => {
    const task = extractTask({ statement, application });
    await expect(run(task)).rejects.toMatchObject(refused('statement must be a text'));
  });

  it.each(['', '   \n\t', '4711 4712'])('a statement without a word: %j', async (statement) => {
    const task = extractTask({ statement, application });
    await expect(run(task)).rejects.toMatchObject(refused('statement holds no word'));
  });

  it('a statement one byte above the limit, counted in UTF-8', async () => {
    const statement = `a${'ü'.repeat(statementBytesMax / 2)}`;
    const task = extractTask({ statement, application });
    await expect(run(task)).rejects.toMatchObject(refused(`statement has ${statementBytesMax + 1} bytes`));
  });

  it('a form with a bad field, without repeating the value', async () => {
    const task = extractTask({ statement: golden.statement, application: { ...goldenApplicant, rate: 77 } });
    const failure = await run(task).catch((error: unknown) => error);
    expect(failure).toMatchObject(refused('application.rate must be a whole number 1..4'));
    expect(String(failure)).not.toContain('77');
  });

  it('a plan that pins other weights', async () => {
    const parameters = { model: `sha256:${'0'.repeat(64)}` };
    await expect(run({ ...goldenTask, parameters })).rejects.toMatchObject({ code: 'MODEL_NOT_ALLOWED' });
  });

  it('a task that was cancelled', async () => {
    await expect(runtime.run(goldenTask, AbortSignal.abort(new Error('lease lost')))).rejects.toThrow(
      'lease lost',
    );
  });

  it('every task, and its warm start, when the model is absent', async () => {
    const broken = documentExtractRuntime({ modelDir: 'apps/tee-worker/models/absent' });
    await expect(broken.warm()).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    const signal = new AbortController().signal;
    await expect(broken.run(goldenTask, signal)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});

describe('documentExtractRuntime', () => {
  it('gives the golden applicant eleven features in the order of the circuit', async () => {
    const { outputs } = await run(goldenTask);
    expect(outputs['features']).toEqual({
      kind: 'sealed-fields',
      fields: [4n, 12n, 4n, 1n, 4n, 1n, 3n, 2096n, 2n, 2n, 1n],
      salt: 2n ** 248n - 1n,
      value: {
        checking: 4,
        duration: 12,
        history: 4,
        savings: 1,
        employment: 4,
        guarantors: 1,
        otherPlans: 3,
        amount: 2096,
        rate: 2,
        incomeBand: 2,
        consistent: 1,
      },
    });
  });

  it('discloses the model and the length, and keeps findings sealed', async () => {
    const result = await run(goldenTask);
    expect(Object.keys(result.public).sort()).toEqual(['inputTokens', 'model', 'modelCard', 'modelName']);
    expect(parseDigest(String(result.public['model']))).toBe(result.public['model']);
    expect(result.evidence).toEqual({});
    expect(result.metrics).toEqual({ inferMs: expect.any(Number), tokens: result.public['inputTokens'] });
    expect(Number.isInteger(result.metrics?.['inferMs'])).toBe(true);
    expect(result.outputs['findings']).toEqual({
      kind: 'sealed',
      value: { incomeBand: 2, regularSalary: 1, consistent: 1, confidencePercent: expect.any(Number) },
    });
  });

  it('repeats itself apart from the salt and the time', async () => {
    const [first, second] = [await run(goldenTask), await run(goldenTask)];
    expect(second.outputs).toEqual(first.outputs);
    const salted = await documentExtractRuntime({ modelDir }).run(goldenTask, new AbortController().signal);
    const salt = (output: typeof salted) => {
      const { features } = output.outputs;
      return features?.kind === 'sealed-fields' ? features.salt : null;
    };
    expect(salt(salted)).not.toBe(salt(first));
  });

  it('accepts a plan that pins the loaded weights', async () => {
    const { public: facts } = await run(goldenTask);
    const pinned = { ...goldenTask, parameters: { model: facts['model'] ?? null } };
    await expect(run(pinned)).resolves.toMatchObject({ public: { model: facts['model'] } });
  });

  it.each(demoNames)('finds the %s demo case as consistent as it is', async (name) => {
    const { applicant, statement, profile } = demoCase(name);
    const { outputs } = await run(extractTask({ statement, application: { ...applicant } }));
    expect(outputs['findings']).toMatchObject({
      value: { consistent: name === 'inconsistent' ? 0 : 1, incomeBand: profile.incomeBand },
    });
  });

  it('finds honest golden applications consistent whatever the bank prints', async () => {
    let consistent = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const rng = seededRandom(`honest/${seed}`);
      const statement = generateStatement(rng, profileOf(goldenApplicant, rng));
      const { outputs } = await run(extractTask({ statement, application }));
      const { features } = outputs;
      if (features?.kind === 'sealed-fields' && features.fields.at(-1) === 1n) consistent += 1;
    }
    expect(consistent).toBeGreaterThanOrEqual(99);
  });

  it('expects no earnings of an applicant who says to be unemployed', async () => {
    const jobless = { ...goldenApplicant, employment: 'A71' };
    const working = await run(extractTask({ statement: golden.statement, application: jobless }));
    expect(working.outputs['findings']).toMatchObject({ value: { regularSalary: 1, consistent: 0 } });
    const { statement } = demoCase('inconsistent');
    const without = await run(extractTask({ statement, application: jobless }));
    expect(without.outputs['findings']).toMatchObject({ value: { regularSalary: 0, consistent: 1 } });
  });
});
