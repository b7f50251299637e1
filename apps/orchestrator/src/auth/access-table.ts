import { type Role, roles } from './principal.js';

/**
 * Who may call what, as data. A method that is not here is refused to everybody; a test goes through every method of
 * every proto file and wants an entry.
 */
export type Access =
  /** Answers without a credential: `why` says why that is right. */
  | { readonly kind: 'open'; readonly why: string }
  /** About a resource of one tenant, which `field` of the request names: the caller's own tenant, or it does not exist. */
  | { readonly kind: 'tenant'; readonly field: string; readonly roles: readonly Role[] }
  /** Names no tenant: what it answers is the same for all, or goes by the caller's tenant. */
  | { readonly kind: 'shared'; readonly roles: readonly Role[] };

const readers = ['submitter', 'approver', 'compliance', 'auditor'] as const;
/** Whoever makes workflows, and whoever runs them. */
const authors = ['submitter', 'model-owner'] as const;
const judges = ['compliance', 'auditor'] as const;

const open = (why: string): Access => ({ kind: 'open', why });
const shared = (...roles: readonly Role[]): Access => ({ kind: 'shared', roles });
const named =
  (field: string) =>
  (...roles: readonly Role[]): Access => ({ kind: 'tenant', field, roles });

const below = named('parent');
const at = named('name');
const ofRun = named('run');

const probe = open('probes of load balancers have no credential, and the answer says nothing of any tenant');
const contract = open('the contract is public; reflection shows nothing else');
const publicLog = open('checkpoints are public: whoever audits the log needs nobody’s leave');

