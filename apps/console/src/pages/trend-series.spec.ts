import { describe, expect, it } from 'vitest';
import { readMachine } from '../parts/machine.js';
import {
  costPerStep,
  endsByDay,
  firmwareAges,
  levelsByDay,
  secondsPerStep,
  timePerRun,
  waitPerStep,
} from './trend-series.js';

describe('series of a picture', () => {
  it('are empty where nothing ran, and where a day is none', () => {
    expect(levelsByDay({})).toEqual([]);
    expect(endsByDay({ days: [{ day: 'tomorrow' }] })).toEqual([]);
    expect(secondsPerStep([{}])).toEqual([]);
    expect(timePerRun([{ day: '2026-11-01', endedRuns: '0', runMilliseconds: '0' }])).toEqual([]);
  });

  it('have no value for a machine of which no vendor gives a date: it is not new', () => {
    const simulated = { name: 'a', machine: readMachine({ level: 'MACHINE_LEVEL_SIMULATED' }) };
    expect(firmwareAges([simulated, { name: 'b', machine: null }], 0)).toEqual([
      { label: 'a', values: {} },
      { label: 'b', values: {} },
    ]);
  });

  it('count days since the firmware level of a machine', () => {
    const machine = readMachine({ level: 'MACHINE_LEVEL_ATTESTED', tcbTime: '2026-01-01T00:00:00Z' });
    const [point] = firmwareAges([{ name: 'a', machine }], Date.UTC(2026, 0, 11, 23));
    expect(point?.values).toEqual({ days: 10 });
  });

  it('show a day on which nothing ran between others, and add up what is drawn as one', () => {
    const days = [
      { day: '2026-11-03', states: [{ state: 'RUN_STATE_RUNNING', runs: 1 }] },
      {
        day: '2026-11-01',
        states: [
          { state: 'RUN_STATE_FAILED', runs: 2 },
          { state: 'RUN_STATE_EXPIRED', runs: 3 },
        ],
        levels: [
          { integrity: 'INTEGRITY_SIMULATED', steps: 4 },
          { integrity: 'INTEGRITY_SIMULATED', steps: 5 },
        ],
      },
    ];
    expect(endsByDay({ days })).toEqual([
      { label: '2026-11-01', values: { failed: 5 } },
      { label: '2026-11-02', values: {} },
      { label: '2026-11-03', values: { open: 1 } },
    ]);
    expect(levelsByDay({ days })[0]?.values).toEqual({ SIMULATED: 9 });
  });

  it('take the time of workers by step and not that of people', () => {
    const steps = [
      { kind: 'tee', steps: '3', milliseconds: '1000' },
      { kind: 'zk', steps: '0', milliseconds: '0' },
      { kind: 'human', steps: '1', milliseconds: '0' },
    ];
    expect(secondsPerStep([{ day: '2026-11-01', steps }])).toEqual([
      { label: '2026-11-01', values: { tee: 0.333 } },
    ]);
  });

  it('say what a step costs and how long it waited; an older server says neither', () => {
    const steps = [{ kind: 'zk', steps: '4', milliseconds: '9', waitMilliseconds: '800', costMicros: '50' }];
    const of = (series: typeof waitPerStep, ...each: Parameters<typeof waitPerStep>[0]) =>
      series(each)[0]?.values;
    expect(of(waitPerStep, { day: '2026-11-01', steps })).toEqual({ zk: 0.2 });
    expect(of(costPerStep, { day: '2026-11-01', steps })).toEqual({ zk: 12.5 });
    const old = { day: '2026-11-01', steps: [{ kind: 'zk', steps: '4', milliseconds: '9' }] };
    expect([of(waitPerStep, old), of(costPerStep, old)]).toEqual([{}, {}]);
  });

  it('part the length of a run into overhead and the rest', () => {
    const day = { day: '2026-11-01', endedRuns: '2', runMilliseconds: '9000', overheadMilliseconds: '1000' };
    expect(timePerRun([day])).toEqual([{ label: '2026-11-01', values: { out: 4, overhead: 0.5 } }]);
  });
});
