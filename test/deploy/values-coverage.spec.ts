import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocumentedValues } from '../../tools/k8s/src/chart-values.js';
import { chartsFolder } from '../../tools/k8s/src/generated-files.js';
import { parts } from './cases.js';

const common = templates('common');

describe.each(parts)('values of %s', (chart) => {
  const values = readDocumentedValues(readFileSync(join(chartsFolder, chart, 'values.yaml'), 'utf8'));
  const used = templates(chart) + common;
  const leaves = values.filter(({ path }) => !values.some((other) => other.path.startsWith(`${path}.`)));

  it.each(leaves.map(({ path }) => path).filter((path) => path !== 'enabled'))(
    '%s is read by a template',
    (path) => {
      const names = path.split('.');
      // A template may take a part of the path into a variable, or an object as a whole.
      const endings = names.map((_, index) => names.slice(index).join('.'));
      const whole = names.slice(0, -1).join('.');
      const isUsed = [...endings, ...(whole === '' ? [] : [whole])].some((ending) =>
        new RegExp(`[.$a-z]\\.?${ending.replaceAll('.', '\\.')}(?![A-Za-z0-9])`).test(used),
      );
      expect(isUsed).toBe(true);
    },
  );
});

function templates(chart: string): string {
  const folder = join(chartsFolder, chart, 'templates');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}
