import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commitPoseidon, utf8 } from '#canonical';
import { OwnerFolder } from './owner-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'sealflow-owner-'));
const owner = OwnerFolder.open(join(folder, 'owner'));
const commitment = commitPoseidon([1n], 2n);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('OwnerFolder', () => {
  it('gives a value back by its commitment until it is forgotten, and no other', async () => {
    await owner.keep(commitment, utf8('value'));
    expect(Buffer.from((await owner.read(commitment)) ?? []).toString()).toBe('value');
    expect(await owner.read(commitPoseidon([1n], 3n))).toBeNull();
    await owner.forget(commitment);
    await owner.forget(commitment);
    expect(await owner.read(commitment)).toBeNull();
  });

  it('lets nobody else read, and stays in its folder whatever a commitment is called', async () => {
    await owner.keep('../../escape', utf8('value'));
    expect(readdirSync(folder)).toEqual(['owner']);
    const [file = ''] = readdirSync(join(folder, 'owner/values'));
    expect(statSync(join(folder, 'owner/values', file)).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'owner/values')).mode & 0o077).toBe(0);
  });

  it('names the prover that was started last', () => {
    expect(owner.proverKey()).toBeNull();
    for (const first of [1, 2]) owner.announceProver(new Uint8Array(32).fill(first));
    expect(owner.proverKey()).toEqual(new Uint8Array(32).fill(2));
  });

  it.each(['{}', '{"v":"sealflow/owner-prover/v2","key":"AA=="}', '[1]'])(
    'believes no file like %s',
    (text) => {
      writeFileSync(join(folder, 'owner/prover.json'), text);
      expect(() => owner.proverKey()).toThrow('expected what sealflow prove writes');
    },
  );
});