export const methodTable: Readonly<Record<string, Access>> = {
  '/grpc.health.v1.Health/Check': probe,
  '/grpc.health.v1.Health/List': probe,
  '/grpc.health.v1.Health/Watch': probe,
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo': contract,
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo': contract,

  '/sealflow.workflow.v1.WorkflowService/ValidateWorkflow': shared('submitter', 'model-owner', 'compliance'),
  '/sealflow.workflow.v1.WorkflowService/PlanWorkflow': below('submitter'),

  '/sealflow.workflow.v1.WorkflowService/CreateWorkflow': below(...authors),
  '/sealflow.workflow.v1.WorkflowService/GetWorkflow': at(...readers, 'model-owner'),
  '/sealflow.workflow.v1.WorkflowService/ListWorkflows': below(...readers, 'model-owner'),
  '/sealflow.workflow.v1.WorkflowService/UpdateWorkflow': at(...authors),
  '/sealflow.workflow.v1.WorkflowService/DeleteWorkflow': at(...authors),
  '/sealflow.workflow.v1.WorkflowService/UndeleteWorkflow': at(...authors),
  '/sealflow.workflow.v1.WorkflowService/GetWorkflowRevision': at(...readers, 'model-owner'),
  '/sealflow.workflow.v1.WorkflowService/ListWorkflowRevisions': below(...readers, 'model-owner'),
  '/sealflow.workflow.v1.WorkflowService/UpdateWorkflowRevision': at(...authors),

  '/sealflow.run.v1.RunService/CreateRun': below('submitter'),
  '/sealflow.run.v1.RunService/GetRun': at(...readers),
  '/sealflow.run.v1.RunService/ListRuns': below(...readers),
  '/sealflow.run.v1.RunService/WatchRun': at(...readers),
  '/sealflow.run.v1.RunService/WaitRun': at(...readers),
  '/sealflow.run.v1.RunService/CancelRun': at('submitter'),
  '/sealflow.run.v1.RunService/PauseRun': at('submitter'),
  '/sealflow.run.v1.RunService/ResumeRun': at('submitter'),
  '/sealflow.run.v1.RunService/RetryStep': at('submitter'),
  '/sealflow.run.v1.RunService/ListParkedRuns': shared('operator'),
  '/sealflow.run.v1.RunService/UnparkRun': shared('operator'),
  '/sealflow.run.v1.RunService/RewrapInput': at('submitter'),
  '/sealflow.run.v1.RunService/ApproveStep': at('approver'),

  // Blobs are ciphertext or public evidence; compliance reads bundles and has no use for sealed inputs.
  '/sealflow.blob.v1.BlobService/WriteBlob': shared('submitter', 'approver', 'worker'),
  '/sealflow.blob.v1.BlobService/QueryWriteStatus': shared('submitter', 'approver', 'worker'),
  '/sealflow.blob.v1.BlobService/ReadBlob': shared('submitter', 'approver', 'auditor', 'worker'),
  '/sealflow.blob.v1.BlobService/StatBlob': shared('submitter', 'approver', 'auditor', 'worker'),
  '/sealflow.blob.v1.BlobService/ListBlobs': below('submitter', 'compliance', 'auditor'),
  '/sealflow.blob.v1.BlobService/DeleteBlob': at('submitter'),

  // A worker appraises the one that its outputs go to before it seals them; an operator looks whether it would pass.
  '/sealflow.attestation.v1.AttestationService/GetWorkerOffers': shared('submitter', 'worker', 'operator'),
  '/sealflow.attestation.v1.AttestationService/ListWorkers': shared(
    'submitter',
    'compliance',
    'auditor',
    'operator',
    'service',
  ),
  '/sealflow.attestation.v1.AttestationService/DrainWorker': shared('operator'),
  '/sealflow.attestation.v1.AttestationService/UndrainWorker': shared('operator'),

  // What is said is sealed to whoever sealed the run's inputs: a submitter of the tenant without that key says nothing.
  '/sealflow.conversation.v1.ConversationService/Converse': at('submitter'),
  '/sealflow.conversation.v1.ConversationService/Relay': open(
    'its message is a credential: a ticket that only a replica can make, for one frame to one lease',
  ),

  '/sealflow.evidence.v1.EvidenceService/ListBundles': below(...readers),
  '/sealflow.evidence.v1.EvidenceService/GetBundle': ofRun(...readers),
  '/sealflow.evidence.v1.EvidenceService/DownloadBundle': ofRun(...readers),
  '/sealflow.evidence.v1.EvidenceService/GetLogProof': ofRun(...readers),
  '/sealflow.evidence.v1.EvidenceService/GetCheckpoint': publicLog,
  '/sealflow.evidence.v1.EvidenceService/RedactBundle': ofRun(...readers),
  '/sealflow.evidence.v1.EvidenceService/PreviewRedaction': ofRun(...readers),
  '/sealflow.evidence.v1.EvidenceService/ListCheckpoints': shared(...readers, 'operator'),
  '/sealflow.evidence.v1.EvidenceService/GetConsistencyProof': shared(...readers, 'operator'),
  '/sealflow.evidence.v1.EvidenceService/GetInclusionProof': shared(...readers, 'operator'),
  '/sealflow.evidence.v1.EvidenceService/ListEvidenceAccess': below(...judges),
  '/sealflow.evidence.v1.EvidenceService/ReappraiseRuns': below(...judges),

  '/sealflow.ledger.v1.LedgerService/ListLedgers': below(...readers),
  '/sealflow.ledger.v1.LedgerService/GetLedger': at(...readers),
  '/sealflow.ledger.v1.LedgerService/ListLedgerEntries': below(...readers),
  '/sealflow.ledger.v1.LedgerService/SubmitIntents': below('submitter'),
  '/sealflow.ledger.v1.LedgerService/GetIntents': below(...readers),
  '/sealflow.ledger.v1.LedgerService/WatchIntents': below(...readers),
  '/sealflow.ledger.v1.LedgerService/ListLedgerBatches': below(...readers),

  '/sealflow.report.v1.ReportService/GetOverview': below(...readers),
  '/sealflow.report.v1.ReportService/SampleRuns': below(...readers),
  '/sealflow.report.v1.ReportService/ListApprovals': below(...readers),
  '/sealflow.report.v1.ReportService/ListPolicies': below(...readers),
  '/sealflow.report.v1.ReportService/GetPolicy': at(...readers),
  '/sealflow.report.v1.ReportService/ListExecutors': below(...readers),
  '/sealflow.report.v1.ReportService/GetReport': below(...judges),

  '/sealflow.retention.v1.RetentionService/SetRetention': below('compliance'),
  '/sealflow.retention.v1.RetentionService/ListRetention': below('submitter', ...judges),
  '/sealflow.retention.v1.RetentionService/PlaceHold': below('compliance'),
  '/sealflow.retention.v1.RetentionService/LiftHold': at('compliance'),
  '/sealflow.retention.v1.RetentionService/ListHolds': below(...judges),
  '/sealflow.retention.v1.RetentionService/ListRetentionRecords': below(...judges),

  '/sealflow.key.v1.KeyService/ListKeys': shared('operator'),
  '/sealflow.key.v1.KeyService/GetKeyState': shared('operator'),
  '/sealflow.key.v1.KeyService/RotateKey': shared('operator'),
  '/sealflow.key.v1.KeyService/SuspendKey': shared('operator'),
  '/sealflow.key.v1.KeyService/ResumeKey': shared('operator'),
  '/sealflow.key.v1.KeyService/DestroyKey': shared('operator'),

  '/sealflow.worker.v1.WorkerService/Connect': shared('worker'),

  '/sealflow.tenant.v1.TenantService/CreateTenant': shared('operator'),
  '/sealflow.tenant.v1.TenantService/ListTenants': shared('operator'),
  '/sealflow.tenant.v1.TenantService/CreateApiKey': shared('operator'),
  '/sealflow.tenant.v1.TenantService/ListApiKeys': shared('operator'),
  '/sealflow.tenant.v1.TenantService/RevokeApiKey': shared('operator'),
  '/sealflow.tenant.v1.TenantService/UpdateQuota': shared('operator'),
  '/sealflow.tenant.v1.TenantService/GetUsage': at('submitter', 'compliance', 'auditor'),
  '/sealflow.tenant.v1.TenantService/ListUsage': below('submitter', 'compliance', 'auditor'),
};

