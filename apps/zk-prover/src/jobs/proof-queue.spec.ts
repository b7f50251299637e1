// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import { ProofQueue, priorityOf } from './proof-queue.js';

function taken(queue: ProofQueue<string>): string[] {
  return Array.from({ length: queue.size }, () => queue.take() ?? '');
}

describe('ProofQueue', () => {
  it('gives what came first of one priority', () => {
    const queue = new ProofQueue<string>();
    for (const item of ['a', 'b', 'c']) queue.add(item, 'normal', 0);
    expect(taken(queue)).toEqual(['a', 'b', 'c']);
  });

  it('lets interactive proofs pass normal ones, and these pass batches', () => {
    const queue = new ProofQueue<string>();
    queue.add('batch', 'batch', 0);
    queue.add('normal', 'normal', 10);
    queue.add('interactive', 'interactive', 20);
    expect(taken(queue)).toEqual(['interactive', 'normal', 'batch']);
  });

  it('starves nothing: what waited longer than its handicap goes before what comes now', () => {
    const queue = new ProofQueue<string>();
    queue.add('batch', 'batch', 0);
    queue.add('late', 'interactive', 30_001);
    queue.add('early', 'interactive', 29_999);
    expect(taken(queue)).toEqual(['early', 'batch', 'late']);
  });

  it('lets go of what is removed, once', () => {
    const queue = new ProofQueue<string>();
    queue.add('a', 'normal', 0);
    expect(queue.remove('a')).toBe(true);
    expect(queue.remove('a')).toBe(false);
    expect(queue.take()).toBeUndefined();
  });
});

describe('priorityOf', () => {
  it.each([[{}], [{ priority: 'urgent' }], [{ priority: 1 }], [{ priority: ['batch'] }]])(
    'takes %j as normal',
    (parameters) => expect(priorityOf(parameters)).toBe('normal'),
  );

  it('takes what the author says', () => {
    expect(priorityOf({ priority: 'batch' })).toBe('batch');
  });
});
