import { type Access, httpTable } from '../../apps/orchestrator/src/auth/access-table.js';
import { limits } from '../../apps/orchestrator/src/config/limits.js';
import { areaOf, callersOf, type Page } from './api-reference.js';
import type { FileDescriptor } from './contract-descriptors.js';
import { cell, tableOf } from './markdown.js';

const intro = `# The API

Made of \`proto/\`, of the guard's table of callers and of the limits in the code, by \`npm run docs\`. Over gRPC the orchestrator answers on one port, with reflection; what a console reads it answers over HTTP too.

Every call has a deadline, and a credential in \`authorization: Bearer\`: an API key, or a token of an issuer of OpenID Connect ([keys, tokens and roles](../operations.md#keys-tokens-and-roles)). The tenant comes from the credential; what belongs to another tenant is not found. Failures carry a reason of [one table](../errors.md), which says for each whether to call again. Amounts and 64-bit counters are decimal texts; digests are \`sha256:\` and 64 hex digits. Calls that take a \`request_id\` are done once, however often they are sent.

Inputs and results of runs are in no message of this API in the clear: they are sealed by the client to keys of workers, and the orchestrator has none of those.`;

/** docs/reference/api.md: what holds for all pages. */
export function apiOverview(files: readonly FileDescriptor[], limitsSource: string): Page {
  const rows = [...new Set(files.map((file) => file.package))].map((name) => {
    const services = files
      .filter((file) => file.package === name)
      .flatMap((file) => file.service ?? [])
      .flatMap(({ method }) => method.map((one) => `\`${one.name}\``));
    const methods = services.length === 0 ? 'no service: what failures carry' : services.join(', ');
    return [`[${name}](api/${areaOf(name)}.md)`, methods];
  });
  const parts = [
    intro,
    '## Packages',
    tableOf(['Package', 'Methods'], rows),
    '## Over HTTP',
    'The same guard, and the same answers as JSON. A path that is not here is not found.',
    tableOf(['', 'Path', 'Who'], httpTable.map(httpRow)),
    '## Limits',
    'Bounds and times of the orchestrator. A call that is over a bound is refused, mostly as `LIMIT_EXCEEDED`, and the answer names the bound. Sizes are bytes, times milliseconds; what stands without a text belongs to the one above.',
    tableOf(['Limit', 'Value', ''], limitRows(limitsSource)),
  ];
  return { path: 'api.md', text: `${parts.join('\n\n')}\n` };
}

function httpRow({ path, method, access }: (typeof httpTable)[number]): string[] {
  // The path alone says whose it is; over HTTP no field does.
  const callers = access.kind === 'tenant' ? { ...access, kind: 'shared' as const } : access;
  return [method ?? 'GET', `\`${shown(path)}\``, callersOf(callers satisfies Access)];
}

/** A pattern of a path as people write one. */
function shown({ source }: RegExp): string {
  return source
    .replace(/^\^|\$$/g, '')
    .replaceAll('\\/', '/')
    .replace('(?<tenant>[a-z0-9][a-z0-9.-]{0,62})', '{tenant}')
    .replaceAll('[a-z0-9][a-z0-9.-]{0,62}', '{tenant}')
    .replaceAll('[a-z0-9][a-z0-9-]{0,31}', '{issuer}')
    .replaceAll('[0-9a-f]{64}', '{digest}')
    .replaceAll('[0-9a-f]{16}', '{hold}')
    .replaceAll('[^/]+', '{id}')
    .replaceAll('\\.', '.')
    .replaceAll('.*', '{path}')
    .replaceAll('|', '\\|');
}

/** Names and values of the running code; what they mean stands as a comment above the first of each group. */
function limitRows(source: string): string[][] {
  let meaning = '';
  const rows: string[][] = [];
  for (const line of source.split('\n')) {
    const [, comment] = /^ {2}\/\*\* (.*) \*\/$/.exec(line) ?? [];
    if (comment !== undefined) meaning = comment;
    const [, name = ''] = /^ {2}(\w+):/.exec(line) ?? [];
    if (!Object.hasOwn(limits, name)) continue;
    const value = (limits as Readonly<Record<string, number>>)[name];
    rows.push([`\`${name}\``, String(value), cell(meaning)]);
    meaning = '';
  }
  return rows;
}
