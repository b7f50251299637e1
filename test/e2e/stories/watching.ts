import { beforeAll, describe, expect, it } from 'vitest';
import { serverStream, type WatchRunResponse__Output } from '#contracts';
import { refused } from '../refused.js';
import { runOf, settled, suite } from '../suite.js';

async function watch(name: string, resumeToken: string): Promise<WatchRunResponse__Output[]> {
  const { run } = suite().client.services;
  const events: WatchRunResponse__Output[] = [];
  const stream = serverStream((options) => run.watchRun({ name, resumeToken }, options), {
    deadlineMs: 5_000,
  });
  for await (const event of stream) if (event.step || event.snapshot) events.push(event);
  return events;
}

/** A client that lost its connection must not lose an event, nor be shown one that was not. */
export function watching(): void {
  beforeAll(settled);

  describe('the events of a run', () => {
    it('have the numbers 1, 2, 3, ... and end with the end of the run', async () => {
      const events = await watch(runOf('approved').handle.name, '');
      expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
      expect(events.at(-1)?.snapshot?.state).toBe('RUN_STATE_SUCCEEDED');
    });

    it('are taken up again after any of them, with the same events in the same chain', async () => {
      const { name } = runOf('approved').handle;
      const all = await watch(name, '');
      for (const at of [0, 1, Math.floor(all.length / 2), all.length - 1, all.length]) {
        const rest = await watch(name, all[at - 1]?.resumeToken ?? '');
        expect(rest.map(({ sequence, prevDigest }) => [sequence, prevDigest.toString('hex')])).toEqual(
          all.slice(at).map(({ sequence, prevDigest }) => [sequence, prevDigest.toString('hex')]),
        );
      }
    });

    it('show what happened, also when they are read after the end', async () => {
      const live = runOf('approved').events;
      const later = await watch(runOf('approved').handle.name, '');
      const facts = (events: readonly WatchRunResponse__Output[]) =>
        events.map(({ sequence, step, snapshot }) => [
          sequence,
          step?.id,
          step?.state,
          step?.attempt,
          step?.worker,
          step?.reason,
          snapshot?.state,
        ]);
      expect(facts(later)).toEqual(facts(live));
    });

    it('name the digest of the event before, as the store keeps it', async () => {
      const { handle, runId } = runOf('approved');
      const events = await watch(handle.name, '');
      const rows = await suite().stack.query<{ digest: string }>(
        'select digest from sealflow.run_events where run_id = $1 order by sequence',
        [runId],
      );
      expect(events.map(({ prevDigest }) => `sha256:${prevDigest.toString('hex')}`)).toEqual([
        `sha256:${'0'.repeat(64)}`,
        ...rows.slice(0, -1).map(({ digest }) => digest),
      ]);
    });

    it.each(['x', '-1', 'NaN', '1e1', '01', ' ', '1; drop', '9999999999', '2147483648', '9'.repeat(40)])(
      'after %j, which is no token, are refused',
      async (token) => {
        await refused('INVALID_REQUEST', () => watch(runOf('approved').handle.name, token));
      },
    );

    it('after a token of another run, or of an event that is not there, are refused: a reader would wait for ever', async () => {
      const token = runOf('approved').events.at(-1)?.resumeToken ?? '';
      await refused('INVALID_REQUEST', () => watch(runOf('reviewed').handle.name, token));
      await refused('INVALID_REQUEST', () =>
        watch(
          runOf('approved').handle.name,
          token.replace(/^[0-9]+/, (sequence) => String(Number(sequence) + 1)),
        ),
      );
    });

    it('begin with the run as it is, and with its newest event', async () => {
      const { handle, events } = runOf('approved');
      const { run } = suite().client.services;
      const stream = serverStream((options) => run.watchRun({ name: handle.name }, options), {
        deadlineMs: 5_000,
      });
      const { value } = await stream.next();
      await stream.return();
      expect(value?.current).toMatchObject({
        run: { name: handle.name, state: 'RUN_STATE_SUCCEEDED' },
        sequence: String(events.length),
      });
    });

    it('of another tenant are not shown', async () => {
      const name = runOf('approved').handle.name.replace('demo', 'globex');
      await refused('TENANT_MISMATCH', () => watch(name, ''));
    });
  });
}
