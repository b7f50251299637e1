import type { Block } from './markdown-blocks.js';
import { START, typedDocuments } from './typed-documents.js';

/** What the check does with a block of a document. */
export type Coverage =
  /** Typed, whole, by this suite or script, and its answer is looked at. */
  | { readonly kind: 'run'; readonly by: string }
  /** What was answered: compared with the answer by this suite. */
  | { readonly kind: 'answer'; readonly by: string }
  /** Calls with names that stand for something: each is read by the program's own definitions and not made. */
  | { readonly kind: 'calls' }
  /** Compiled. */
  | { readonly kind: 'code'; readonly by: string }
  /** JSON that the program that reads it accepts. */
  | { readonly kind: 'settings' }
  /** What a run printed, whose figures and ids differ from run to run; words of it are looked for in the code. */
  | { readonly kind: 'record' }
  /** Not run; the document says so, in these words. */
  | { readonly kind: 'left'; readonly says: string };

interface Rule {
  /** The document, or folder, that it is of. */
  readonly of: string;
  readonly info?: RegExp;
  readonly heading?: RegExp;
  readonly text?: RegExp;
  readonly coverage: Coverage;
}

const STORY = 'test/e2e/stories/typed-documents.ts';
const WALK = 'test/deploy/walk-through.spec.ts';
const walked =
  /^(?:Install|Add a pool of GPU workers|Rotate certificates|Upgrade|Roll back|Drain|Disaster recovery)$/;

/** The first that fits a block holds. */
const rules: readonly Rule[] = [
  { of: 'docs/tutorial.md', text: new RegExp(`^${START}$`), coverage: { kind: 'run', by: 'scripts/ci.mjs' } },
  { of: 'docs/ledger.md', text: / RECEIPTS\.\.\. /, coverage: { kind: 'calls' } },
  ...typedDocuments.flatMap((of): Rule[] => [
    { of, info: /^(?:sh)?$/, coverage: { kind: 'run', by: STORY } },
    { of, info: /^text$/, coverage: { kind: 'answer', by: STORY } },
  ]),
  {
    of: 'README.md',
    text: /^npm ci && npm run demo\nnpm ci && npm test\n$/,
    coverage: { kind: 'run', by: 'scripts/ci.mjs' },
  },
  { of: 'README.md', info: /^ts$/, coverage: { kind: 'code', by: 'test/docs/shown-code.ts' } },
  {
    of: 'README.md',
    heading: /^(?:What the demo does|Another story: .*|Figures)$/,
    coverage: { kind: 'record' },
  },
  { of: 'docs/figures.md', coverage: { kind: 'record' } },
  { of: 'docs/stored-workflows.md', info: /^ts$/, coverage: { kind: 'code', by: 'test/docs/shown-code.ts' } },
  { of: 'docs/mcp.md', info: /^json$/, coverage: { kind: 'settings' } },
  {
    of: 'docs/operations.md',
    heading: /^Who may call$/,
    text: /^(?:\[\{|"login")/,
    coverage: { kind: 'settings' },
  },
  {
    of: 'docs/operations.md',
    info: /^yaml$/,
    heading: /^A model server$/,
    coverage: { kind: 'run', by: 'test/deploy/model-server.spec.ts' },
  },
  { of: 'docs/operations.md', heading: walked, coverage: { kind: 'run', by: WALK } },
  // A call of `sealflow` without `npx` is one with names that stand for something.
  { of: 'docs/operations.md', info: /^sh$/, text: /^npx /m, coverage: { kind: 'run', by: STORY } },
  { of: 'docs/operations.md', info: /^text$/, coverage: { kind: 'answer', by: STORY } },
  {
    of: 'docs/verify-by-hand.md',
    info: /^sh$/,
    coverage: { kind: 'run', by: 'test/verifier/by-hand.spec.ts' },
  },
  {
    of: 'docs/verify-by-hand.md',
    info: /^console$/,
    coverage: { kind: 'run', by: 'test/verifier/single-file.spec.ts' },
  },
  { of: 'libs/client/README.md', info: /^ts$/, coverage: { kind: 'code', by: 'test/docs/shown-code.ts' } },
  {
    of: 'libs/client/README.md',
    info: /^ts \S+$/,
    coverage: { kind: 'code', by: 'test/client-package/client-package.spec.ts' },
  },
  {
    of: 'examples/python/README.md',
    coverage: {
      kind: 'left',
      says: 'Not run by the check as they stand: the first line needs a registry of Python packages',
    },
  },
  { of: '', info: /^(?:sh)?$/, coverage: { kind: 'calls' } },
];

export function coverageOf(path: string, { info, heading, text }: Block): Coverage | null {
  const rule = rules.find(
    (one) =>
      path.startsWith(one.of) &&
      (one.info ?? /^/).test(info) &&
      (one.heading ?? /^/).test(heading) &&
      (one.text ?? /^/).test(text),
  );
  return rule?.coverage ?? null;
}
