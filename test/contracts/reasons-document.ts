import { status } from '@grpc/grpc-js';
import { REASONS, type Reason, reasonFacts } from '#contracts';

const intro = `# Errors

Every failure of the gRPC API carries \`google.rpc.Status\` in the trailer \`grpc-status-details-bin\`: an \`ErrorInfo\` with the domain \`sealflow.dev\`, a stable reason and facts for a program, then the details that the table names, and \`RetryInfo\` where waiting helps. Where fields are wrong, \`BadRequest\` names each. Over HTTP the same error is a problem (RFC 9457) with the reason as its title. No error holds a payload or a secret.

Failures of the transport have a code alone: an unknown method (\`UNIMPLEMENTED\`), a deadline that is over (\`DEADLINE_EXCEEDED\`), a connection that was refused or is gone (\`UNAVAILABLE\`), a stream that was reset because nobody read it, not even its reason (\`RESOURCE_EXHAUSTED\`). A message that is too long is \`LIMIT_EXCEEDED\`, one that cannot be decoded \`INVALID_REQUEST\`.

A call that changes something takes a \`request_id\` (a lower-case UUID) where its request has the field: sent again with the same content it is done once, for two days and for CreateRun for ever; with other content it is \`REQUEST_ID_REUSED\`. Those that take \`validate_only\` then check everything and change nothing; an \`etag\` of the resource as it was read makes the call fail with \`ETAG_MISMATCH\` when it is no longer that.

Retry: *no* means that the same call fails again; *re-read* means to read what changed and to decide again; a time is how long to wait before the same call.

| Reason | Code | Details | Retry | Meaning |
|---|---|---|---|---|
`;

const OF_STEPS = '*Why a step of a run failed, in `Step.reason`; no call answers with it.*';

/** docs/errors.md, made of the table that the services use. */
export function reasonsDocument(): string {
  const rows = (Object.keys(REASONS) as Reason[]).sort().map((reason) => {
    const { code, detail, retry, meaning, ofSteps } = reasonFacts(reason);
    const again = typeof retry === 'number' ? `${retry} ms` : retry === 'reread' ? 're-read' : 'no';
    return `| \`${reason}\` | ${status[code]} | ${detail === 'none' ? '' : detail} | ${again} | ${ofSteps === true ? `${meaning} ${OF_STEPS}` : meaning} |`;
  });
  return `${intro}${rows.join('\n')}\n`;
}
