import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { limits } from '../config/limits.js';
import { Drain } from './drain.js';
import { healthNames, missingOf, Readiness } from './readiness.js';

type Statuses = { readonly statusMap: ReadonlyMap<string, string> };

function replica() {
  const state = { isMigrated: async () => true };
  const log = { isOpen: true };
  const beat = { ageMs: 0 };
  const drain = new Drain();
  const readiness = new Readiness(state, log, beat, drain, pino({ level: 'silent' }));
  readiness.engineLaunched();
  const statuses = () => {
    const { statusMap } = readiness.health as unknown as Statuses;
    return [...new Set(healthNames.map((name) => statusMap.get(name)))];
  };
  const missing = async () => missingOf(await readiness.look());
  return { state, log, beat, drain, readiness, statuses, missing };
}

describe('a replica is ready', () => {
  it('when all is there, and says so for every service', async () => {
    const { missing, statuses } = replica();
    expect(statuses()).toEqual(['NOT_SERVING']);
    expect(await missing()).toEqual([]);
    expect(statuses()).toEqual(['SERVING']);
    expect(healthNames).toContain('');
    expect(healthNames).toContain('sealflow.run.v1.RunService');
  });

  it('not before its engine was launched', async () => {
    const { state, log, beat, drain } = replica();
    const readiness = new Readiness(state, log, beat, drain, pino({ level: 'silent' }));
    expect(missingOf(await readiness.look())).toEqual(['engine']);
  });

  it.each<[string, string[], (of: ReturnType<typeof replica>) => void]>([
    [
      'while the database is away',
      ['database', 'migrations'],
      ({ state }) => {
        state.isMigrated = () => Promise.reject(new Error('away'));
      },
    ],
    [
      'while a migration is missing',
      ['migrations'],
      ({ state }) => {
        state.isMigrated = async () => false;
      },
    ],
    [
      'before the log was found to be its own',
      ['logKey'],
      ({ log }) => {
        log.isOpen = false;
      },
    ],
    [
      'when others may call it dead',
      ['heartbeat'],
      ({ beat }) => {
        beat.ageMs = limits.replicaDeadMs;
      },
    ],
    ['once its drain has begun', ['notDraining'], ({ drain }) => drain.begin()],
    ['from the moment on when it is told to stop', ['notDraining'], ({ readiness }) => readiness.leave()],
  ])('not %s', async (_when, expected, change) => {
    const of = replica();
    await of.missing();
    change(of);
    expect(await of.missing()).toEqual(expected);
    expect(of.statuses()).toEqual(['NOT_SERVING']);
  });

  it('again when what was missing is back, and never again after it was told to stop', async () => {
    const of = replica();
    of.log.isOpen = false;
    await of.missing();
    of.log.isOpen = true;
    expect(await of.missing()).toEqual([]);
    expect(of.statuses()).toEqual(['SERVING']);
    of.readiness.leave();
    expect(of.statuses()).toEqual(['NOT_SERVING']);
    await of.missing();
    expect(of.statuses()).toEqual(['NOT_SERVING']);
  });
});
