import { Paper } from '#paper';
import { NOTICE, type Report } from './format-report.js';

/** The report as people hand it on, in the words of the page that is HTML. Equal reports give equal bytes. */
export function paperReport(report: Report): Promise<Uint8Array> {
  const { tenant, framework, startTime, endTime, facts, objectives, exceptions, exceptionCount } = report;
  const { simulatedSteps } = facts;
  const title = `What runs support of ${framework.title}`;
  const paper = new Paper({
    title,
    of: `${tenant}, runs created from ${startTime} to before ${endTime}`,
    creator: 'sealflow report',
    // The end of what it counts: the same period gives the same bytes, whenever it is asked for.
    madeAtMs: Date.parse(endTime),
    warning:
      simulatedSteps > 0
        ? `${simulatedSteps} steps rest on simulated hardware or keys, which protect nothing`
        : null,
  });
  paper.title(title);
  paper.box([`${tenant}: ${facts.runs} runs, ${exceptionCount} of them exceptions`, framework.notes]);
  paper.text(NOTICE);
  paper.heading('Rules');
  for (const { rule, supports, gap, shown } of objectives)
    paper.row(
      rule,
      `supported by: ${supports}; gap: ${gap}; exceptions: ${shown ? 'none in the period' : 'see supported by'}`,
    );
  paper.heading('Counts');
  for (const [name, value] of Object.entries(facts)) paper.row(name, String(value));
  const listed =
    exceptions.length < exceptionCount ? `, of which the first ${exceptions.length} are listed` : '';
  paper.heading(`Exceptions: ${exceptionCount}${listed}`);
  for (const { run, state, reason, createTime } of exceptions)
    paper.row(run, `${state} ${reason} created ${createTime}`);
  return paper.end();
}
