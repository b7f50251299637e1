import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, repositoryRoot } from '../architecture/source-file.js';
import { cliReference } from './cli-reference.js';
import { type ShownLine, shownLines } from './command-lines.js';
import { quietProgram } from './every-command.js';

const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...['docs', 'examples', 'deploy'].flatMap((folder) => filesBelow(folder, (name) => name.endsWith('.md'))),
];
/** A word of a text that stands for a name, a file or several commands. */
const placeholder = /^(?:[A-Z][A-Z0-9_]*|<.*>|\[.*|.*\|.*)$/;

const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
let program: Command;

beforeAll(async () => {
  program = await quietProgram();
});

/** Why a call is refused before anything is done; null when it is not. */
async function refusal(shown: ShownLine): Promise<string | null> {
  if (shown.program === 'npm run') {
    const [name = ''] = shown.words;
    return Object.hasOwn(scripts, name) ? null : `no script ${name}`;
  }
  return shown.isWhole ? await refusedAsCalled(shown.words) : refusedAsNamed(shown.words);
}

async function refusedAsCalled(words: readonly string[]): Promise<string | null> {
  // Options of a call before would stay.
  const fresh = await quietProgram();
  try {
    await fresh.parseAsync([...words], { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) return error instanceof Error ? error.message : String(error);
    return error.exitCode === 0 ? null : error.message;
  }
}

/** Commands and flags that a text names exist; what a call would need besides may be left out. */
function refusedAsNamed(words: readonly string[]): string | null {
  let command = program;
  for (const word of words) {
    if (word.startsWith('-')) {
      const [flag = ''] = word.split('=');
      const known = [command, program].some(({ options }) =>
        options.some(({ long, short }) => long === flag || short === flag),
      );
      if (!known && !['--help', '--version'].includes(flag)) return `${command.name()}: no option ${flag}`;
      continue;
    }
    if (command.commands.length === 0 || placeholder.test(word)) continue;
    const inner = command.commands.find((one) => one.name() === word);
    if (inner === undefined) return `${command.name()}: no command ${word}`;
    command = inner;
  }
  return null;
}

describe('a command line that a document shows', () => {
  it.each(documents)('in %s is one that there is', async (path) => {
    const wrong: string[] = [];
    for (const shown of shownLines(readFileSync(join(repositoryRoot, path), 'utf8'))) {
      const reason = await refusal(shown);
      if (reason !== null) wrong.push(`${path}:${shown.line}: ${shown.words.join(' ')}: ${reason}`);
    }
    expect(wrong).toEqual([]);
  });

  it('is found: there are many', () => {
    const all = documents.flatMap((path) => shownLines(readFileSync(join(repositoryRoot, path), 'utf8')));
    expect(all.filter(({ program: name, isWhole }) => name === 'sealflow' && isWhole).length).toBeGreaterThan(
      50,
    );
    expect(all.filter(({ program: name }) => name === 'npm run').length).toBeGreaterThan(5);
  });
});

describe('the reader of documents', () => {
  const only = (markdown: string) =>
    shownLines(markdown).map(({ words, isWhole }) => [words.join(' '), isWhole]);
  const block = (...lines: readonly string[]) => ['```sh', ...lines, '```'].join('\n');

  it('reads blocks and spans, and leaves comments, environment, pipes and redirections out', () => {
    expect(only(block('npx sealflow up --tls    # all of it'))).toEqual([['up --tls', true]]);
    expect(only(block('SEALFLOW_HOME=/srv A="b c" sealflow doctor > out 2>&1'))).toEqual([['doctor', true]]);
    expect(only(block('sealflow blob put a \\', '  --json | jq .'))).toEqual([['blob put a --json', true]]);
    expect(only(block("sealflow verify 'a b' ..."))).toEqual([['verify a b', false]]);
    expect(
      only('Call `sealflow keys create` first, `sealflow` is there, `sealflow.local/log` is a name.'),
    ).toEqual([
      ['keys create', false],
      ['', false],
    ]);
    expect(only('```\nwhat sealflow says\n```')).toEqual([]);
  });

  it.each([
    ['a command that there is not', 'sealflow nonsense', "unknown command 'nonsense'"],
    ['one below a command that there is not', 'sealflow backup nonsense', "unknown command 'nonsense'"],
    ['a flag that there is not', 'sealflow up --nonsense', "unknown option '--nonsense'"],
    ['a flag without its value', 'sealflow backup create --out', 'argument missing'],
    ['a call without what it needs', 'sealflow backup create', "required option '--out <dir>' not specified"],
    ['too many words', 'sealflow doctor FILE', 'too many arguments'],
    ['a script that there is not', 'npm run nonsense', 'no script nonsense'],
  ])('finds %s', async (_what, line, reason) => {
    const [shown] = shownLines(block(line));
    expect(shown === undefined ? null : await refusal(shown)).toContain(reason);
  });

  it('finds what a text names and there is not', async () => {
    for (const text of [
      '`sealflow blob nonsense`',
      '`sealflow blob put FILE --nonsense`',
      '`npm run nonsense`',
    ]) {
      const [shown] = shownLines(text);
      expect(shown === undefined ? null : await refusal(shown)).toMatch(
        /^(?:blob: no command|put: no option|no script)/,
      );
    }
  });
});

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

describe('the reference of the command line', () => {
  it('is as the program says (npm run docs writes it)', async () => {
    const { path, text } = cliReference(await quietProgram());
    await expect(text).toMatchFileSnapshot(join(repositoryRoot, 'docs/reference', path));
  });

  it('has a text for every command, argument and option', async () => {
    const silent = leaves(await quietProgram()).flatMap((command) => [
      ...(command.description() === '' ? [command.name()] : []),
      ...command.registeredArguments
        .filter(({ description }) => description === '')
        .map((one) => `${command.parent?.name()} ${command.name()} ${one.name()}`),
      ...command.options
        .filter(({ description }) => description === '')
        .map((one) => `${command.parent?.name()} ${command.name()} ${one.flags}`),
    ]);
    expect(silent).toEqual([]);
  });
});
