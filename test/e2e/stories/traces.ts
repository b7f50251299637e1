import { describe, expect, it } from 'vitest';
import type { ReceivedSpan } from '../../support/otlp-receiver.js';
import { until } from '../../support/until.js';
import { runOf, settled, suite } from '../suite.js';

/** Spans that say they are of this run; those of calls within carry its trace alone. */
function spansOf(runId: string): ReceivedSpan[] {
  return suite()
    .traces.receiver.spans()
    .filter(({ attributes }) => attributes['sealflow.run'] === runId);
}

/** What a collector of the operator gets to see. */
export function tracesOfRuns(): void {
  describe('the trace of a run', () => {
    it('is one, from the client through the orchestrator to every kind of worker', async () => {
      await settled();
      const { runId, handle } = runOf('approved');
      await handle.verify();
      await suite().traces.flush();
      const wanted = ['client', 'fhe-service', 'orchestrator', 'tee-worker', 'zk-prover'];
      await until('spans of every service', () => {
        const services = new Set(spansOf(runId).map(({ service }) => service));
        return wanted.every((name) => services.has(`sealflow-${name}`)) ? true : undefined;
      });
      expect(new Set(spansOf(runId).map(({ traceId }) => traceId)).size).toBe(1);
    });

    it('hangs together: every span has its parent in it, but for the one of the client that began it', async () => {
      const [first] = spansOf(runOf('approved').runId);
      const spans = suite()
        .traces.receiver.spans()
        .filter(({ traceId }) => traceId === first?.traceId);
      const ids = new Set(spans.map(({ spanId }) => spanId));
      const orphans = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
      expect(orphans.map(({ name }) => name)).toEqual(['sealflow.client.prepare']);
      expect([...new Set(spans.map(({ name }) => name))]).toEqual(
        expect.arrayContaining([
          'sealflow.client.create',
          'sealflow.run.v1.RunService/CreateRun',
          'RunService/CreateRun',
          'sealflow.offer',
          'sealflow.dispatch',
          'sealflow.task',
          'sealflow.task.open',
          'sealflow.task.run',
          'sealflow.task.seal',
          'sealflow.close',
          'sealflow.log.append',
          'sealflow.client.verify',
        ]),
      );
    });

    it('names runs, tasks, operations and codes, and has no other attribute', () => {
      const names = new Set(
        suite()
          .traces.receiver.spans()
          .flatMap(({ attributes }) => Object.keys(attributes)),
      );
      expect([...names].sort()).toEqual([
        'sealflow.attempt',
        'sealflow.operation',
        'sealflow.run',
        'sealflow.state',
        'sealflow.task',
      ]);
    });

    it('of another run is another', () => {
      const traces = (['approved', 'declined', 'reviewed', 'overdrawn'] as const).map(
        (name) => spansOf(runOf(name).runId)[0]?.traceId,
      );
      expect(new Set(traces).size).toBe(4);
    });
  });
}
