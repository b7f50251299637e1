import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { weightsDigest } from './model-weights.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function model(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(path, file, '..'), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return path;
}

describe('weightsDigest', () => {
  it('refuses what is not there or holds nothing, and names no path', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    for (const path of [empty, join(folder, 'absent')]) {
      const refused = weightsDigest(path);
      await expect(refused).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
      await expect(refused).rejects.not.toThrow(folder);
    }
  });

  it('of a file is that of its bytes', async () => {
    const path = await model('one', { 'weights.gguf': 'weights' });
    await expect(weightsDigest(join(path, 'weights.gguf'))).resolves.toBe(digestOf(utf8('weights')));
  });

  it('of a folder covers names and contents of all files, and not their place', async () => {
    const files = { 'a.safetensors': 'a', 'tokenizer/merges.txt': 'b' };
    const digest = await weightsDigest(await model('two', files));
    await expect(weightsDigest(await model('three', files))).resolves.toBe(digest);
    const changed = [
      { ...files, 'a.safetensors': 'x' },
      { 'b.safetensors': 'a', 'tokenizer/merges.txt': 'b' },
    ];
    for (const [index, other] of changed.entries()) {
      await expect(weightsDigest(await model(`other-${index}`, other))).resolves.not.toBe(digest);
    }
  });
});
