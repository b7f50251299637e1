import { describe, expect, it } from 'vitest';
import { type Digest, digestOf, parseJsonStrict, utf8 } from '#canonical';
import { EvidenceError } from '../evidence-error.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { attachLogEntry, BundleDraft } from './bundle-draft.js';
import { readContainer } from './container.js';

const entry = { origin: 'a', proof: 'b', leaf: new Uint8Array(3) };
const pending = demoRun({ logged: false }).bytes;
const blobs = new Map(
  [...readContainer(parseJsonStrict(pending) as never).blobs].map(([digest, { bytes }]) => [digest, bytes]),
);
const blob = async (digest: Digest): Promise<Uint8Array> =>
  blobs.get(digest) ?? Promise.reject(new Error(digest));
const invalid = expect.objectContaining({ code: 'BUNDLE_INPUT_INVALID' });

describe('the draft of a bundle', () => {
  it('is not restored from what is no draft, nor with other bytes of a blob', async () => {
    const kept = (await BundleDraft.restore(pending, blob)).keep();
    for (const bytes of [
      utf8('[]'),
      utf8('sealflow/kept-bundle/v1\n[]'),
      utf8('sealflow/kept-bundle/v1\n{}'),
    ])
      await expect(BundleDraft.restore(bytes, blob)).rejects.toThrow(EvidenceError);
    await expect(BundleDraft.restore(kept, async () => utf8('other'))).rejects.toEqual(invalid);
    await expect(
      BundleDraft.restore(kept, async (digest) => Promise.reject(new Error(digest))),
    ).rejects.toThrow('sha256:');
  });

  it('is kept in a form that nothing takes for a bundle', async () => {
    const kept = (await BundleDraft.restore(pending, blob)).keep();
    expect(() => parseJsonStrict(kept)).toThrow(expect.objectContaining({ code: 'JSON_SYNTAX' }));
    expect(() => attachLogEntry(kept, entry)).toThrow(expect.objectContaining({ code: 'JSON_SYNTAX' }));
  });

  it('comes back with every byte after a crash, and holds none of its blobs meanwhile', async () => {
    const draft = await BundleDraft.restore(pending, blob);
    const kept = draft.keep();
    const held = [...blobs.values()].reduce((total, bytes) => total + (bytes?.length ?? 0), 0);
    expect(kept.length).toBeLessThan(pending.length - held);
    const again = await BundleDraft.restore(kept, blob);
    expect(again.bytes).toEqual(pending);
    expect(digestOf(again.complete(entry))).toBe(digestOf(draft.complete(entry)));
  });

  it('of an earlier release was kept whole, and goes on', async () => {
    const never = async (): Promise<Uint8Array> => Promise.reject(new Error('asked for a blob'));
    const draft = await BundleDraft.restore(pending, never);
    expect(draft.complete(entry)).toEqual(attachLogEntry(pending, entry));
  });

  it('takes a log entry only as a bundle', () => {
    expect(() => attachLogEntry(utf8('[]'), entry)).toThrow(EvidenceError);
  });
});
