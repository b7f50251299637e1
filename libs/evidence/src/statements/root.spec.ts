import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';
import { readContainer } from '../bundle/container.js';
import { statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { type FailedAttempt, parseRootPredicate } from './root.js';

const lost: FailedAttempt = { attempt: 1, reason: 'WORKER_SILENT', errorClass: 'worker-lost' };

function runWith(failedAttempts: readonly FailedAttempt[]) {
  return demoRun({
    editRun: (run) => ({
      ...run,
      tasks: run.tasks.map((task) => (task.taskId === 'score' ? { ...task, failedAttempts } : task)),
    }),
  });
}

function rootOf(bytes: Uint8Array): JsonObject {
  const document = parseJsonStrict(bytes);
  if (!isJsonObject(document)) throw new RangeError('no bundle');
  return statementOf(readContainer(document).root).predicate;
}

const attemptsOf = (root: JsonObject) =>
  parseRootPredicate(root).tasks.find(({ taskId }) => taskId === 'score')?.failedAttempts;

describe('attempts of a task that came to nothing', () => {
  it('stand in the root, and the bundle verifies with them', async () => {
    const { bytes, trust } = runWith([lost, { ...lost, attempt: 2 }]);
    expect(attemptsOf(rootOf(bytes))).toEqual([lost, { ...lost, attempt: 2 }]);
    expect(await judge(bytes, trust)).toMatchObject({ exitCode: 0, failed: [] });
  });

  it('leave no member where there were none', () => {
    expect(JSON.stringify(rootOf(runWith([]).bytes))).not.toContain('failedAttempts');
    expect(attemptsOf(rootOf(runWith([]).bytes))).toBeUndefined();
  });

  it.each<[what: string, failedAttempts: unknown]>([
    ['that are no list', {}],
    ['of which one is no object', ['WORKER_SILENT']],
    ['that count from zero', [{ ...lost, attempt: 0 }]],
    ['without a number', [{ reason: 'X', errorClass: 'internal' }]],
    ['without a reason', [{ ...lost, reason: '' }]],
    ['with an essay for a reason', [{ ...lost, reason: 'X'.repeat(65) }]],
    ['without a class', [{ attempt: 1, reason: 'X' }]],
    ['that are too many', Array.from({ length: 65 }, (_, index) => ({ ...lost, attempt: index + 1 }))],
  ])('%s are malformed', (_what, failedAttempts) => {
    const root = rootOf(runWith([lost]).bytes);
    const tasks = (root['tasks'] as JsonObject[]).map((task) => ({ ...task, failedAttempts }));
    const read = () => parseRootPredicate({ ...root, tasks } as JsonObject);
    expect(read).toThrow(EvidenceError);
    expect(read).toThrow(expect.objectContaining({ code: 'STATEMENT_MALFORMED' }));
  });
});
