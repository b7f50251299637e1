import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, utf8 } from '#canonical';
import { ChainStates } from './chain-states.js';

const named = (name: string): Digest => digestOf(utf8(name));
const at = (version: number, name: string) => ({ version, receipt: named(name) });

describe('states of a ledger in memory', () => {
  it('forgets what was authorised beside the receipt that became the next one', () => {
    const states = new ChainStates();
    states.settle(at(1, 'opening'));
    states.offer(at(2, 'left'));
    states.offer(at(2, 'right'));
    expect(states.at(at(2, 'left'))).toEqual(at(2, 'left'));
    expect(states.at(at(2, 'right'))).toBeNull();
    expect(states.at(at(1, 'opening'))).toBeNull();
  });

  it('does not move by what was only authorised', () => {
    const states = new ChainStates();
    states.settle(at(1, 'opening'));
    states.offer(at(2, 'left'));
    expect(states.settled).toEqual(at(1, 'opening'));
    expect(states.at(at(1, 'opening'))).toEqual(at(1, 'opening'));
    expect(states.at(at(2, 'left'))).toEqual(at(2, 'left'));
  });

  it('does not know a receipt under another version', () => {
    const states = new ChainStates();
    states.settle(at(1, 'opening'));
    states.offer(at(2, 'left'));
    expect(states.at(at(3, 'left'))).toBeNull();
    expect(states.at(at(2, 'never'))).toBeNull();
  });

  it('keeps a bounded number of them', () => {
    const states = new ChainStates();
    states.settle(at(1, 'opening'));
    for (let index = 0; index < 9; index += 1) states.offer(at(2, `${index}`));
    expect(states.at(at(2, '0'))).toBeNull();
    expect(states.at(at(2, '8'))).toEqual(at(2, '8'));
  });
});
