import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOidcIssuers } from '../../apps/orchestrator/src/auth/oidc-config.js';
import { filesBelow, repositoryRoot } from '../architecture/source-file.js';
import { type Coverage, coverageOf } from './block-coverage.js';
import { shownLines } from './command-lines.js';
import { type Block, blocksOf, missingLines } from './markdown-blocks.js';

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const documents = [
  'README.md',
  'libs/client/README.md',
  ...['docs', 'examples'].flatMap((folder) => filesBelow(folder, (name) => name.endsWith('.md'))),
];
const blocks = documents.flatMap((path) =>
  blocksOf(read(path)).map((block) => ({ path, block, coverage: coverageOf(path, block) })),
);

/** Blocks that are covered in this way, e.g. `calls`. */
function of<Kind extends Coverage['kind']>(kind: Kind) {
  type Wanted = Extract<Coverage, { kind: Kind }>;
  return blocks.flatMap(({ path, block, coverage }) =>
    coverage?.kind === kind
      ? [{ place: `${path}:${block.line}`, path, block, coverage: coverage as Wanted }]
      : [],
  );
}

/** Lines of a block, those that end in `\` with what they go on with. */
function wholeLines({ text }: Block): string[] {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** By what a suite or script finds the blocks that it is said to run. */
const namedIn: Readonly<Record<string, string>> = {
  'scripts/ci.mjs': 'npm run --silent demo',
  'test/client-package/client-package.spec.ts': 'libs/client/README.md',
  'test/deploy/model-server.spec.ts': 'A model server',
  'test/deploy/walk-through.spec.ts': 'docs/operations.md',
  'test/docs/shown-code.ts': '// begin ',
  'test/e2e/stories/typed-documents.ts': 'typedDocuments',
  'test/verifier/by-hand.spec.ts': 'archiveFiles',
  'test/verifier/single-file.spec.ts': 'sealflow-verify.mjs',
};

describe('every code block of the documents', () => {
  it('is run, compared, read or compiled by something, or says that it is not', () => {
    expect(blocks.length).toBeGreaterThan(100);
    const open = blocks.filter(({ coverage }) => coverage === null);
    expect(open.map(({ path, block }) => `${path}:${block.line}: \`\`\`${block.info}`)).toEqual([]);
  });

  it('is named by the suite that is to run it', () => {
    const wrong = [...of('run'), ...of('answer'), ...of('code')].filter(({ coverage: { by } }) => {
      const names = namedIn[by];
      return names === undefined || !read(by).includes(names);
    });
    expect(wrong.map(({ place }) => place)).toEqual([]);
  });

  it('of calls has a call in each line, which another test reads', () => {
    const wrong = of('calls').flatMap(({ place, block }) => {
      const calls = shownLines(`\`\`\`\n${block.text}\`\`\`\n`);
      const lines = wholeLines(block);
      return lines.length <= calls.length ? [] : [`${place}: ${lines.length} lines, ${calls.length} calls`];
    });
    expect(wrong).toEqual([]);
  });

  it('of TypeScript that is compiled here is the same here', () => {
    const source = read('test/docs/shown-code.ts');
    const compiled = [...source.matchAll(/^ {2}\/\/ begin (\S+)\n(.*?)^ {2}\/\/ end$/gms)].map(
      ([, path, text = '']) => ({ path, text: text.replace(/^ {2}/gm, '') }),
    );
    const shown = of('code')
      .filter(({ coverage }) => coverage.by === 'test/docs/shown-code.ts')
      .map(({ path, block }) => ({ path, text: block.text }));
    const named = (list: readonly { path?: string | undefined; text: string }[]) =>
      list.map(({ path, text }) => `${path}\n${text}`).sort();
    expect(named(shown)).toEqual(named(compiled));
  });

  it('of settings is accepted by what reads them', () => {
    const texts = of('settings').map(({ block }) => block.text);
    const [host = '', issuers = '', login = ''] = [/mcpServers/, /jwksUri/, /"login"/].map((has) =>
      texts.find((text) => has.test(text)),
    );
    expect(texts).toHaveLength(3);
    const { mcpServers } = JSON.parse(host) as {
      mcpServers: { sealflow: { command: string; args: string[] } };
    };
    const { command, args } = mcpServers.sealflow;
    // The same call as the document shows above it, which the test of calls reads.
    expect(read('docs/mcp.md')).toContain(`\n${[command, ...args].join(' ')}\n`);
    const [issuer] = JSON.parse(issuers) as object[];
    const { login: own } = JSON.parse(`{${login}}`) as { login: { clientSecretFile: string } };
    const { clientSecretFile: _elsewhere, ...publicClient } = own;
    expect(parseOidcIssuers(JSON.stringify([{ ...issuer, login: publicClient }]))).toHaveLength(1);
    expect(own).toHaveProperty('clientSecretFile');
  });

  it('that is left says so beside it', () => {
    const silent = of('left').filter(({ path, coverage }) => !read(path).includes(coverage.says));
    expect(silent.map(({ place }) => place)).toEqual([]);
    expect(of('left').length).toBeLessThanOrEqual(1);
  });

  it('that shows what attackers met names reasons of the code', () => {
    const sources = ['apps/cli/src/demo', 'apps/cli/src/attack', 'libs', 'apps/tee-worker/src'].flatMap(
      (folder) => filesBelow(folder, (name) => name.endsWith('.ts')),
    );
    const code = sources.map(read).join('\n');
    const reasons = of('record').flatMap(({ block }) =>
      [...block.text.matchAll(/^ {4}stopped {2}([A-Z_]+)/gm)].map(([, reason = '']) => reason),
    );
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.filter((reason) => !code.includes(`'${reason}'`))).toEqual([]);
  });
});

describe('the reader of blocks', () => {
  it('finds blocks with what stands behind their fence and the heading above', () => {
    expect(blocksOf('# A\n\n```sh\nx\n\ny\n```\n## B\n```\n```\n')).toEqual([
      { line: 3, info: 'sh', heading: 'A', text: 'x\n\ny\n', isTyped: true },
      { line: 9, info: '', heading: 'B', text: '', isTyped: true },
    ]);
    expect(() => blocksOf('```\nx\n')).toThrow('line 1: the block has no end');
  });

  it('knows nothing to run a block of another kind', () => {
    const [block] = blocksOf('```ruby\nputs 1\n```\n');
    expect(block === undefined ? null : coverageOf('docs/new.md', block)).toBeNull();
  });

  it('compares a shown answer line by line, with room for what differs', () => {
    const said = 'RUN 01ABC done\n  decision  "approve"\nVERIFIED  2 of 2\n';
    expect(missingLines('RUN ... done\nVERIFIED ... 2\n...\n', said)).toEqual([]);
    expect(missingLines('RUN ... failed\n  decision  "decline"\n', said)).toEqual([
      'RUN ... failed',
      '  decision  "decline"',
    ]);
  });
});
