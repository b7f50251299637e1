import { describe, expect, it } from 'vitest';
import { RETRY_CLASSES } from '../definition/definition.js';
import { backOffMs, ERROR_CLASSES, type ErrorClassName, errorClassOf, isRetried } from './error-classes.js';

/** Its author says nothing of retries. */
const task = {};
const NAMES = Object.keys(ERROR_CLASSES) as ErrorClassName[];

describe('the class of a failed attempt', () => {
  it.each([
    ['RECIPIENTS_GONE', 'keys-gone'],
    ['INTERNAL', 'internal'],
    ['CANCELLED', 'stopped'],
    ['SOMETHING_NEW', 'internal'],
    ['constructor', 'internal'],
  ])('%s, seen by the orchestrator, is %s and is not repeated', (reason, name) => {
    expect(errorClassOf(reason, { by: 'orchestrator' })).toBe(name);
    expect(ERROR_CLASSES[name as ErrorClassName].retried).toBe(false);
  });

  it.each([
    ['INPUT_INVALID', 'refused'],
    ['PROOF_INVALID', 'refused'],
    ['MODEL_NOT_ALLOWED', 'refused'],
    ['EVIDENCE_INVALID', 'evidence-refused'],
    // A worker may call a passing failure final.
    ['PROVER_CAPACITY', 'refused'],
    ['toString', 'refused'],
  ])('%s, final in the word of a worker, is %s and is not repeated', (reason, name) => {
    expect(errorClassOf(reason, { by: 'worker', retryable: false })).toBe(name);
    expect(ERROR_CLASSES[name as ErrorClassName].retried).toBe(false);
  });

  it.each(['EVIDENCE_INVALID', 'MEASUREMENT_NOT_ALLOWED', 'RECIPIENTS_GONE'])(
    'a worker cannot make %s worth repeating',
    (reason) => {
      const name = errorClassOf(reason, { by: 'worker', retryable: true });
      expect(ERROR_CLASSES[name].retried).toBe(false);
    },
  );

  it.each([
    ['WORKER_SILENT', { by: 'orchestrator' }, 'worker-lost'],
    ['NO_WORKER', { by: 'orchestrator' }, 'worker-capacity'],
    ['DEADLINE_EXCEEDED', { by: 'orchestrator' }, 'timeout'],
    ['COLLATERAL_UNREACHABLE', { by: 'worker', retryable: true }, 'collateral-unavailable'],
    ['PROVER_CAPACITY', { by: 'worker', retryable: true }, 'worker-capacity'],
    ['UNAVAILABLE', { by: 'worker', retryable: true }, 'service-away'],
    // A call of the worker met a defect of the orchestrator, or its full disk.
    ['INTERNAL', { by: 'worker', retryable: true }, 'service-away'],
    ['SOMETHING_NEW', { by: 'worker', retryable: true }, 'worker-lost'],
    // The bad worker is out; an honest one repeats the step.
    ['PROOF_INVALID', { by: 'check' }, 'result-refused'],
  ] as const)('%s seen by %o is %s and is repeated', (reason, source, name) => {
    expect(errorClassOf(reason, source)).toBe(name);
    expect(ERROR_CLASSES[name].retried).toBe(true);
  });

  it('is repeated only for what the author lists', () => {
    const listed = { retry: { on: ['timeout'] as const, backoffMs: 10 } };
    expect(NAMES.filter((name) => isRetried(name, listed))).toEqual(['timeout']);
    expect(isRetried('worker-lost', task)).toBe(true);
  });

  it('is not repeated because an author would like it', () => {
    const all = { retry: { on: RETRY_CLASSES, backoffMs: 10 } };
    for (const name of NAMES) expect(isRetried(name, all)).toBe(ERROR_CLASSES[name].retried);
  });

  it('says why, for each class', () => {
    for (const name of NAMES) expect(ERROR_CLASSES[name].why.length).toBeGreaterThan(20);
  });
});

describe('the pause before another attempt', () => {
  it('doubles up to its bound, and chance moves it within the upper half', () => {
    const { firstMs, maxMs } = ERROR_CLASSES['worker-lost'];
    for (let failures = 1; failures <= 40; failures += 1) {
      const full = Math.min(firstMs * 2 ** (failures - 1), maxMs);
      expect(backOffMs('worker-lost', task, failures, 0)).toBe(full / 2);
      expect(backOffMs('worker-lost', task, failures, 1)).toBe(full);
      expect(backOffMs('worker-lost', task, failures, 0.5)).toBe(full * 0.75);
    }
  });

  it('is the same for the same chance: a replay waits as long', () => {
    for (const name of NAMES) {
      for (const chance of [0, 0.1, 0.37, 0.999]) {
        expect(backOffMs(name, task, 3, chance)).toBe(backOffMs(name, task, 3, chance));
      }
    }
  });

  it('begins as long as the author says', () => {
    const author = { retry: { on: ['timeout'] as const, backoffMs: 40_000 } };
    expect(backOffMs('timeout', author, 1, 1)).toBe(40_000);
    expect(backOffMs('timeout', author, 2, 1)).toBe(60_000);
    expect(backOffMs('timeout', { retry: { on: ['timeout'], backoffMs: 90_000 } }, 9, 1)).toBe(90_000);
  });

  it('is none after a result that was refused', () => {
    expect(backOffMs('result-refused', task, 5, 1)).toBe(0);
  });

  it.each([-1, 2, Number.POSITIVE_INFINITY])('holds its bounds for a chance of %d', (chance) => {
    const pause = backOffMs('timeout', task, 2, chance);
    expect(pause).toBeGreaterThanOrEqual(ERROR_CLASSES.timeout.firstMs);
    expect(pause).toBeLessThanOrEqual(2 * ERROR_CLASSES.timeout.firstMs);
  });
});
