import { type Bearer, requireCredential } from './bearer.js';
import type { ServiceClients } from './services.js';
import { webClient } from './web/web-client.js';

export interface ConnectOptions {
  readonly bearer?: Bearer | undefined;
}

/**
 * Typed clients of one orchestrator, from a page.
 *
 * @param target address of its HTTP side, e.g. `https://sealflow.example.com`
 * @throws RangeError for another form of target, or a text that is no credential
 */
export function connectServices(target: string, { bearer }: ConnectOptions = {}): ServiceClients {
  if (typeof bearer === 'string') requireCredential(bearer);
  const connection = { address: addressOf(target), bearer };
  const client = <T>(area: string, service: string): T =>
    webClient(`sealflow.${area}.v1.${service}`, connection) as T;
  return {
    workflow: client('workflow', 'WorkflowService'),
    run: client('run', 'RunService'),
    blob: client('blob', 'BlobService'),
    attestation: client('attestation', 'AttestationService'),
    conversation: client('conversation', 'ConversationService'),
    evidence: client('evidence', 'EvidenceService'),
    key: client('key', 'KeyService'),
    ledger: client('ledger', 'LedgerService'),
    report: client('report', 'ReportService'),
    retention: client('retention', 'RetentionService'),
    tenant: client('tenant', 'TenantService'),
    worker: client('worker', 'WorkerService'),
    close: () => undefined,
  };
}

function addressOf(target: string): string {
  const url = URL.canParse(target) ? new URL(target) : null;
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new RangeError(
      'target: expected an address such as https://sealflow.example.com, got another text',
    );
  }
  return url.href.replace(/\/+$/, '');
}
