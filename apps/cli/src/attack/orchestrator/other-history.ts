import { RunHandle } from '#client';
import type { WatchRunRequest__Output, WatchRunResponse__Output } from '#contracts';
import { type Answer, type AttackCase, paidRun, refusal, type Scene } from '../attack-case.js';
import { type Lie, lieAbout } from '../network/relay.js';
import { throughRelay } from '../network/through-relay.js';

const WATCH = '/sealflow.run.v1.RunService/WatchRun';

type Event = WatchRunResponse__Output;

/** An orchestrator that tells the story of a run otherwise than it went. */
export const otherHistory: readonly AttackCase[] = [
  {
    name: 'event-left-out',
    actor: 'orchestrator',
    tries: 'leave an event of a run out',
    expected: 'EVENTS_BROKEN',
    noticedBy: 'client',
    needs: 'target',
    leaves: '',
    attack: (scene) => watched(scene, (event) => (event.sequence === '3' ? null : event)),
  },
  {
    name: 'event-changed',
    actor: 'orchestrator',
    tries: 'say that another worker did a step',
    expected: 'EVENTS_BROKEN',
    noticedBy: 'client',
    needs: 'target',
    leaves: '',
    attack: (scene) =>
      watched(scene, (event) =>
        event.step ? { ...event, step: { ...event.step, worker: 'workers/another' } } : event,
      ),
  },
  {
    name: 'end-withheld',
    actor: 'orchestrator',
    tries: 'end the events of a run before its end',
    expected: 'EVENTS_BROKEN',
    noticedBy: 'client',
    needs: 'target',
    leaves: '',
    attack: (scene) => watched(scene, (event) => (Number(event.sequence) > 5 ? null : event)),
  },
];

async function watched(scene: Scene, change: (event: Event) => Event | null): Promise<Answer> {
  const { prepared } = await paidRun(scene);
  const lie: Lie = lieAbout<WatchRunRequest__Output, Event>(WATCH, { answer: change });
  return throughRelay(scene, [lie], (client) => refusal(() => new RunHandle(prepared, client).wait()));
}
