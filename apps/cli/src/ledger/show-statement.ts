import type { ProvenStatement } from '#client';
import type { LedgerFlags } from './ledger-client.js';
import type { WalletMandate } from './wallet.js';

/** A balance that its owner was told, and what it was held against; for a mandate what its agent may do. */
export function showStatement(
  { statement, receipt, run }: ProvenStatement,
  { json }: LedgerFlags,
  terms: WalletMandate | null,
): void {
  const { opening, version } = statement;
  const { account, ledger } = opening;
  const [available, pending, reserved] = [opening.available, opening.pending, opening.reserved].map(String);
  if (json === true) {
    const fact = { ledger, account, version, available, pending, reserved, run: run.runId };
    process.stdout.write(
      `${JSON.stringify(terms === null ? fact : { ...fact, mandate: { ...terms, payees: terms.payees } })}\n`,
    );
    return;
  }
  const lines = [
    `${account}  ${available} available, ${pending} pending, ${reserved} set aside`,
    `  at version ${version} of ${ledger}, under the root that its receipt names: ${receipt.commitments.after}`,
    `  asked in run ${run.runId}`,
  ];
  if (terms !== null) {
    const payees = terms.payees === null ? 'anybody' : terms.payees.join(', ');
    lines.push(
      `  agent ${terms.agent}`,
      `  ${terms.perCall} a call, ${terms.perDay} a day, until ${terms.until}, to ${payees}`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}
