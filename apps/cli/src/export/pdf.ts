import { type BundleVerdict, type Fact, regulationRows, simulatedWarning, verdictLines } from '#evidence';
import { Paper } from '#paper';

export interface PdfInput {
  readonly verdict: BundleVerdict;
  readonly facts: readonly Fact[];
  readonly madeAtMs: number;
}

/** The same headlines and facts as on the HTML page, on paper. Equal arguments give equal bytes. */
export function pdfReport({ verdict, facts, madeAtMs }: PdfInput): Promise<Uint8Array> {
  const { run, simulated } = verdict;
  const of = run === null ? '' : `run ${run.id}`;
  const paper = new Paper({
    title: `Evidence report${of === '' ? '' : ` of ${of}`}`,
    of,
    creator: 'sealflow export',
    madeAtMs,
    warning: simulated ? simulatedWarning : null,
  });
  paper.title('Evidence report');
  paper.box(verdictLines(verdict));
  paper.text('All times are UTC. This paper is a copy for reading; verify the bundle itself.');
  for (const topic of new Set(facts.map((fact) => fact.topic))) {
    paper.heading(topic);
    for (const { name, value } of facts.filter((fact) => fact.topic === topic)) paper.row(name, value);
  }
  paper.heading('rules that this run supports');
  for (const { rule, supports, gap } of regulationRows(verdict))
    paper.row(rule, `supports: ${supports}; gap: ${gap}`);
  paper.text('Engineering notes, not legal advice.');
  return paper.end();
}
