import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

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
  const imports: string[] = [];
  const names: string[] = [];
  const uses: string[] = [];
  const decorators: string[] = [];
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      imports.push(specifier);
      names.push(...namesOf(node).map((name) => `${specifier} ${name}`));
    }
    if (ts.isDecorator(node)) decorators.push(node.getText().split('(')[0] ?? '');
    const use = useOf(node);
    if (use !== undefined) uses.push(use);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind));
  return { path, text, imports, names, uses, decorators };
}

function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return textOf(node.moduleSpecifier);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return textOf(node.argument.literal);
  if (ts.isExternalModuleReference(node)) return textOf(node.expression);
  if (!ts.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const loads =
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require') ||
    callee.getText() === 'import.meta.resolve';
  const argument = node.arguments[0];
  if (!loads || argument === undefined) return undefined;
  // A computed specifier cannot be judged, so it is reported under a name that no rule allows.
  return textOf(argument) ?? '<computed>';
}

function namesOf(node: ts.Node): readonly string[] {
  const bindings = ts.isImportDeclaration(node)
    ? node.importClause?.namedBindings
    : ts.isExportDeclaration(node)
      ? node.exportClause
      : undefined;
  if (bindings === undefined || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return ['*'];
  return bindings.elements.map((element) => (element.propertyName ?? element.name).text);
}

function textOf(node: ts.Node): string | undefined {
  return ts.isStringLiteralLike(node) ? node.text : undefined;
}

function useOf(node: ts.Node): string | undefined {
  if (
    ts.isNewExpression(node) &&
    node.expression.getText() === 'Date' &&
    (node.arguments?.length ?? 0) === 0
  ) {
    return 'new Date()';
  }
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'new Date()';
  if (ts.isBindingElement(node)) return destructuredUse(node);
  if (ts.isPropertyAccessExpression(node))
    return `${node.expression.getText().split('.').at(-1)}.${node.name.text}`;
  if (ts.isElementAccessExpression(node)) {
    const member = textOf(node.argumentExpression);
    return member === undefined ? undefined : `${node.expression.getText().split('.').at(-1)}.${member}`;
  }
  return ts.isIdentifier(node) && isReference(node) ? node.text : undefined;
}

/** `const { random } = Math` reaches for the same as `Math.random`. */
function destructuredUse(node: ts.BindingElement): string | undefined {
  const declaration = node.parent.parent;
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return undefined;
  return `${declaration.initializer.getText().split('.').at(-1)}.${(node.propertyName ?? node.name).getText()}`;
}

/** An identifier that names a variable, not a member, a property or a declaration of its own. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  // The member access is a use of its own, `process.env`.
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) return false;
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent)) {
    return parent.name !== node;
  }
  if (ts.isTypeReferenceNode(parent) || ts.isImportSpecifier(parent)) return ts.isImportSpecifier(parent);
  return (
    !(ts.isParameter(parent) || ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) ||
    parent.name !== node
  );
}
