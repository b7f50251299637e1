import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from '#telemetry';
import type { SiteFile } from '#worker';
import { Authenticator } from './auth/authenticator.js';
import { OidcLogin } from './auth/oidc-login.js';
import { Sessions } from './auth/sessions.js';
import { BlobController } from './blobs/blob.controller.js';
import { BlobFolder } from './blobs/blob-folder.js';
import { BlobKeys } from './blobs/blob-keys.js';
import { BlobList } from './blobs/blob-list.js';
import { BlobReceiver } from './blobs/blob-receiver.js';
import { BlobSender } from './blobs/blob-sender.js';
import { BlobStore } from './blobs/blob-store.js';
import { BlobSweeper } from './blobs/blob-sweeper.js';
import { PlainBlobs } from './blobs/plain-blobs.js';
import { UploadBook } from './blobs/upload-book.js';
import { collateralProviders } from './collateral/collateral-provider.js';
import type { Config } from './config/config.js';
import { CallBook } from './conversations/call-book.js';
import { CallRelay } from './conversations/call-relay.js';
import { ConversationController } from './conversations/conversation.controller.js';
import { OpenStep } from './conversations/open-step.js';
import { RelayTickets } from './conversations/relay-tickets.js';
import { Database } from './database/database.js';
import { CrashWatch } from './engine/crash-watch.js';
import { ResultCollector } from './engine/result-collector.js';
import { RunEngine } from './engine/run-engine.js';
import { RunSteps } from './engine/run-steps.js';
import { RunWork } from './engine/run-work.js';
import { StatementChecker } from './engine/statement-checker.js';
import { TaskDispatcher } from './engine/task-dispatcher.js';
import { BundleReader } from './evidence/bundle-reader.js';
import { EvidenceController } from './evidence/evidence.controller.js';
import { PackageAppraiser } from './evidence/package-appraiser.js';
import { RunCloser } from './evidence/run-closer.js';
import { SigningKey } from './evidence/signing-key.js';
import { ConsoleApiController } from './http/console-api.controller.js';
import { HttpController } from './http/http.controller.js';
import { PeriodReportsController } from './http/period-reports.controller.js';
import { ReadApiController } from './http/read-api.controller.js';
import { RunEventsController } from './http/run-events.controller.js';
import { RunsCsv } from './http/runs-csv.js';
import { SessionController } from './http/session.controller.js';
import { KeyController } from './keys/key.controller.js';
import { KeyChanges } from './keys/key-changes.js';
import { KeySweeper } from './keys/key-sweeper.js';
import { Keyring } from './keys/keyring.js';
import { StagingKeys } from './keys/staging-keys.js';
import type { TenantKeyStore } from './keys/tenant-key-store.js';
import { WrapRenewal } from './keys/wrap-renewal.js';
import { BatchRuns } from './ledger/batch-runs.js';
import { BatchStore } from './ledger/batch-store.js';
import { Batcher } from './ledger/batcher.js';
import { IntentQueue } from './ledger/intent-queue.js';
import { IntentReader } from './ledger/intent-reader.js';
import { IntentWatcher } from './ledger/intent-watcher.js';
import { IntentsController } from './ledger/intents.controller.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { LedgerHistory } from './ledger/ledger-history.js';
import { LedgerReader } from './ledger/ledger-reader.js';
import { LedgerStore } from './ledger/ledger-store.js';
import { PageLedgerStore } from './ledger/page-ledger-store.js';
import { PageLedgerTasks } from './ledger/page-ledger-tasks.js';
import { SettlementTasks } from './ledger/settlement-tasks.js';
import { PageTokens } from './listing/page-tokens.js';
import { AccessLog } from './log/access-log.js';
import { AccessReader } from './log/access-reader.js';
import { LogController } from './log/log.controller.js';
import { LogReader } from './log/log-reader.js';
import { LogSequencer } from './log/log-sequencer.js';
import { TransparencyLog } from './log/transparency-log.js';
import { WitnessFeed } from './log/witness-feed.js';
import { DiagnosticsController } from './observability/diagnostics.controller.js';
import { MetricsReader } from './observability/metrics-reader.js';
import { StateReader } from './observability/state-reader.js';
import { PlanStore } from './plans/plan-store.js';
import { TaskHistory } from './plans/task-history.js';
import { WorkflowController } from './plans/workflow.controller.js';
import { ReappraisalJudge } from './reappraisal/reappraisal-judge.js';
import { RunReappraiser } from './reappraisal/run-reappraiser.js';
import { Drain } from './replicas/drain.js';
import { OfferRelay } from './replicas/offer-relay.js';
import { Readiness } from './replicas/readiness.js';
import { ReplicaBeat } from './replicas/replica-beat.js';
import { ReplicaSignals } from './replicas/replica-signals.js';
import { ApprovalList } from './report/approval-list.js';
import { ExecutorList } from './report/executor-list.js';
import { OverviewReader } from './report/overview-reader.js';
import { PolicyReader } from './report/policy-reader.js';
import { ReportController } from './report/report.controller.js';
import { ReportMaker } from './report/report-maker.js';
import { RunSampler } from './report/run-sampler.js';
import { Changes } from './requests/changes.js';
import { LegalHolds } from './retention/legal-holds.js';
import { RetentionController } from './retention/retention.controller.js';
import { RetentionReader } from './retention/retention-reader.js';
import { RetentionRules } from './retention/retention-rules.js';
import { RetentionSweeper } from './retention/retention-sweeper.js';
import { RunJournals } from './retention/run-journals.js';
import { DecisionView } from './runs/decision-view.js';
import { NullifierStore } from './runs/nullifier-store.js';
import { RequestBook } from './runs/request-book.js';
import { RunController } from './runs/run.controller.js';
import { RunAdmission } from './runs/run-admission.js';
import { RunLifecycleController } from './runs/run-lifecycle.controller.js';
import { RunLifecycle } from './runs/run-lifecycle.js';
import { RunReader } from './runs/run-reader.js';
import { RunSignal } from './runs/run-signal.js';
import { RunSnapshots } from './runs/run-snapshots.js';
import { RunStore } from './runs/run-store.js';
import { RunWatcher } from './runs/run-watcher.js';
import { RunWriter } from './runs/run-writer.js';
import { StepApproval } from './runs/step-approval.js';
import { StepDecisions } from './runs/step-decisions.js';
import { AttestationController } from './sessions/attestation.controller.js';
import { LeaseBook } from './sessions/lease-book.js';
import { LeaseMessages } from './sessions/lease-messages.js';
import { LeaseSilence } from './sessions/lease-silence.js';
import { MachineLook } from './sessions/machine-look.js';
import { ResultBook } from './sessions/result-book.js';
import { SessionRegistry } from './sessions/session-registry.js';
import { WorkerController } from './sessions/worker.controller.js';
import { WorkerDrain } from './sessions/worker-drain.js';
import { WorkerKeys } from './sessions/worker-keys.js';
import { WorkerList } from './sessions/worker-list.js';
import { TenantController } from './tenants/tenant.controller.js';
import { TenantChanges } from './tenants/tenant-changes.js';
import { TenantReader } from './tenants/tenant-reader.js';
import { BundleStamper } from './timestamps/bundle-stamper.js';
import { RevocationLists } from './timestamps/revocation-lists.js';
import { TimestampFeed } from './timestamps/timestamp-feed.js';
import { TimestampSweeper } from './timestamps/timestamp-sweeper.js';
import type { ServerTls } from './tls/server-tls.js';
import { CLOCK, type Clock, CONFIG, KEY_STORE, LOGGER, SITE, TLS } from './tokens.js';
import { StoredWorkflowController } from './workflows/stored-workflow.controller.js';
import { WorkflowChanges } from './workflows/workflow-changes.js';
import { WorkflowReader } from './workflows/workflow-reader.js';
import { WorkflowStore } from './workflows/workflow-store.js';

