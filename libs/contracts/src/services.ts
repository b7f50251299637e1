import {
  type ChannelCredentials,
  type ClientOptions,
  credentials,
  loadPackageDefinition,
} from '@grpc/grpc-js';
import type { Bearer } from './bearer.js';
import { bearerInterceptor } from './bearer-interceptor.js';
import type { ProtoGrpcType as AttestationTypes } from './generated/attestation.js';
import type { ProtoGrpcType as BlobTypes } from './generated/blob.js';
import type { ProtoGrpcType as ConversationTypes } from './generated/conversation.js';
import type { ProtoGrpcType as EvidenceTypes } from './generated/evidence.js';
import type { ProtoGrpcType as KeyTypes } from './generated/key.js';
import type { ProtoGrpcType as LedgerTypes } from './generated/ledger.js';
import type { ProtoGrpcType as ReportTypes } from './generated/report.js';
import type { ProtoGrpcType as RetentionTypes } from './generated/retention.js';
import type { ProtoGrpcType as RunTypes } from './generated/run.js';
import type { AttestationServiceClient } from './generated/sealflow/attestation/v1/AttestationService.js';
import type { BlobServiceClient } from './generated/sealflow/blob/v1/BlobService.js';
import type { ConversationServiceClient } from './generated/sealflow/conversation/v1/ConversationService.js';
import type { EvidenceServiceClient } from './generated/sealflow/evidence/v1/EvidenceService.js';
import type { KeyServiceClient } from './generated/sealflow/key/v1/KeyService.js';
import type { LedgerServiceClient } from './generated/sealflow/ledger/v1/LedgerService.js';
import type { ReportServiceClient } from './generated/sealflow/report/v1/ReportService.js';
import type { RetentionServiceClient } from './generated/sealflow/retention/v1/RetentionService.js';
import type { RunServiceClient } from './generated/sealflow/run/v1/RunService.js';
import type { TenantServiceClient } from './generated/sealflow/tenant/v1/TenantService.js';
import type { WorkerServiceClient } from './generated/sealflow/worker/v1/WorkerService.js';
import type { WorkflowServiceClient } from './generated/sealflow/workflow/v1/WorkflowService.js';
import type { ProtoGrpcType as TenantTypes } from './generated/tenant.js';
import type { ProtoGrpcType as WorkerTypes } from './generated/worker.js';
import type { ProtoGrpcType as WorkflowTypes } from './generated/workflow.js';
import { loadContracts } from './loader.js';
import { readFromStart } from './read-from-start.js';
import { repeatableCalls, repetition } from './repeatable-calls.js';
import { traceCalls } from './tracing.js';

type Contracts = AttestationTypes &
  BlobTypes &
  ConversationTypes &
  EvidenceTypes &
  KeyTypes &
  LedgerTypes &
  RunTypes &
  ReportTypes &
  RetentionTypes &
  TenantTypes &
  WorkerTypes &
  WorkflowTypes;

/** Typed clients of one orchestrator; they share one channel configuration. */
export interface ServiceClients {
  readonly workflow: WorkflowServiceClient;
  readonly run: RunServiceClient;
  readonly blob: BlobServiceClient;
  readonly attestation: AttestationServiceClient;
  readonly conversation: ConversationServiceClient;
  readonly evidence: EvidenceServiceClient;
  readonly key: KeyServiceClient;
  readonly ledger: LedgerServiceClient;
  readonly report: ReportServiceClient;
  readonly retention: RetentionServiceClient;
  readonly tenant: TenantServiceClient;
  readonly worker: WorkerServiceClient;
  close(): void;
}

const serviceConfig = {
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [
    {
      name: repeatableCalls.flatMap(({ service, methods }) => methods.map((method) => ({ service, method }))),
      retryPolicy: {
        maxAttempts: repetition.attemptsMax,
        initialBackoff: `${repetition.firstMs / 1_000}s`,
        maxBackoff: `${repetition.mostMs / 1_000}s`,
        backoffMultiplier: repetition.times,
        // CANCELLED is how a reset of the server's side arrives; what the caller cancels is not tried again.
        retryableStatusCodes: ['UNAVAILABLE', 'CANCELLED'],
      },
    },
  ],
};

const WINDOW_BYTES = 1024 * 1024;

/**
 * Reconnect fast, since orchestrators restart under their workers and clients. Where a target has several addresses,
 * calls go to all that answer, each to the next one: what a replica drops, the next takes.
 */
const channelOptions: ClientOptions = {
  // RFC 9113 section 6.9: what may be sent before it is read. 64 KiB, as it is without this, is one trip there and back
  // for each of them.
  'grpc-node.flow_control_window': WINDOW_BYTES,
  'grpc.service_config': JSON.stringify(serviceConfig),
  // A replica that is frozen, or cut off, never closes its connection.
  'grpc.keepalive_time_ms': 5_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  interceptors: [readFromStart, traceCalls],
};

export interface ConnectOptions {
  readonly channel?: ChannelCredentials;
  /** Who calls; without it, only what is open to everybody answers. */
  readonly bearer?: Bearer | undefined;
}

export function connectServices(target: string, options: ConnectOptions = {}): ServiceClients {
  const { sealflow } = loadPackageDefinition(loadContracts()) as unknown as Contracts;
  const channel = options.channel ?? credentials.createInsecure();
  const settings: ClientOptions =
    options.bearer === undefined
      ? channelOptions
      : { ...channelOptions, interceptors: [readFromStart, traceCalls, bearerInterceptor(options.bearer)] };
  const workflow = new sealflow.workflow.v1.WorkflowService(target, channel, settings);
  const run = new sealflow.run.v1.RunService(target, channel, settings);
  const blob = new sealflow.blob.v1.BlobService(target, channel, settings);
  const attestation = new sealflow.attestation.v1.AttestationService(target, channel, settings);
  const conversation = new sealflow.conversation.v1.ConversationService(target, channel, settings);
  const evidence = new sealflow.evidence.v1.EvidenceService(target, channel, settings);
  const key = new sealflow.key.v1.KeyService(target, channel, settings);
  const ledger = new sealflow.ledger.v1.LedgerService(target, channel, settings);
  const report = new sealflow.report.v1.ReportService(target, channel, settings);
  const retention = new sealflow.retention.v1.RetentionService(target, channel, settings);
  const tenant = new sealflow.tenant.v1.TenantService(target, channel, settings);
  const worker = new sealflow.worker.v1.WorkerService(target, channel, settings);
  const all = [
    workflow,
    run,
    blob,
    attestation,
    conversation,
    evidence,
    key,
    ledger,
    report,
    retention,
    tenant,
    worker,
  ];
  return {
    workflow,
    run,
    blob,
    attestation,
    conversation,
    evidence,
    key,
    ledger,
    report,
    retention,
    tenant,
    worker,
    close: () => {
      for (const client of all) client.close();
    },
  };
}
