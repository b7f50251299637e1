import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type AttackCase,
  appraisalRefusal,
  CannotRun,
  type Lane,
  lanes,
  refusal,
} from './attack-case.js';
import { type AttackResult, packPassed, runLanes, runPack } from './run-pack.js';
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

describe('attacks beside each other', () => {
  it('are never more of a lane than it takes, and one that takes long holds up no other lane', async () => {
    const ended: string[] = [];
    const long = Promise.withResolvers<void>();
    const running = new Map<Lane, number>();
    const most = new Map<Lane, number>();
    const names = Object.keys(lanes) as Lane[];
    const cases = names.flatMap((lane) =>
      Array.from({ length: lanes[lane] + 2 }, (_, index) =>
        caseThat(
          async () => {
            running.set(lane, (running.get(lane) ?? 0) + 1);
            most.set(lane, Math.max(most.get(lane) ?? 0, running.get(lane) ?? 0));
            await (lane === 'claims' && index === 0 ? long.promise : turn());
            running.set(lane, (running.get(lane) ?? 0) - 1);
            return { reason: 'EXPECTED_CODE', detail: '' };
          },
          { name: `${lane}-${index}`, lane },
        ),
      ),
    );
    for await (const { attack, outcome } of runLanes(cases, emptyScene)) {
      expect(outcome).toBe('stopped');
      ended.push(attack.name);
      if (ended.length === cases.length - 1) long.resolve();
    }
    expect(ended.toSorted()).toEqual(cases.map(({ name }) => name).toSorted());
    expect(ended.at(-1)).toBe('claims-0');
    expect(Object.fromEntries(most)).toEqual(lanes);
  });

  it('begin in the order of the table, also where a lane is not named', async () => {
    const begun: string[] = [];
    const named = (name: string): AttackCase =>
      caseThat(
        async () => {
          begun.push(name);
          return { reason: 'EXPECTED_CODE', detail: '' };
        },
        { name },
      );
    const results = [];
    for await (const result of runLanes(['a', 'b', 'c'].map(named), emptyScene)) results.push(result);
    expect(begun).toEqual(['a', 'b', 'c']);
    expect(packPassed(results)).toBe(true);
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
