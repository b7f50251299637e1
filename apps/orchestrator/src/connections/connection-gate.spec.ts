import { describe, expect, it } from 'vitest';
import { ConnectionGate, type ConnectionLimits, peerOf } from './connection-gate.js';

const wide: ConnectionLimits = {
  connectionsMax: 1_000,
  connectionsPerPeerMax: 100,
  connectionsPerSecond: 100,
};

function gate(limits: Partial<ConnectionLimits> = {}) {
  const time = { ms: 0 };
  return { time, gate: new ConnectionGate({ ...wide, ...limits }, () => time.ms) };
}

const enterAll = (made: ConnectionGate, addresses: readonly string[]) =>
  addresses.map((each) => made.enter(each));

describe('a connection', () => {
  it('beyond those of all is refused, whoever asks, until one has gone', () => {
    const { gate: made } = gate({ connectionsMax: 2 });
    expect(enterAll(made, ['10.0.0.1', '10.0.0.2', '10.0.0.3'])).toEqual([null, null, 'connectionsMax']);
    made.left('10.0.0.1');
    expect(made.enter('10.0.0.3')).toBeNull();
    expect(made.open).toBe(2);
  });

  it('beyond those of its peer is refused, and another peer has its own', () => {
    const { gate: made } = gate({ connectionsPerPeerMax: 1 });
    expect(enterAll(made, ['10.0.0.1', '10.0.0.1', '10.0.0.2'])).toEqual([
      null,
      'connectionsPerPeerMax',
      null,
    ]);
  });

  it('that comes too soon after others of its peer is refused, however soon those have gone', () => {
    const { gate: made, time } = gate({ connectionsPerSecond: 1 });
    const churn = () => {
      const answer = made.enter('10.0.0.1');
      if (answer === null) made.left('10.0.0.1');
      return answer;
    };
    expect([churn(), churn(), churn(), churn()]).toEqual([null, null, null, null]);
    expect(churn()).toBe('connectionsPerSecond');
    time.ms += 999;
    expect(churn()).toBe('connectionsPerSecond');
    time.ms += 1;
    expect([churn(), churn()]).toEqual([null, 'connectionsPerSecond']);
    expect(made.enter('10.0.0.2')).toBeNull();
  });

  it('that was refused is not counted, nor is one that is said to have gone twice', () => {
    const { gate: made } = gate({ connectionsPerPeerMax: 1 });
    enterAll(made, ['10.0.0.1', '10.0.0.1', '10.0.0.1']);
    made.left('10.0.0.1');
    made.left('10.0.0.1');
    made.left('10.9.9.9');
    expect(made.open).toBe(0);
    expect(enterAll(made, ['10.0.0.1', '10.0.0.1'])).toEqual([null, 'connectionsPerPeerMax']);
  });

  it('of a clock that goes back gets nothing for it, and takes nothing away', () => {
    const { gate: made, time } = gate({ connectionsPerSecond: 1 });
    time.ms = 10_000;
    made.enter('10.0.0.1');
    time.ms = 0;
    expect(enterAll(made, ['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.1'])).toEqual([
      null,
      null,
      null,
      'connectionsPerSecond',
    ]);
  });

  it('keeps its place however many others have come and gone since', () => {
    const { gate: made } = gate({ connectionsPerPeerMax: 1 });
    made.enter('192.0.2.1');
    for (let index = 0; index < 70_000; index += 1) {
      const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
      expect(made.enter(address)).toBeNull();
      made.left(address);
    }
    expect(made.enter('192.0.2.1')).toBe('connectionsPerPeerMax');
  });
});

describe('a peer', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
    ['2001:0db8:0000:0007:ffff:ffff:ffff:ffff', '2001:db8:0:7::/64'],
    ['2001:db8::1:2:3:4', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('of %s is %s', (address, peer) => {
    expect(peerOf(address)).toBe(peer);
  });
});
