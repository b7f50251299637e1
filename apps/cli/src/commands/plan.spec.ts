import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { builtinDefinition, builtinText, definitionDigest } from '#workflow';
import { planCommand } from './plan.js';
import { validateCommand } from './validate.js';

const example = (name: string) => resolve(import.meta.dirname, `../../../../examples/${name}.yaml`);
let said = '';

beforeEach(() => {
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const plan = (...args: string[]) => planCommand().parseAsync(args, { from: 'user' });
const validate = (...args: string[]) => validateCommand().parseAsync(args, { from: 'user' });

describe('sealflow plan', () => {
  it('shows routes, reasons, what fell and that nothing was measured', async () => {
    await plan(example('credit'));
    expect(said).toMatch(/score +ZK +PROVED · ENCLAVE +0\.80 s \(estimated, not measured\)/);
    expect(said).toContain('not tee (BELOW_MINIMUM): integrity ATTESTED is below the minimum PROVED');
    expect(said).toContain('chosen (minimum): the decision must convince third parties');
    expect(said).toContain('only when score/decision is review');
    expect(said).toContain('made up for by ledger.release if it takes no effect');
    expect(said).toMatch(/estimate for a run: .* EUR/);
  });

  it.each([
    ['credit-four-eyes', '2 persons sign the same yes; one no is enough'],
    ['pre-approval', 'at most 4 attempts, after capacity, collateral, timeout, worker_lost only'],
    ['pre-approval', 'priority: high'],
    ['portfolio', 'for each of 3 items'],
    ['second-opinion', 'a failure is none of the run'],
  ])('says of %s: %s', async (name, text) => {
    await plan(example(name));
    expect(said.replaceAll(/\s+/g, ' ')).toContain(text);
  });

  it('holds the plan to what is pinned, and says what to change when that cannot be had', async () => {
    await expect(plan(example('statement-reading'), '--minimum', 'personal=PROVED')).rejects.toMatchObject({
      code: 7,
      message: expect.stringMatching(
        /ASSURANCE_BELOW_MINIMUM: steps\.read: .*lower the minimum integrity of class personal .* to ATTESTED/,
      ),
    });
  });

  it.each([
    ['nothing', []],
    ['a file and a stored workflow', [example('credit'), '--workflow', 'credit']],
  ])('refuses %s', async (_, args) => {
    await expect(plan(...args)).rejects.toMatchObject({
      code: 2,
      message: expect.stringContaining('expected a file or --workflow'),
    });
  });

  it.each(['personal', 'personal=HIGH', 'personal=PROVED=ENCLAVE'])('refuses --minimum %s', async (entry) => {
    await expect(plan(example('credit'), '--minimum', entry)).rejects.toMatchObject({ code: 2 });
  });
});

describe('sealflow validate', () => {
  it('prints the digest that names the revision', async () => {
    await validate(example('credit'), '--json');
    const digest = definitionDigest(builtinDefinition('credit'));
    expect(JSON.parse(said)).toEqual({ workflow: 'credit', version: 1, digest });
  });

  it('outlines what the definition asks for', async () => {
    await validate(example('portfolio'));
    expect(said).toContain('applications: personal, json of at most 4096 bytes, a list of 3');
    expect(said).toContain('score: scorecard.prove, for each of inputs/statements, may fail');
  });

  it('refuses with file, line and column', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sealflow-plan-'));
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, builtinText('credit').replace('scorecard.prove', 'scorcard.prove'));
    const refused = validate(file).finally(() => rmSync(folder, { recursive: true }));
    await expect(refused).rejects.toMatchObject({
      code: 7,
      message: expect.stringMatching(
        /wrong\.yaml:13:5: UNKNOWN_OPERATION: steps\.score\.operation: .*Did you mean "scorecard\.prove"\?$/,
      ),
    });
  });
});
