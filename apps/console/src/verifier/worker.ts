/** The verifier's thread: it has no page, no storage and, by the policy it is served with, no network. */
import { answer } from './examine.js';
import type { VerifierReply, VerifierRequest } from './messages.js';

const port = self as unknown as {
  onmessage: ((event: MessageEvent<VerifierRequest>) => void) | null;
  postMessage(reply: VerifierReply): void;
};

port.onmessage = ({ data }) => {
  const { id } = data;
  const onStage = (stage: Extract<VerifierReply, { kind: 'stage' }>['stage'], place: number): void =>
    port.postMessage({ kind: 'stage', id, stage, place });
  answer(data, onStage, () => performance.now()).then(
    (reply) => port.postMessage(reply),
    () => undefined,
  );
};
