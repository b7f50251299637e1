import type { FigureRecord, MeasuredPart } from '../bench/figure-record.js';
import { lineOf } from '../bench/figures.js';
import type { Part } from '../bench/parts.js';

interface Section {
  readonly title: string;
  readonly parts: readonly Part[];
  /** What a reader has to know to read the figures, and what bounds them. */
  readonly text: string;
}

export const sections: readonly Section[] = [
  {
    title: 'From the command to the evidence',
    parts: ['start', 'credit', 'demos'],
    text: 'A whole credit run beside its steps alone: inference, proof and FHE in the same runs. The difference is the price of appraisal, sealing, durability, log and verification. Then the demos, with everything that they start and every attacker, and the attack pack.',
  },
  {
    title: 'Evidence of hardware, and the log',
    parts: ['attestation', 'log'],
    text: 'Real published evidence with its collateral, offline.',
  },
  {
    title: 'Engine',
    parts: ['engine', 'unary', 'blobs', 'open-runs'],
    text: '256 runs at once beside the bare workflow engine with as many steps. The orchestrator is far from its goal for steps a second: each step is signed, checked, committed, sealed at rest, bundled and logged.',
  },
  {
    title: 'Proofs',
    parts: ['verify-proofs', 'prover', 'zkml'],
    text: 'Beside plain snarkjs calls of the same run. The network of 160,578 constraints has its keys made before, which takes a minute of processor time and is no part of the tests.',
  },
  {
    title: 'The client',
    parts: ['client'],
    text: 'What it weighs, and how soon it seals: in Node over gRPC, and in a page in a headless Chromium, whose origin is not the one of the orchestrator.',
  },
  {
    title: 'Conversations',
    parts: ['conversation'],
    text: 'Beside the same model server asked directly. Server, stack and clients share the cores of one machine.',
  },
  {
    title: 'The ledger of encrypted pages',
    parts: ['ledger-fhe', 'ledger-enclave', 'ledger'],
    text: '[The ledger](ledger.md) says what it hides, from whom, and what it does not. FHE is the small part of its work, signatures and memos are the large one.',
  },
  {
    title: 'The ledger with a proof for each transfer',
    parts: ['zk-ledger'],
    text: 'The goal is the rate of batch verification alone. The cores are also those of clients, database and services.',
  },
  {
    title: 'The console over 100,000 runs',
    parts: ['console', 'overview'],
    text: 'The answers of the orchestrator, and the overview in a headless Chromium.',
  },
];

const intro = `# Figures

\`npm run bench\` measures these, on the machine that it runs on, and writes \`bench-results/latest.json\`; \`-- --only engine,prover\` takes parts of it. Each figure is as printed: what, how much, over how many, whether it keeps to its bound (\`within\`, \`above\`) or misses it (\`ABOVE\`, \`BELOW\`), and what is in it. A peer is something that does a part of the same work, measured in the same run; it does less, and its line says what.

Machines that are shared are fast at one hour and slow at another. So each section says how long a loop of one hundred million additions took when it was measured: two sections are compared by it.

`;

/** docs/figures.md, made of docs/figures.json, which \`npm run bench -- --record\` writes. */
export function figuresDocument(record: FigureRecord): string {
  return intro + sections.map((section) => sectionOf(section, record)).join('\n');
}

/** The lines that were printed for a part. */
export function linesOf({ figures }: MeasuredPart): string[] {
  return figures.map(lineOf);
}

function sectionOf({ title, parts, text }: Section, record: FigureRecord): string {
  const measured = parts.map((part) => blockOf(part, record[part]));
  return `## ${title}\n\n${text}\n\n${measured.join('\n')}`;
}

function blockOf(part: Part, measured: MeasuredPart | undefined): string {
  if (measured === undefined) return `\`--only ${part}\`: not recorded.\n`;
  const { day, machine } = measured;
  const where = `${machine.cpus} cores (${machine.model}), ${machine.memoryGiB} GiB, Node ${machine.node.slice(1)}, the loop in ${machine.countMs} ms`;
  return `\`--only ${part}\`, ${day}, ${where}:\n\n\`\`\`\n${linesOf(measured).join('\n')}\n\`\`\`\n`;
}
