import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/*
 * What the compiled code of an image may load, read from its text: imports, `import()`, `require` and scripts that are
 * started by their name. Every file of an image's own folder counts as loaded; of the libs those that can be reached.
 */

const patterns = [
  // The compiler begins each of these on a line of its own.
  /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]/g,
  // One argument: there are functions of that name that take two.
  /\brequire(?:\.resolve)?\(\s*['"]([^'"]+)['"]\s*\)/g,
  /\bcreateRequire\([^)]*\)(?:\.resolve)?\(\s*['"]([^'"]+)['"]/g,
];
const childPatterns = [
  /\bscriptBeside\(import\.meta\.url,\s*['"]([^'"]+)['"]/g,
  /\bnew URL\(\s*['"](\.[^'"]+)['"],\s*import\.meta\.url/g,
];

/** @param aliases imports of package.json, each with the file that it names in `dist` */
export function importedPackages(
  root: string,
  folder: string,
  aliases: ReadonlyMap<string, string>,
): readonly string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const waiting = scriptsBelow(join(root, folder));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const specifier of matches(text, patterns)) {
      if (specifier.startsWith('node:')) continue;
      if (specifier.startsWith('#')) waiting.push(join(root, aliasOf(specifier, aliases, file, root)));
      else if (specifier.startsWith('.')) push(waiting, join(dirname(file), specifier));
      else packages.add(packageOf(specifier));
    }
    for (const child of matches(text, childPatterns)) {
      const path = join(dirname(file), child.endsWith('.js') ? child : `${child}.js`);
      push(waiting, path);
    }
  }
  return [...packages].sort();
}

/** A text may look like an import and name nothing; what is really missing fails when the image is started. */
function push(waiting: string[], file: string): void {
  if (file.endsWith('.js') && existsSync(file)) waiting.push(file);
}

function aliasOf(
  specifier: string,
  aliases: ReadonlyMap<string, string>,
  file: string,
  root: string,
): string {
  const target = aliases.get(specifier);
  if (target === undefined)
    throw new Error(`${relative(root, file)}: ${specifier} is not among the imports of package.json`);
  return target;
}

function matches(text: string, list: readonly RegExp[]): string[] {
  return list.flatMap((pattern) => [...text.matchAll(pattern)].map((found) => found[1] ?? ''));
}

export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return (specifier.startsWith('@') ? parts.slice(0, 2) : parts.slice(0, 1)).join('/');
}

function scriptsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name));
}
