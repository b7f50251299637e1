import { type AttackCase, actors } from '../../apps/cli/src/attack/attack-case.js';

/** What `node scripts/record-attacks.mjs` kept of a run of the pack. */
export interface AttackRecord {
  readonly day: string;
  readonly ms: number;
  readonly attacks: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly got: string | null;
  }[];
}

const intro = `# Attacks

\`sealflow attack\` plays every attacker of the [threat model](threat-model.md) whom a program can play: real processes, real calls, real bytes. Each attack names the reason code that has to stop it. One that gets through, or is stopped by another code, makes the exit code 1.

\`\`\`
npx sealflow attack
npx sealflow attack --list
npx sealflow attack --only submitter --only end-changed
npx sealflow attack --target sealflow.example:7443 --trust trust.json --junit attacks.xml
\`\`\`

Without \`--target\` it attacks the stack of this installation, and starts it where it does not run. With \`--target\` it calls the orchestrator with the API key and TLS files of the other commands (\`SEALFLOW_API_KEY\`, \`--tls-ca\`), for \`--tenant\`, and believes what \`--trust\` says. Attacks marked _own stack_ need the database, the key of workers and the simulated hardware, which only the stack of this installation shows; elsewhere they are SKIPPED, and never counted as stopped. Where the target cannot serve what an attack abuses, e.g. has no prover, it is SKIPPED with that reason too.

Several attacks stand between customer and orchestrator: a relay on the loopback address carries the customer's calls to the target, byte by byte, and lies in one place.

What it leaves behind, in the tenant of the key and nowhere else: a ledger \`demo-<hex>\` and a ledger of pages \`attack-<hex>\` of its own with one run each, one paid run of the credit workflow, and what the last column names. Take a tenant for it, as runs stay as long as its rules of retention say. It costs what those runs cost, moves no money on ledgers of others, and kills, stops or floods nothing.

Detection is what is shown, by somebody named in the column _noticed by_: _nobody who looks_ means that there is nothing to find.

`;

/** docs/attacks.md, made of the table of attacks and of the last run of it. */
export function attacksDocument(table: readonly AttackCase[], { day, ms, attacks }: AttackRecord): string {
  const stopped = attacks.filter(({ outcome }) => outcome === 'stopped').length;
  const last = `Last run, of ${day}, against \`sealflow up\` on one machine (simulated hardware): ${stopped} of ${table.length} stopped by the expected code, in ${Math.round(ms / 1_000)} s.\n`;
  const sections = actors.map((actor) => {
    const rows = table.filter((attack) => attack.actor === actor).map((attack) => rowOf(attack, attacks));
    return [`## The ${actor}`, '', ...tableOf(rows)].join('\n');
  });
  return `${intro}${last}\n${sections.join('\n\n')}\n`;
}

const head = ['Attack', 'Tries to', 'Stopped by', 'Noticed by', 'Runs at', 'Last run', 'Leaves'];

function rowOf(
  { name, tries, expected, noticedBy, needs, leaves }: AttackCase,
  attacks: AttackRecord['attacks'],
): string[] {
  const last = attacks.find((attack) => attack.name === name);
  const where = needs === 'target' ? 'any target' : 'own stack';
  const left = leaves === '' ? 'nothing' : leaves;
  return [`\`${name}\``, tries, `\`${expected}\``, noticedBy, where, last?.outcome ?? 'never run', left];
}

/** Columns as wide as their widest cell, as the formatter of the repository writes them. */
function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const padded = (row: readonly string[]) =>
    line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return [padded(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(padded)];
}
