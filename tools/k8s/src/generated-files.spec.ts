import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartsFolder, generatedFiles } from './generated-files.js';

/** `npm run deploy:generate` runs this with -u, which writes the files. */
describe('schema and README of a chart', () => {
  it.each([...generatedFiles()])('%s is made from values.yaml', async (file, text) => {
    await expect(text).toMatchFileSnapshot(join(chartsFolder, file));
  });
});