/** What is read over HTTP is for those who may read it over gRPC, whoever these are. */
function like(method: string): Access {
  const access = methodTable[`/sealflow.${method}`];
  if (access === undefined) throw new RangeError(`no method ${method}`);
  return access;
}

export interface HttpEntry {
  /** Matched against the whole path; a group `tenant` names whose resource it is. */
  readonly path: RegExp;
  readonly access: Access;
  /** Absent: it is read, GET or HEAD. */
  readonly method?: 'POST' | 'DELETE';
}

/** A path below a tenant, which `rest` is a pattern of. */
function ofTenant(rest: string, method: string): HttpEntry {
  return {
    path: new RegExp(`^/v1/tenants/(?<tenant>[a-z0-9][a-z0-9.-]{0,62})/${rest}$`),
    access: like(method),
  };
}

const session = /^\/v1\/session$/;

/** The HTTP side. A path or a verb that is not here is not found, whoever asks. */
export const httpTable: readonly HttpEntry[] = [
  { path: /^\/(healthz|readyz)$/, access: probe },
  { path: /^\/version$/, access: open('which published code this is; a verdict rests on evidence alone') },
  {
    path: /^\/\.well-known\/sealflow-keys$/,
    access: open('public halves of keys, which relying parties compare by another way'),
  },
  { path: /^\/log\/(checkpoint|tile\/.*)$/, access: publicLog },
  {
    path: /^\/(console(\/.*)?)?$/,
    access: open('files of a release, the same for all; what a page shows it asks for with a credential'),
  },
  // What a console reads, for whom the same methods over gRPC are.
  {
    path: /^\/v1\/tenants\/(?<tenant>[a-z0-9][a-z0-9.-]{0,62})\/runs(\/[^/]+)?$/,
    access: like('run.v1.RunService/ListRuns'),
  },
  {
    path: /^\/v1\/tenants\/(?<tenant>[a-z0-9][a-z0-9.-]{0,62})\/bundles$/,
    access: like('evidence.v1.EvidenceService/ListBundles'),
  },
  {
    path: /^\/v1\/tenants\/(?<tenant>[a-z0-9][a-z0-9.-]{0,62})\/workflows(\/[^/]+(\/revisions(\/[^/]+)?)?)?$/,
    access: like('workflow.v1.WorkflowService/ListWorkflows'),
  },
  ofTenant('ledgers', 'ledger.v1.LedgerService/ListLedgers'),
  ofTenant('ledgers/[^/]+(/entries)?', 'ledger.v1.LedgerService/ListLedgerEntries'),
  ofTenant('ledgers/[^/]+/batches', 'ledger.v1.LedgerService/ListLedgerBatches'),
  // Receipts and the pages that they name: ciphertexts of the ledger's key, which whoever replays it adds.
  ofTenant(
    'ledgers/[^/]+/receipts(/[0-9a-f]{64}/ciphertexts/[0-9a-f]{64})?',
    'ledger.v1.LedgerService/ListLedgerBatches',
  ),
  ofTenant('overview', 'report.v1.ReportService/GetOverview'),
  ofTenant('runSamples', 'report.v1.ReportService/SampleRuns'),
  ofTenant('runs\\.csv', 'run.v1.RunService/ListRuns'),
  ofTenant('runs/[^/]+/events', 'run.v1.RunService/WatchRun'),
  ofTenant('runs/[^/]+/bundle', 'evidence.v1.EvidenceService/DownloadBundle'),
  ofTenant('runs/[^/]+/disclosures/[^/]+', 'evidence.v1.EvidenceService/PreviewRedaction'),
  ofTenant('runs/[^/]+/disclosures/[^/]+/bundle', 'evidence.v1.EvidenceService/RedactBundle'),
  ofTenant('runs/[^/]+/steps/[^/]+/decision', 'report.v1.ReportService/ListApprovals'),
  { ...ofTenant('runs/[^/]+/steps/[^/]+/decision', 'run.v1.RunService/ApproveStep'), method: 'POST' },
  ofTenant('approvals', 'report.v1.ReportService/ListApprovals'),
  ofTenant('policies', 'report.v1.ReportService/ListPolicies'),
  ofTenant('policies/[^/]+', 'report.v1.ReportService/GetPolicy'),
  ofTenant('report', 'report.v1.ReportService/GetReport'),
  { ...ofTenant('reappraisals', 'evidence.v1.EvidenceService/ReappraiseRuns'), method: 'POST' },
  ofTenant('executors', 'report.v1.ReportService/ListExecutors'),
  ofTenant('retentionRules', 'retention.v1.RetentionService/ListRetention'),
  { ...ofTenant('retentionRules', 'retention.v1.RetentionService/SetRetention'), method: 'POST' },
  ofTenant('holds', 'retention.v1.RetentionService/ListHolds'),
  { ...ofTenant('holds', 'retention.v1.RetentionService/PlaceHold'), method: 'POST' },
  { ...ofTenant('holds/[0-9a-f]{16}/lift', 'retention.v1.RetentionService/LiftHold'), method: 'POST' },
  ofTenant('retentionRecords', 'retention.v1.RetentionService/ListRetentionRecords'),
  { path: /^\/v1\/log\/(checkpoints|health)$/, access: like('evidence.v1.EvidenceService/ListCheckpoints') },
  { path: /^\/v1\/log\/consistency$/, access: like('evidence.v1.EvidenceService/GetConsistencyProof') },
  { path: /^\/v1\/log\/inclusion$/, access: like('evidence.v1.EvidenceService/GetInclusionProof') },
  {
    path: /^\/v1\/tenants\/(?<tenant>[a-z0-9][a-z0-9.-]{0,62})\/usage(\/days)?$/,
    access: like('tenant.v1.TenantService/ListUsage'),
  },
  {
    path: /^\/v1\/tenants\/(?<tenant>[a-z0-9][a-z0-9.-]{0,62})\/evidenceAccesses$/,
    access: like('evidence.v1.EvidenceService/ListEvidenceAccess'),
  },
  // No group names the tenant: who asks is of none.
  { path: /^\/v1\/tenants$/, access: like('tenant.v1.TenantService/ListTenants') },
  {
    path: /^\/v1(\/tenants\/[a-z0-9][a-z0-9.-]{0,62})?\/apiKeys$/,
    access: like('tenant.v1.TenantService/ListApiKeys'),
  },
  { path: /^\/v1\/workers$/, access: like('attestation.v1.AttestationService/ListWorkers') },
  // Who is there at all: whatever it may do.
  { path: session, access: shared(...roles) },
  { path: session, access: shared(...roles), method: 'POST' },
  { path: session, access: shared(...roles), method: 'DELETE' },
  {
    path: /^\/v1\/login(\/[a-z0-9][a-z0-9-]{0,31})?$/,
    access: open('whoever logs in has no credential yet, and the issuer says who that is'),
  },
  { path: /^\/(metrics|diagnostics)$/, access: shared('operator', 'service') },
];
