import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readDocumentedValues, readmeOfChart, schemaOfValues } from './chart-values.js';
import { toolsFolder } from './tools.js';

export const chartsFolder = join(toolsFolder, '..', '..', 'deploy', 'charts');

/** Files that are made from values.yaml, by their place below the folder of charts. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(chartsFolder).sort()) {
    const folder = join(chartsFolder, name);
    const chart = parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as {
      name: string;
      description: string;
      type: string;
    };
    if (chart.type !== 'application') continue;
    const values = readDocumentedValues(readFileSync(join(folder, 'values.yaml'), 'utf8'));
    const removedFile = join(folder, 'removed.json');
    const removed = existsSync(removedFile)
      ? Object.keys(JSON.parse(readFileSync(removedFile, 'utf8')) as object)
      : [];
    files.set(
      join(name, 'values.schema.json'),
      `${JSON.stringify(schemaOfValues(values, removed), null, 2)}\n`,
    );
    files.set(join(name, 'README.md'), readmeOfChart(chart, values));
  }
  return files;
}