/** What exists before the module does: opened, read and checked by `main`. */
export interface Foundation {
  readonly config: Config;
  readonly database: Database;
  readonly site: SiteFile;
  readonly key: SigningKey;
  readonly keys: TenantKeyStore;
  readonly logger: Logger;
  readonly tls: ServerTls | null;
}

@Module({})
export class AppModule {
  static on(foundation: Foundation): DynamicModule {
    return {
      module: AppModule,
      controllers: [
        WorkflowController,
        StoredWorkflowController,
        RunController,
        RunLifecycleController,
        BlobController,
        AttestationController,
        EvidenceController,
        KeyController,
        LedgerController,
        IntentsController,
        RetentionController,
        WorkerController,
        ConversationController,
        HttpController,
        ReadApiController,
        ConsoleApiController,
        RunEventsController,
        PeriodReportsController,
        SessionController,
        ReportController,
        DiagnosticsController,
        LogController,
        TenantController,
      ],
      providers: [
        { provide: CONFIG, useValue: foundation.config },
        { provide: Database, useValue: foundation.database },
        { provide: SITE, useValue: foundation.site },
        { provide: SigningKey, useValue: foundation.key },
        { provide: LOGGER, useValue: foundation.logger },
        { provide: TLS, useValue: foundation.tls },
        { provide: CLOCK, useValue: () => Date.now() },
        PageTokens,
        Authenticator,
        Sessions,
        OidcLogin,
        { provide: KEY_STORE, useValue: foundation.keys },
        Keyring,
        BlobKeys,
        PlainBlobs,
        {
          provide: StagingKeys,
          useFactory: (database: Database, ring: Keyring, signals: ReplicaSignals, clock: Clock) =>
            new StagingKeys(database, ring, signals, clock),
          inject: [Database, Keyring, ReplicaSignals, CLOCK],
        },
        KeyChanges,
        WrapRenewal,
        KeySweeper,
        BlobStore,
        BlobFolder,
        UploadBook,
        BlobReceiver,
        BlobSender,
        BlobList,
        BlobSweeper,
        PlanStore,
        TaskHistory,
        RunSnapshots,
        RunStore,
        RunWriter,
        RunSignal,
        RunLifecycle,
        RunWatcher,
        RunReader,
        RequestBook,
        Changes,
        TenantChanges,
        TenantReader,
        WorkflowStore,
        WorkflowReader,
        WorkflowChanges,
        RunAdmission,
        StepApproval,
        SessionRegistry,
        WorkerKeys,
        MachineLook,
        WorkerList,
        WorkerDrain,
        LeaseMessages,
        {
          provide: LeaseSilence,
          useValue: new LeaseSilence(foundation.config.heartbeatMs, () => performance.now()),
        },
        LeaseBook,
        ResultBook,
        CallBook,
        RelayTickets,
        CallRelay,
        OpenStep,
        LedgerStore,
        LedgerReader,
        LedgerHistory,
        PageLedgerStore,
        PageLedgerTasks,
        SettlementTasks,
        IntentQueue,
        IntentReader,
        IntentWatcher,
        BatchStore,
        BatchRuns,
        Batcher,
        WitnessFeed,
        TransparencyLog,
        LogSequencer,
        AccessLog,
        AccessReader,
        LogReader,
        BundleReader,
        RetentionReader,
        LegalHolds,
        RetentionRules,
        StepDecisions,
        DecisionView,
        OverviewReader,
        RunSampler,
        ApprovalList,
        PolicyReader,
        ExecutorList,
        ReportMaker,
        RunsCsv,
        RevocationLists,
        TimestampFeed,
        TimestampSweeper,
        RetentionSweeper,
        RunJournals,
        BundleStamper,
        ReappraisalJudge,
        RunReappraiser,
        PackageAppraiser,
        RunCloser,
        StatementChecker,
        TaskDispatcher,
        NullifierStore,
        ResultCollector,
        CrashWatch,
        RunWork,
        RunSteps,
        RunEngine,
        ReplicaSignals,
        OfferRelay,
        ReplicaBeat,
        StateReader,
        MetricsReader,
        Drain,
        Readiness,
        ...collateralProviders(foundation.config),
      ],
    };
  }
}
