import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ESTree, parseSync, Visitor } from 'vite';

export const repositoryRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** One TypeScript file and what it reaches for. Paths are relative to the repository, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Every module specifier: static, dynamic, re-exported, type-only, `require`. */
  readonly imports: readonly string[];
  /** `<specifier> <name>` of every named import or re-export; the name is `*` where a whole module is taken. */
  readonly names: readonly string[];
  /** Global names and member accesses as written, such as `Date.now` or `process.env`. Comments and strings do not count. */
  readonly uses: readonly string[];
  readonly decorators: readonly string[];
}

const SKIPPED = new Set(['node_modules', 'dist', 'generated', 'artifacts', '.git', 'drizzle']);

/** Files below `folder` whose name passes, sorted. */
export function filesBelow(folder: string, wanted: (name: string) => boolean): readonly string[] {
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith('.')) walk(path);
      if (entry.isFile() && wanted(entry.name))
        found.push(relative(repositoryRoot, path).split('\\').join('/'));
    }
  };
  try {
    walk(join(repositoryRoot, folder));
  } catch (error) {
    // A folder that does not exist has no files; any other error is one.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return found.sort();
}

export function readSource(path: string): SourceFile {
  return parseSource(path, readFileSync(join(repositoryRoot, path), 'utf8'));
}

export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path} is no TypeScript: ${error.message}`);
  const imports: string[] = [];
  const names: string[] = [];
  const uses: string[] = [];
  const decorators: string[] = [];
  const textAt = (node: ESTree.Node): string => text.slice(node.start, node.end);
  const lastName = (node: ESTree.Node): string => textAt(node).split('.').at(-1) ?? '';
  /** Identifiers that name a member, a property or a declaration; a parent is entered before its children. */
  const declared = new WeakSet<ESTree.Node>();
  const declares = (node: ESTree.Node | null | undefined): void => {
    if (node?.type === 'Identifier') declared.add(node);
  };
  const declaresParameter = (node: ESTree.Node): void =>
    declares(
      node.type === 'AssignmentPattern'
        ? node.left
        : node.type === 'TSParameterProperty'
          ? node.parameter
          : node,
    );
  const takes = (specifier: string, taken: readonly string[]): void => {
    imports.push(specifier);
    names.push(...taken.map((name) => `${specifier} ${name}`));
  };
  const takesNames = (specifier: string, named: readonly ESTree.Node[]): void =>
    takes(specifier, named.length === 0 ? ['*'] : named.map(textAt));

  new Visitor({
    ImportDeclaration(node) {
      const named = node.specifiers.filter((one) => one.type === 'ImportSpecifier');
      takesNames(
        node.source.value,
        named.map((one) => one.imported),
      );
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null)
        takesNames(
          node.source.value,
          node.specifiers.map((one) => one.local),
        );
    },
    ExportAllDeclaration: (node) => takes(node.source.value, ['*']),
    TSImportType: (node) => takes(node.source.value, ['*']),
    TSExternalModuleReference: (node) => takes(node.expression.value, ['*']),
    // A computed specifier cannot be judged, so it is reported under a name that no rule allows.
    ImportExpression: (node) => takes(literalOf(node.source) ?? '<computed>', ['*']),
    CallExpression(node) {
      const callee = textAt(node.callee);
      const [argument] = node.arguments;
      if ((callee === 'require' || callee === 'import.meta.resolve') && argument !== undefined)
        takes(literalOf(argument) ?? '<computed>', ['*']);
      if (callee === 'Date') uses.push('new Date()');
    },
    NewExpression(node) {
      if (textAt(node.callee) === 'Date' && node.arguments.length === 0) uses.push('new Date()');
    },
    Decorator: (node) => decorators.push(textAt(node).split('(')[0] ?? ''),
    MemberExpression(node) {
      // The member access is a use of its own, `process.env`.
      declares(node.object);
      if (!node.computed) declares(node.property);
      const member = node.computed ? literalOf(node.property) : textAt(node.property);
      if (member !== undefined) uses.push(`${lastName(node.object)}.${member}`);
    },
    VariableDeclarator(node) {
      declares(node.id);
      // `const { random } = Math` reaches for the same as `Math.random`.
      if (node.id.type !== 'ObjectPattern' || node.init === null) return;
      for (const one of node.id.properties) {
        if (one.type === 'Property') uses.push(`${lastName(node.init)}.${textAt(one.key)}`);
      }
    },
    ObjectPattern(node) {
      for (const one of node.properties) declares(one.type === 'Property' ? one.value : one.argument);
    },
    FunctionDeclaration: (node) => node.params.forEach(declaresParameter),
    FunctionExpression: (node) => node.params.forEach(declaresParameter),
    ArrowFunctionExpression: (node) => node.params.forEach(declaresParameter),
    Property(node) {
      // In `{ process }` key and value are the same text; the value is the reference.
      if (!node.computed) declares(node.key);
    },
    TSPropertySignature: (node) => declares(node.key),
    MethodDefinition: (node) => declares(node.key),
    TSTypeReference: (node) => declares(node.typeName),
    Identifier(node) {
      if (!declared.has(node)) uses.push(node.name);
    },
  }).visit(program);
  return { path, text, imports, names, uses, decorators };
}

function literalOf(node: ESTree.Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}
