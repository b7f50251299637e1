import { describe, expect, it } from 'vitest';
import { Mailboxes } from './mailbox.js';

const look = { look: true } as const;

describe('a mailbox', () => {
  it('is nobody’s before it is opened and after it is closed', () => {
    const boxes = new Mailboxes();
    expect(boxes.post('run', look)).toBe(false);
    {
      using _box = boxes.open('run');
      expect(boxes.post('run', look)).toBe(true);
      expect(boxes.post('another', look)).toBe(false);
    }
    expect(boxes.post('run', look)).toBe(false);
  });

  it('gives at once what came before it was asked, all of it and once', async () => {
    const boxes = new Mailboxes();
    using box = boxes.open('run');
    boxes.post('run', look);
    boxes.post('run', look);
    expect(await box.take(60_000)).toEqual([look, look]);
    expect(await box.take(0)).toEqual([]);
  });

  it('wakes who waits', async () => {
    const boxes = new Mailboxes();
    using box = boxes.open('run');
    const taken = box.take(60_000);
    boxes.post('run', look);
    expect(await taken).toEqual([look]);
  });

  it('is empty when nothing came in time', async () => {
    using box = new Mailboxes().open('run');
    expect(await box.take(1)).toEqual([]);
  });

  it('tells everybody who executes the run, and closing one closes no other', async () => {
    const boxes = new Mailboxes();
    using first = boxes.open('run');
    const second = boxes.open('run');
    boxes.post('run', look);
    second[Symbol.dispose]();
    expect(boxes.post('run', look)).toBe(true);
    expect(await first.take(0)).toEqual([look, look]);
    expect(await second.take(0)).toEqual([look]);
  });
});
