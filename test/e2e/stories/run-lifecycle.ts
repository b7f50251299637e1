import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectServices, type ListParkedRunsResponse__Output, type ServiceClients, unary } from '#contracts';
import { credentialOf } from '../../../apps/cli/src/installation/installation-keys.js';
import { refused } from '../refused.js';
import { sealflow } from '../sealflow-command.js';
import { isWhole, runOf, settled, suite } from '../suite.js';

const DEADLINE = { deadlineMs: 10_000 };

type Verb = 'pauseRun' | 'resumeRun' | 'retryStep' | 'rewrapInput' | 'unparkRun';

interface Request {
  readonly name: string;
  readonly step?: string;
  readonly etag?: string;
  readonly requestId?: string;
}

/** A bare call; inputs and offers are those of the run that waits for a person. */
function ask(verb: Verb, request: Request, services = suite().client.services): Promise<unknown> {
  const { inputs = [], offers = [] } = runOf('reviewed').prepared.request;
  const message = verb === 'rewrapInput' ? { ...request, inputs, offers } : request;
  return unary((options, callback) => {
    const calls: Record<Verb, () => { cancel(): void }> = {
      pauseRun: () => services.run.pauseRun(message, options, callback),
      resumeRun: () => services.run.resumeRun(message, options, callback),
      retryStep: () => services.run.retryStep(message, options, callback),
      rewrapInput: () => services.run.rewrapInput(message, options, callback),
      unparkRun: () => services.run.unparkRun(message, options, callback),
    };
    return calls[verb]();
  }, DEADLINE);
}

async function asOperator<T>(call: (services: ServiceClients) => Promise<T>): Promise<T> {
  const { stack } = suite();
  const services = connectServices(stack.address.grpc, { bearer: credentialOf(stack.home, 'operator') });
  try {
    return await call(services);
  } finally {
    services.close();
  }
}

async function overHttp(path: string): Promise<unknown> {
  const { address, installation } = suite().stack;
  const answer = await fetch(`${address.http}/v1/${path}`, {
    signal: AbortSignal.timeout(5_000),
    headers: { authorization: `Bearer ${installation.keys.read('tenant')}` },
  });
  return answer.json();
}

const open = () => runOf('reviewed').handle.name;
const ended = () => runOf('approved').handle.name;

