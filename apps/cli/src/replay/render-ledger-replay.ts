import type { HistoryFinding, LedgerReplay, ReplayedNotes } from './ledger-replay.js';

const FINDINGS_SHOWN = 20;

const meaning: Readonly<Record<LedgerReplay['outcome'], string>> = {
  REPLAYED: 'every page is the sum that the receipts name, bit for bit; no key was needed',
  CHAIN_ONLY: 'the receipts continue each other; give --ciphertexts to run the additions again',
  INCOMPLETE: 'nothing speaks against the history, but parts of it are not here',
  FAILED: 'the history does not hold together',
};

export function renderLedgerReplay(replay: LedgerReplay): string {
  const { outcome, ledger, versions, added, refreshed, findings, newest, notes } = replay;
  const lines = [
    `${outcome}  ledger ${ledger ?? 'unknown'}: ${meaning[outcome]}`,
    `  versions      ${versions}, additions run again ${added}, pages encrypted by the key enclave ${refreshed}`,
    ...(notes === null ? [] : [notesLine(notes)]),
    ...findings.slice(0, FINDINGS_SHOWN).map(findingLine),
  ];
  if (findings.length > FINDINGS_SHOWN) lines.push(`  and ${findings.length - FINDINGS_SHOWN} more findings`);
  if (newest !== null) {
    const { ledgerKey, keyId, version, epoch } = newest.receipt;
    lines.push(
      `  newest        version ${version}, epoch ${epoch}, receipt ${newest.digest}`,
      `  key holder    the key enclave that signs as ${ledgerKey}; it alone opens FHE key ${keyId}`,
      '  rests on it   what a delta holds (ask for an opening), pages that it encrypted itself, and privacy',
    );
  }
  return `${lines.join('\n')}\n`;
}

function notesLine({ proven, withdrawn, unspent, issuer }: ReplayedNotes): string {
  return `  notes         ${proven} spends proven, ${withdrawn} of them withdrawals, ${unspent} notes unspent, minted and burnt by ${issuer}`;
}

function findingLine({ version, reason, where, file, ciphertext }: HistoryFinding): string {
  const at = version === null ? '' : `version ${version}: `;
  const about = [file, ciphertext].filter((part) => part !== null).join(', ');
  return `  ${at}${reason} ${where}${about === '' ? '' : ` (${about})`}`;
}
