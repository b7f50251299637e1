import { describe, expect, it } from 'vitest';
import { fromBase64 } from '#canonical';
import { shareKind, shareSubject } from '#ledger';
import { openMessage, SealingError } from '#sealing';
import { TaskError } from '#worker';
import { holders, sampleRecord, seededBytes } from './record.fixture.js';
import { makeRecoveryKit, openRecoveryPackage, type RecoveryKit } from './recovery-shares.js';

const record = sampleRecord();

async function kitOf(name = 'kit', of = record): Promise<RecoveryKit> {
  return await makeRecoveryKit(of, 1, seededBytes(name));
}

/** The share of one holder, opened with its own key as at its place. */
async function shareOf(kit: RecoveryKit, index: number, epoch = 1): Promise<Uint8Array> {
  const [holder, share] = [holders[index], kit.shares[index]];
  if (holder === undefined || share === undefined) throw new Error('no such holder');
  return await openMessage({
    kind: shareKind,
    associated: shareSubject('acme', 'eur-1', epoch, holder.name),
    secretKey: holder.secretKey,
    message: fromBase64(share.sealed),
  });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (error instanceof TaskError || error instanceof SealingError) return error.code;
    throw error;
  }
}

describe('recovery shares', () => {
  it('gives nothing to fewer holders than the threshold', async () => {
    const four = sampleRecord({ recovery: { ...record.recovery, threshold: 3 } });
    const kit = await kitOf('three', four);
    const two = [await shareOf(kit, 0), await shareOf(kit, 1)];
    expect(await codeOf(openRecoveryPackage(kit.packaged, two, 'acme', 'eur-1'))).toBe('RECOVERY_FAILED');
    const one = two.slice(0, 1);
    expect(await codeOf(openRecoveryPackage(kit.packaged, one, 'acme', 'eur-1'))).toBe('RECOVERY_FAILED');
  });

  it('refuses a share twice, a cut one, a changed one and one of another kit', async () => {
    const kit = await kitOf();
    const [first, second] = [await shareOf(kit, 0), await shareOf(kit, 1)];
    const changed = second.slice();
    changed[3] = (changed[3] ?? 0) ^ 1;
    const foreign = await shareOf(await kitOf('other'), 1);
    for (const shares of [
      [first, first],
      [first, second.subarray(1)],
      [first, changed],
      [first, foreign],
    ]) {
      expect(await codeOf(openRecoveryPackage(kit.packaged, shares, 'acme', 'eur-1'))).toBe(
        'RECOVERY_FAILED',
      );
    }
  });

  it('refuses a package of another ledger or tenant, and what is no package', async () => {
    const kit = await kitOf();
    const shares = [await shareOf(kit, 0), await shareOf(kit, 1)];
    expect(await codeOf(openRecoveryPackage(kit.packaged, shares, 'acme', 'eur-2'))).toBe('RECOVERY_FAILED');
    expect(await codeOf(openRecoveryPackage(kit.packaged, shares, 'other', 'eur-1'))).toBe('RECOVERY_FAILED');
    const nothing = new Uint8Array(0);
    expect(await codeOf(openRecoveryPackage(nothing, shares, 'acme', 'eur-1'))).toBe('RECOVERY_FAILED');
  });

  it('opens a share for its holder alone, and for the epoch it was made in', async () => {
    const kit = await kitOf();
    const [share] = kit.shares;
    const [, second] = holders;
    if (share === undefined || second === undefined) throw new Error('no share');
    const stolen = openMessage({
      kind: shareKind,
      associated: shareSubject('acme', 'eur-1', 1, 'first'),
      secretKey: second.secretKey,
      message: fromBase64(share.sealed),
    });
    expect(await codeOf(stolen)).toBe('ENVELOPE_OPEN_FAILED');
    expect(await codeOf(shareOf(kit, 0, 2))).toBe('ENVELOPE_OPEN_FAILED');
  });

  it('gives the whole record to any set of as many holders as the threshold', async () => {
    const kit = await kitOf();
    for (const [left, right] of [
      [0, 1],
      [0, 2],
      [2, 1],
    ] as const) {
      const shares = [await shareOf(kit, left), await shareOf(kit, right)];
      expect(await openRecoveryPackage(kit.packaged, shares, 'acme', 'eur-1')).toEqual(record);
    }
  });
});
