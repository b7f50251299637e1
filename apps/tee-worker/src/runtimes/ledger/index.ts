export { type LedgerRuntimeOptions, ledgerRuntimes } from './ledger-runtimes.js';
