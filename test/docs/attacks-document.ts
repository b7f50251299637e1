import { type AttackCase, actors, lanes } from '../../apps/cli/src/attack/attack-case.js';

/** What `node scripts/record-attacks.mjs` kept of a run of the pack. */
export interface AttackRecord {
  readonly day: string;
  readonly ms: number;
  readonly prepared: readonly { readonly work: string; readonly ms: number }[];
  readonly attacks: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly got: string | null;
    readonly ms: number;
  }[];
}

const laneList = Object.entries(lanes)
  .map(([lane, atOnce]) => `_${lane}_ ${atOnce} at a time`)
  .join(', ');

const intro = `# Attacks

\`sealflow attack\` plays every attacker of the [threat model](threat-model.md) whom a program can play: real processes, real calls, real bytes. Each attack names the reason code that has to stop it. One that gets through, or is stopped by another code, makes the exit code 1.

\`\`\`
npx sealflow attack
npx sealflow attack --list
npx sealflow attack --only submitter --only end-changed
npx sealflow attack --target sealflow.example:7443 --trust trust.json --junit attacks.xml
\`\`\`

Without \`--target\` it attacks the stack of this installation, and starts it where it does not run. With \`--target\` it calls the orchestrator with the API key and TLS files of the other commands (\`SEALFLOW_API_KEY\`, \`--tls-ca\`), for \`--tenant\`, and believes what \`--trust\` says. Attacks marked _own stack_ need the database, the keys of workers and of the operator, and the simulated hardware, which only the stack of this installation shows; elsewhere they are SKIPPED, and never counted as stopped. Where the target cannot serve what an attack abuses, e.g. has no prover, it is SKIPPED with that reason too.

Several attacks stand between customer and orchestrator: a relay on the loopback address carries the customer's calls to the target, byte by byte, and lies in one place.

What it leaves behind, in the tenant of the key and nowhere else: a ledger \`demo-<hex>\` and a ledger of pages \`attack-<hex>\` of its own with one run each, one paid run of the credit workflow, at the own stack the ledgers \`claims-<hex>\` and \`calls-<hex>\` with a paid claim and two paid calls of a model, and what the last column names. Take a tenant for it, as runs stay as long as its rules of retention say. It costs what those runs cost, moves no money on ledgers of others, and kills, stops or floods nothing.

Attacks are made beside each other, in lanes: ${laneList}. Results are printed as attacks end, and \`--json\` and \`--junit\` have them in the order of these tables, each with its time.

Detection is what is shown, by somebody named in the column _noticed by_: _nobody who looks_ means that there is nothing to find.

`;

/** docs/attacks.md, made of the table of attacks and of the last run of it. */
export function attacksDocument(
  table: readonly AttackCase[],
  { day, ms, prepared, attacks }: AttackRecord,
): string {
  const stopped = attacks.filter(({ outcome }) => outcome === 'stopped').length;
  const anywhere = table.filter(({ needs }) => needs === 'target').length;
  const last = `Last run, of ${day}, against \`sealflow up\` on one machine (simulated hardware): ${stopped} of ${table.length} stopped by the expected code, in ${Math.round(ms / 1_000)} s. The honest work that the attacks are on took ${prepared.map(({ work, ms: workMs }) => `${inSeconds(workMs)} (${work})`).join(', ')} of it; who waits for it has that in its own time. At any target run ${anywhere} of them.\n`;
  const sections = actors.map((actor) => {
    const rows = table.filter((attack) => attack.actor === actor).map((attack) => rowOf(attack, attacks));
    return [`## The ${actor}`, '', ...tableOf(head, rows)].join('\n');
  });
  return `${intro}${last}\n${sections.join('\n\n')}\n\n${tail()}`;
}

/** Attacks of the threat model that are not in the table, and why. */
const notPlayed: readonly (readonly [attack: string, why: string])[] = [
  [
    'certificates of another CA, name, use or time',
    'the stack of an installation has no TLS unless it is asked for; other targets have certificates of their own',
  ],
  ['a stolen backup, an exchanged file of a large blob', 'needs the disk of the target, and changes it'],
  [
    'a forged setup of a circuit, a proof with a second spelling',
    'the verifier is asked directly, with each spelling: nothing of a target is needed for it',
  ],
  [
    "frames of a model's answer that are cut, reordered or repeated",
    "the frames are opened by the client's library alone, whatever target sent them",
  ],
  [
    'a token of a time stamping authority over another tree or time',
    'the stack of an installation asks no authority',
  ],
  [
    'an enclave that was broken, an older sealed file put back',
    'what remains: no check of this software sees it alone',
  ],
  ['a bus that is read, a side channel, a GPU elsewhere', 'what remains: not in a quote'],
  ['refusing service', 'what remains: whoever runs a target can'],
];

const head = ['Attack', 'Tries to', 'Stopped by', 'Noticed by', 'Runs at', 'Last run', 'Leaves'];

function tail(): string {
  const rows = tableOf(['Attack', 'Why it is not among these'], notPlayed);
  return ['## What is not played', '', ...rows, ''].join('\n');
}

function rowOf(
  { name, tries, expected, noticedBy, needs, leaves }: AttackCase,
  attacks: AttackRecord['attacks'],
): string[] {
  const last = attacks.find((attack) => attack.name === name);
  const where = needs === 'target' ? 'any target' : 'own stack';
  const left = leaves === '' ? 'nothing' : leaves;
  return [`\`${name}\``, tries, `\`${expected}\``, noticedBy, where, lastOf(last), left];
}

function lastOf(last: AttackRecord['attacks'][number] | undefined): string {
  return last === undefined ? 'never run' : `${last.outcome}, ${inSeconds(last.ms)}`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Columns as wide as their widest cell, as the formatter of the repository writes them. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const padded = (row: readonly string[]) =>
    line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return [padded(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(padded)];
}