/** What people do to runs, and what is refused to them. */
export function runLifecycle(): void {
  beforeAll(settled);

  describe('what is asked of a run', () => {
    it.each<[what: string, reason: string, verb: Verb, request: () => Request]>([
      ['a pause of one that ended', 'RUN_FINISHED', 'pauseRun', () => ({ name: ended() })],
      ['to go on, of one that ended', 'RUN_FINISHED', 'resumeRun', () => ({ name: ended() })],
      ['to go on, of one that nobody paused', 'RUN_NOT_PAUSED', 'resumeRun', () => ({ name: open() })],
      [
        'a step that succeeded once more',
        'STEP_NOT_RETRYABLE',
        'retryStep',
        () => ({ name: ended(), step: 'extract' }),
      ],
      [
        'a step that it does not have once more',
        'STEP_NOT_RETRYABLE',
        'retryStep',
        () => ({ name: ended(), step: 'x' }),
      ],
      [
        'a step once more, while it goes on',
        'RUN_NOT_FINISHED',
        'retryStep',
        () => ({ name: open(), step: 'extract' }),
      ],
      ['to take inputs that it has', 'INPUT_NOT_AWAITED', 'rewrapInput', () => ({ name: open() })],
      ['to take inputs after its end', 'RUN_FINISHED', 'rewrapInput', () => ({ name: ended() })],
      ['a pause, as it was before', 'ETAG_MISMATCH', 'pauseRun', () => ({ name: open(), etag: '"0"' })],
      ['to go on, as it was before', 'ETAG_MISMATCH', 'resumeRun', () => ({ name: open(), etag: '"0"' })],
      [
        'a pause under an id that is no UUID',
        'INVALID_REQUEST',
        'pauseRun',
        () => ({ name: open(), requestId: 'again' }),
      ],
      ['a pause, by another name', 'INVALID_REQUEST', 'pauseRun', () => ({ name: 'runs/x' })],
      ['to be tried again, by its tenant', 'ROLE_MISSING', 'unparkRun', () => ({ name: open() })],
    ])('%s is refused: %s', async (_what, reason, verb, request) => {
      await refused(reason, () => ask(verb, request()));
      expect((await runOf('reviewed').handle.get()).state).toBe('RUN_STATE_AWAITING_APPROVAL');
    });

    it.each<Verb>(['pauseRun', 'resumeRun', 'retryStep', 'rewrapInput'])(
      '%s by another tenant is refused: the run does not exist for it',
      async (verb) => {
        await suite().stack.key('globex');
        const { services } = suite().stack.client('globex');
        await refused('TENANT_MISMATCH', () => ask(verb, { name: open(), step: 'extract' }, services));
      },
    );

    it('to be tried again, by an operator, is refused when it is not parked', async () => {
      await refused('RUN_NOT_PARKED', () =>
        asOperator((services) => ask('unparkRun', { name: open() }, services)),
      );
    });
  });

  describe('a list of parked runs', () => {
    const list = ({ run }: ServiceClients) =>
      unary<ListParkedRunsResponse__Output>(
        (options, callback) => run.listParkedRuns({}, options, callback),
        DEADLINE,
      );

    it('is for operators, and empty while all go on', async () => {
      expect((await asOperator(list)).runs).toEqual([]);
      await refused('ROLE_MISSING', () => list(suite().client.services));
    });
  });

  describe('a run that waits for a person', () => {
    it('is paused once under one id, shows it everywhere, and waits again when it is resumed', async () => {
      const run = runOf('reviewed');
      const { name } = run.handle;
      const before = await run.handle.get();
      const requestId = randomUUID();
      await run.handle.pause({ requestId, etag: before.etag });
      await run.handle.pause({ requestId, etag: before.etag });
      await run.waits('PAUSED');
      const paused = await run.handle.get();
      expect(paused.state).toBe('RUN_STATE_PAUSED');
      expect(await overHttp(name)).toMatchObject({ name, state: 'RUN_STATE_PAUSED' });
      const filter = encodeURIComponent('state = PAUSED');
      expect(await overHttp(`tenants/demo/runs?filter=${filter}`)).toMatchObject({ runs: [{ name }] });
      // Other content under the id, then the run as it was before the pause.
      await refused('REQUEST_ID_REUSED', () => run.handle.resume({ requestId }));
      await refused('ETAG_MISMATCH', () => run.handle.resume({ etag: before.etag }));
      await run.handle.resume({ etag: paused.etag, requestId: randomUUID() });
      expect((await run.handle.get()).state).toBe('RUN_STATE_AWAITING_APPROVAL');
      const states = run.events.flatMap(({ snapshot }) => snapshot?.state ?? []);
      expect(states.filter((state) => state === 'RUN_STATE_PAUSED')).toHaveLength(1);
    });

    it('is not paused by a call that only checks, which refuses what the call would', async () => {
      const reviewed = runOf('reviewed');
      const { handle } = reviewed;
      const before = await handle.get();
      const events = reviewed.seen();
      await handle.pause({ validateOnly: true, requestId: randomUUID(), etag: before.etag });
      await refused('RUN_NOT_PAUSED', () => handle.resume({ validateOnly: true }));
      await refused('ETAG_MISMATCH', () => handle.pause({ validateOnly: true, etag: '"old"' }));
      expect(await handle.get()).toEqual(before);
      expect(reviewed.seen()).toEqual(events);
    });

    it.runIf(isWhole)(
      'is paused, shown, listed and resumed on the command line, which names what it refuses',
      async () => {
        const { name } = runOf('reviewed').handle;
        const refusedResume = await sealflow(['run', 'resume', name]);
        expect(refusedResume.code).not.toBe(0);
        expect(refusedResume.err).toContain('RUN_NOT_PAUSED');
        expect((await sealflow(['run', 'pause', name])).out).toContain(`${name}  PAUSED\n`);
        const listed = await sealflow(['run', 'list', '--filter', 'state = PAUSED']);
        expect(listed.out.trim().split('\n')).toEqual([expect.stringContaining(`${name}  PAUSED`)]);
        const resumed = await sealflow(['run', 'resume', name, '--json']);
        expect(JSON.parse(resumed.out)).toMatchObject({ name, state: 'RUN_STATE_AWAITING_APPROVAL' });
        const { out } = await sealflow(['run', 'show', name]);
        expect(out).toMatch(/^ {2}extract +SUCCEEDED\n {4}attempt 1 {2}fence \d+ {2}tee-worker-0$/m);
        expect((await sealflow(['run', 'parked'])).out).toBe('');
      },
    );

    it.runIf(isWhole)('gives its bundle into a file that verifies, and never over another one', async () => {
      const { name } = runOf('approved').handle;
      const { home } = suite().stack;
      const file = join(home, 'taken.evidence.json');
      const nobody = 'tenants/demo/runs/01JD0000000000000000000000';
      expect((await sealflow(['run', 'bundle', nobody, '--out', file])).err).toContain('NOT_FOUND');
      expect((await sealflow(['run', 'bundle', name, '--out', file])).out).toContain(
        'nothing of it was verified',
      );
      const again = await sealflow(['run', 'bundle', name, '--out', file]);
      expect({ code: again.code, err: again.err }).toEqual({
        code: 7,
        err: expect.stringContaining('--out'),
      });
      const verified = await sealflow(['verify', file, '--trust', join(home, 'trust.json')]);
      expect({ code: verified.code, out: verified.out }).toEqual({
        code: 0,
        out: expect.stringContaining('VERIFIED'),
      });
    });
  });
}
