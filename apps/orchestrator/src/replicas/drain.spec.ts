import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Drain } from './drain.js';

describe('the drain of a replica', () => {
  it('refuses nothing before it begins, and everything that lasts from then on', () => {
    const drain = new Drain();
    expect(() => drain.check()).not.toThrow();
    drain.begin();
    expect(drain.begun).toBe(true);
    expect(() => drain.check()).toThrow(expect.objectContaining({ reason: 'DRAINING' }));
  });

  it('ends every open stream, and one that is opened too late', () => {
    const drain = new Drain();
    const open = [drain.signalOf(new EventEmitter()), drain.signalOf(new EventEmitter())];
    expect(open.map(({ aborted }) => aborted)).toEqual([false, false]);
    drain.begin();
    expect(open.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(drain.signalOf(new EventEmitter()).aborted).toBe(true);
  });

  it('ends a stream whose reader has gone, and no other', () => {
    const drain = new Drain();
    const [gone, here] = [new EventEmitter(), new EventEmitter()];
    const [ofGone, ofHere] = [drain.signalOf(gone), drain.signalOf(here)];
    gone.emit('cancelled');
    expect([ofGone.aborted, ofHere.aborted, drain.begun]).toEqual([true, false, false]);
  });

  it('tells whoever listens, once, and nobody who stopped listening', () => {
    const drain = new Drain();
    const heard: string[] = [];
    drain.onBegin(() => heard.push('one'));
    drain.onBegin(() => heard.push('two'))();
    drain.begin();
    drain.begin();
    expect(heard).toEqual(['one']);
  });
});
