import { status } from '@grpc/grpc-js';
import { REASONS, type Reason, reasonFacts } from '#contracts';

const intro = `# Errors

Every failure of the gRPC API carries \`google.rpc.Status\` in the trailer \`grpc-status-details-bin\`: an \`ErrorInfo\` with the domain \`sealflow.dev\`, a stable reason and facts for a program, then the details that the table names, and \`RetryInfo\` where waiting helps. Where fields are wrong, \`BadRequest\` names each. Over HTTP the same error is a problem (RFC 9457) with the reason as its title. No error holds a payload or a secret.

Failures of the transport have a code alone: an unknown method (\`UNIMPLEMENTED\`), a message that is too long or cannot be decoded, a deadline that is over (\`DEADLINE_EXCEEDED\`).

Retry: *no* means that the same call fails again; *re-read* means to read what changed and to decide again; a time is how long to wait before the same call.

| Reason | Code | Details | Retry | Meaning |
|---|---|---|---|---|
`;

/** docs/errors.md, made of the table that the services use. */
export function reasonsDocument(): string {
  const rows = (Object.keys(REASONS) as Reason[]).sort().map((reason) => {
    const { code, detail, retry, meaning } = reasonFacts(reason);
    const again = typeof retry === 'number' ? `${retry} ms` : retry === 'reread' ? 're-read' : 'no';
    return `| \`${reason}\` | ${status[code]} | ${detail === 'none' ? '' : detail} | ${again} | ${meaning} |`;
  });
  return `${intro}${rows.join('\n')}\n`;
}
