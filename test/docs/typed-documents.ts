/** Documents whose commands a person types on a running stack, in this order: an audit needs runs. */
export const typedDocuments = [
  'docs/tutorial.md',
  'docs/how-to/submit-private-workflows.md',
  'docs/how-to/audit-evidence.md',
  'docs/explanation/two-axes.md',
  'docs/how-to/sell-calls-to-agents.md',
  'docs/stored-workflows.md',
  'docs/ledger.md',
] as const;

/** Of these, blocks that begin with `npx`: the others stand for commands of a site of one's own. */
export const partlyTyped = ['docs/operations.md'] as const;

/** The one block of them that nobody types: the stack of the suite runs already. */
export const START = 'npm ci && npm run build\nnpx sealflow up\n';
