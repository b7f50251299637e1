import { Command } from 'commander';
import { explainCheck, explainReason } from '#attestation';
import { exitCodes, explain, explainArea, knows, outcomeFor } from '#evidence';
import { UsageError } from '../output/failure.js';

/** `sealflow explain NAME`: what a reason of a verdict, or a check of hardware evidence, means. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('say what a reason or a check of a verdict means, and what to do about it')
    .argument('<name>', 'reason such as LOG_INCLUSION_INVALID, or check such as TEE-TDX-012')
    .action((name: string) => {
      process.stdout.write(explained(name));
    });
}

function explained(name: string): string {
  const check = explainCheck(name);
  if (check !== null)
    return `${check.id}  ${check.title}\n  about   ${check.subject}\n  failed  ${check.meaning}\n`;
  const area = explainArea(name);
  if (area !== null) return `${name.toUpperCase()}\n  about   ${area.subject}\n  failed  ${area.meaning}\n`;
  const outcome = outcomeFor(name);
  const hardware = explainReason(name);
  // Every reason that is in no table of outcomes counts as forged; only those with words or a table are known here.
  const words = knows(name) || outcome !== 'failed' ? explain(name, outcome) : hardware;
  if (words === null) {
    throw new UsageError(
      `${name.slice(0, 64)}: no reason or check of this name has words of its own; the failed check in the verdict says what was expected and found`,
    );
  }
  const { meaning, advice } = knows(name) ? words : (hardware ?? words);
  return `${name}\n  means   ${meaning}\n  do      ${advice}\n  as a failed check: ${outcome}, exit ${exitCodes[outcome]}\n`;
}
