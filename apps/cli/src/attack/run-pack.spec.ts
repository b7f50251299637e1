import { describe, expect, it } from 'vitest';
import { type Answer, type AttackCase, appraisalRefusal, CannotRun, refusal } from './attack-case.js';
import { type AttackResult, packPassed, runPack } from './run-pack.js';
import { caseThat, emptyScene } from './scene.fixture.js';

async function resultOf(attack: AttackCase, msMax?: number): Promise<AttackResult> {
  for await (const result of runPack([attack], emptyScene, msMax)) return result;
  throw new Error('no result');
}

const answering = (reason: string | null) => async (): Promise<Answer> => ({ reason, detail: 'why' });

describe('the attack pack', () => {
  it('says of an attack that nothing stopped that it got through', async () => {
    const result = await resultOf(caseThat(answering(null)));
    expect(result).toMatchObject({ outcome: 'got-through', got: null });
    expect(packPassed([result])).toBe(false);
  });

  it('does not take another code for the expected one', async () => {
    const result = await resultOf(caseThat(answering('UNAVAILABLE')));
    expect(result).toMatchObject({ outcome: 'other-code', got: 'UNAVAILABLE' });
    expect(packPassed([result])).toBe(false);
  });

  it('fails when a case breaks, which says nothing about the target', async () => {
    const result = await resultOf(caseThat(() => Promise.reject(new Error('no such file'))));
    expect(result).toMatchObject({ outcome: 'broken', got: null, detail: 'no such file' });
    expect(packPassed([result])).toBe(false);
  });

  it('ends a case that hangs', async () => {
    const result = await resultOf(
      caseThat(() => new Promise(() => undefined)),
      1,
    );
    expect(result).toMatchObject({ outcome: 'broken', detail: 'no end after 1 ms' });
  });

  it('skips what the target lacks, with the reason, and never counts it as stopped', async () => {
    const lacking = await resultOf(caseThat(() => Promise.reject(new CannotRun('no log is named'))));
    const local = await resultOf(caseThat(answering('EXPECTED_CODE'), { needs: 'stack' }));
    expect(lacking).toMatchObject({ outcome: 'skipped', got: null, detail: 'no log is named' });
    expect(local).toMatchObject({ outcome: 'skipped', got: null });
    expect(packPassed([lacking, local])).toBe(false);
  });

  it('passes where all that ran were stopped by their codes', async () => {
    const stopped = await resultOf(caseThat(answering('EXPECTED_CODE')));
    const skipped = await resultOf(caseThat(answering(null), { needs: 'stack' }));
    expect(stopped.outcome).toBe('stopped');
    expect(packPassed([stopped, skipped])).toBe(true);
    expect(packPassed([])).toBe(false);
  });

  it('bounds what a target can make it say', async () => {
    const { detail } = await resultOf(caseThat(async () => ({ reason: null, detail: 'x'.repeat(100_000) })));
    expect(detail.length).toBeLessThanOrEqual(400);
  });
});

describe('the reason of a refusal', () => {
  it('is null where nothing was refused', async () => {
    expect(await refusal(async () => 'done')).toEqual({ reason: null, detail: 'it was accepted' });
    expect(await appraisalRefusal(async () => 'done')).toMatchObject({ reason: null });
  });

  it('is no code of its own where an error has none', async () => {
    expect(await refusal(() => Promise.reject(new Error('odd')))).toEqual({
      reason: 'UNKNOWN',
      detail: 'odd',
    });
  });

  it('is not read from a case that could not run', async () => {
    await expect(refusal(() => Promise.reject(new CannotRun('no worker')))).rejects.toThrow('no worker');
  });
});
