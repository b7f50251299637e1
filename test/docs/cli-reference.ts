import type { Argument, Command, Option } from 'commander';
import { exitCode } from '../../apps/cli/src/output/failure.js';
import type { Page } from './api-reference.js';
import { anchorOf, cell, tableOf } from './markdown.js';

const intro = `# The command line

Made of the program's own definitions by \`npm run docs\`. \`sealflow COMMAND --help\` prints the same. Lines of progress and failures go to standard error, answers to standard output; with \`--json\` an answer is JSON.`;

/** What each exit code means to whoever calls the program. */
const meanings: Readonly<Record<keyof typeof exitCode, string>> = {
  verified: 'done; of a verdict: every check that could be made passed or warned, and none was missing',
  failed: 'refused or failed, with a reason code; of a verdict: tampered, forged or inconsistent',
  usage: 'the call is wrong: an argument, an option or a setting',
  incomplete: 'a needed part is withheld, detached, pending or missing',
  policy: 'authentic, but the trust file or the call does not allow it',
  trustRoot: 'the log, orchestrator, approver or hardware root is not known to the trust file',
  version: 'written for another version',
  malformed:
    'not what it should be: a file, a definition, a plan that cannot be made, a service that is away',
  internal: 'a defect of the program',
};

/** Variables that commands read themselves; those of services are settings. */
export const variables: Readonly<Record<string, string>> = {
  SEALFLOW_HOME:
    'folder of the installation: keys, trust files, bundles; `.sealflow` of the checkout unless said',
  SEALFLOW_API_KEY: 'who calls; the key of the installation unless said',
  SEALFLOW_TLS_CA: 'as `--tls-ca`',
  SEALFLOW_TLS_CERT: 'as `--tls-cert`',
  SEALFLOW_TLS_KEY: 'as `--tls-key`',
  DATABASE_URL: 'for `up`, `doctor`, `backup` and `attack`: any PostgreSQL instead of the embedded one',
  SEALFLOW_QUOTE_PROVIDER:
    'for `evidence collect`: what signs evidence here, where it is not to be found out',
  SEALFLOW_COLLATERAL_PCS_URL:
    'for `evidence collateral`, as the others that begin so: where the vendors’ data comes from ([settings](../operations.md#collateral-of-the-vendors))',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'collector of traces; nothing is sent unless said',
};

/** docs/reference/cli.md */
export function cliReference(program: Command): Page {
  const commands = program.commands.flatMap((command) => withInner(command, ''));
  const parts = [
    intro,
    '## Commands',
    tableOf(
      ['Command', ''],
      commands.map(({ name, command }) => [
        `[\`${name}\`](#${anchorOf(`sealflow ${name}`)})`,
        cell(command.description()),
      ]),
    ),
    '## For every command',
    optionTable(program.options),
    '## Exit codes',
    tableOf(
      ['Code', 'Name', 'Meaning'],
      Object.entries(exitCode).map(([name, code]) => [
        String(code),
        name,
        meanings[name as keyof typeof exitCode],
      ]),
    ),
    'Of several findings the worst decides. A run that ends as a business "no" is code 0: it has a result and a bundle.',
    '## Variables',
    tableOf(
      ['Variable', ''],
      Object.entries(variables).map(([name, text]) => [`\`${name}\``, text]),
    ),
    ...commands.map(sectionOf),
  ];
  return { path: 'cli.md', text: `${parts.join('\n\n')}\n` };
}

interface Named {
  /** Without `sealflow`, e.g. `run list`. */
  readonly name: string;
  readonly command: Command;
}

function withInner(command: Command, outer: string): Named[] {
  const name = `${outer}${command.name()}`;
  return [{ name, command }, ...command.commands.flatMap((inner) => withInner(inner, `${name} `))];
}

function sectionOf({ name, command }: Named): string {
  const inner = command.commands.map((one) => `\`${one.name()}\``).join(', ');
  const own = [
    `${'#'.repeat(name.includes(' ') ? 3 : 2)} sealflow ${name}`,
    cell(sentence(command.description())),
    command.commands.length > 0 ? `Followed by ${inner}.` : callOf(name, command),
    command.registeredArguments.length > 0 ? argumentTable(command.registeredArguments) : '',
    command.options.length > 0 ? optionTable(command.options) : '',
  ];
  return own.filter((part) => part !== '').join('\n\n');
}

/** As it is typed. */
function callOf(name: string, { options, registeredArguments }: Command): string {
  const words = registeredArguments.map((one) => {
    const word = one.variadic ? `${one.name()}...` : one.name();
    return one.required ? `<${word}>` : `[${word}]`;
  });
  const call = ['sealflow', name, ...(options.length > 0 ? ['[options]'] : []), ...words];
  return `\`${call.join(' ')}\``;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function argumentTable(args: readonly Argument[]): string {
  return tableOf(
    ['Argument', ''],
    args.map((one) => [
      `\`${one.name()}${one.variadic ? '...' : ''}\``,
      [cell(one.description), one.required ? '' : '*May be left out.*']
        .filter((part) => part !== '')
        .join(' '),
    ]),
  );
}

function optionTable(options: readonly Option[]): string {
  return tableOf(
    ['Option', 'Default', ''],
    options.map((option) => [
      cell(`\`${option.flags}\``),
      defaultOf(option),
      [
        cell(option.description),
        option.argChoices === undefined ? '' : `(${option.argChoices.map((one) => `\`${one}\``).join(', ')})`,
        option.mandatory ? '*Required.*' : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    ]),
  );
}

function defaultOf({ defaultValue, defaultValueDescription }: Option): string {
  if (defaultValueDescription !== undefined) return cell(defaultValueDescription);
  const isNone =
    defaultValue === undefined ||
    defaultValue === '' ||
    (Array.isArray(defaultValue) && defaultValue.length === 0);
  return isNone ? '' : `\`${String(defaultValue)}\``;
}
