import { describe, expect, it } from 'vitest';
import { fairOrder } from './fair-order.js';

const lease = (name: string, priority = 0) => ({ name, tenant: name.slice(0, 1), priority });
const names = (leases: readonly { name: string }[]) => leases.map(({ name }) => name).join(' ');
const nobody = new Map<string, number>();

describe('leases that wait', () => {
  it('of one tenant go as they came, the urgent ones first', () => {
    expect(names(fairOrder([lease('a1'), lease('a2', 5), lease('a3')], nobody))).toBe('a2 a1 a3');
  });

  it('of one who has many do not hold up those of one who has few', () => {
    const many = Array.from({ length: 100 }, (_, index) => lease(`a${index}`));
    const order = fairOrder([...many, lease('b0'), lease('b1')], nobody).map(({ name }) => name);
    expect(order.slice(0, 4)).toEqual(['a0', 'b0', 'a1', 'b1']);
    expect(order).toHaveLength(102);
  });

  it('of one who has steps at workers come after those of one who has none', () => {
    const waiting = [lease('a0'), lease('a1'), lease('b0'), lease('b1')];
    expect(names(fairOrder(waiting, new Map([['a', 2]])))).toBe('b0 b1 a0 a1');
  });

  it('of high priority pass nobody of another tenant twice', () => {
    expect(names(fairOrder([lease('a0', 9), lease('a1', 9), lease('b0')], nobody))).toBe('a0 b0 a1');
  });
});
