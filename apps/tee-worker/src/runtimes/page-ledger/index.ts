export { type PageLedgerRuntimeOptions, pageLedgerRuntimes } from './page-ledger-runtimes.js';
