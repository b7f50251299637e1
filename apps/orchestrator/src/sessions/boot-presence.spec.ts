import { describe, expect, it } from 'vitest';
import { BootPresence } from './boot-presence.js';
import type { WorkerIdentity } from './worker-session.js';

const GRACE_MS = 10_000;

function boot(workerId: string, bootId: string): WorkerIdentity {
  return {
    workerId,
    bootId,
    operations: [],
    sealKeyId: `sha256:${bootId}`,
    signKey: bootId,
    imageDigest: '',
    leasesMax: 1,
  };
}

const first = boot('tee-worker-0', 'first');
const second = boot('tee-worker-0', 'second');
const other = boot('tee-worker-1', 'other');

describe('BootPresence', () => {
  it('never takes a boot that is connected for gone', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.came(first, 0);
    expect(presence.isBootGone('first', GRACE_MS * 10)).toBe(false);
    expect(presence.areKeysGone(['sha256:first'], GRACE_MS * 10)).toBe(false);
  });

  it('waits for a boot whose stream broke, for the grace and no longer', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.came(first, 0);
    presence.left(first, 1_000);
    expect(presence.isBootGone('first', 1_000 + GRACE_MS - 1)).toBe(false);
    expect(presence.isBootGone('first', 1_000 + GRACE_MS)).toBe(true);
    presence.came(first, 2_000);
    expect(presence.isBootGone('first', GRACE_MS * 10)).toBe(false);
  });

  it('does not wait for a boot whose worker came back as another one', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.came(first, 0);
    presence.left(first, 1_000);
    presence.came(second, 1_500);
    expect(presence.isBootGone('first', 1_500)).toBe(true);
    expect(presence.areKeysGone(['sha256:first'], 1_500)).toBe(true);
  });

  it('does not wait when the new boot was faster than the end of the old stream', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.came(first, 0);
    presence.came(second, 1_000);
    expect(presence.isBootGone('first', 1_000)).toBe(false);
    presence.left(first, 1_500);
    expect(presence.isBootGone('first', 1_500)).toBe(true);
  });

  it('gives a boot of the time before this process the grace from its start', () => {
    const presence = new BootPresence(GRACE_MS, 5_000);
    expect(presence.isBootGone('unknown', 5_000 + GRACE_MS - 1)).toBe(false);
    expect(presence.isBootGone('unknown', 5_000 + GRACE_MS)).toBe(true);
  });

  it('begins that grace anew when the process listens, which may be long after it started', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.listens(30_000);
    expect(presence.areKeysGone(['sha256:unknown'], 30_000 + GRACE_MS - 1)).toBe(false);
    expect(presence.areKeysGone(['sha256:unknown'], 30_000 + GRACE_MS)).toBe(true);
  });

  it('never takes a boot for gone that went to another replica', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.came(first, 0);
    presence.left(first, 1_000);
    presence.seenElsewhere([first], 2_000);
    expect(presence.isBootGone('first', GRACE_MS * 10)).toBe(false);
    expect(presence.areKeysGone(['sha256:first'], GRACE_MS * 10)).toBe(false);
  });

  it('gives a boot the grace from when its other replica lost it or died', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.seenElsewhere([first], 0);
    presence.seenElsewhere([], 20_000);
    expect(presence.isBootGone('first', 20_000 + GRACE_MS - 1)).toBe(false);
    expect(presence.isBootGone('first', 20_000 + GRACE_MS)).toBe(true);
  });

  it('does not count a boot as away that came here from another replica', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.seenElsewhere([first], 0);
    presence.came(first, 1_000);
    presence.seenElsewhere([], 2_000);
    expect(presence.isBootGone('first', GRACE_MS * 10)).toBe(false);
  });

  it('does not wait for a boot whose worker came back as another one at another replica', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.came(first, 0);
    presence.left(first, 1_000);
    presence.seenElsewhere([second], 1_500);
    expect(presence.isBootGone('first', 1_500)).toBe(true);
  });

  it('takes an envelope for lost only when every one of its keys is gone', () => {
    const presence = new BootPresence(GRACE_MS, 0);
    presence.came(first, 0);
    presence.came(other, 0);
    presence.left(first, 0);
    const keys = ['sha256:first', 'sha256:other', 'sha256:client'];
    expect(presence.areKeysGone(keys, GRACE_MS * 2)).toBe(false);
    presence.left(other, GRACE_MS * 2);
    expect(presence.areKeysGone(keys, GRACE_MS * 3)).toBe(true);
  });
});
