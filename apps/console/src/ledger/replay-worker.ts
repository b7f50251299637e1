/** The thread that replays a ledger: it has no page, no storage and, by the policy it is served with, no network. */
import { EvidenceError } from '#evidence';
import { LedgerReplayer } from './replay.js';
import type { ReplayReply, ReplayRequest } from './replay-messages.js';

const port = self as unknown as {
  onmessage: ((event: MessageEvent<ReplayRequest>) => void) | null;
  postMessage(reply: ReplayReply): void;
};
const replayer = new LedgerReplayer();

port.onmessage = ({ data }) => {
  try {
    if (data.kind === 'chain') port.postMessage({ kind: 'chained', chain: replayer.chain(data.statements) });
    else port.postMessage({ kind: 'added', additions: replayer.add(data.version, data.brought) });
  } catch (error) {
    const known = error instanceof EvidenceError;
    const message = known ? error.message : 'the replay stumbled; report this ledger';
    port.postMessage({ kind: 'refused', code: known ? error.code : 'INTERNAL', message });
  }
};
