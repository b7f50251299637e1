/** Every bound the orchestrator enforces. Over a limit is LIMIT_EXCEEDED, which names the limit. */
export const limits = {
  /** Of one gRPC message, as it is sent and unpacked. */
  messageBytesMax: 4 * 1024 * 1024,
  /** Of a blob that is kept in the database; a larger one lies in files, and is uploaded piece by piece. */
  smallBlobBytesMax: 8 * 1024 * 1024,
  blobBytesMax: 16 * 1024 * 1024 * 1024,
  /** After how many bytes of an upload they are put on the disk for good, and the database told. */
  uploadCommitBytes: 32 * 1024 * 1024,
  /** Uploads of a tenant that are not whole, and those that one replica receives at a time. */
  openUploadsPerTenantMax: 64,
  uploadsAtOnceMax: 64,
  /** Small blobs that are received now, together. */
  smallBlobsBytesMax: 256 * 1024 * 1024,
  /** A writer that sends nothing for so long is told to come back. */
  slowWriterMs: 15_000,
  /** What is kept of an upload after its last byte. */
  uploadKeptMs: 24 * 3_600_000,
  blobSweepMs: 60_000,
  /** Small blobs of runs that go on are kept in memory this long, and this many bytes of them. */
  blobCacheBytesMax: 32 * 1024 * 1024,
  blobCacheMs: 30_000,
  /** How long a replica uses the key of a tenant without looking whether it still may. */
  keyHeldMs: 2_000,
  keySweepMs: 5_000,
  definitionBytesMax: 256 * 1024,
  policyBytesMax: 64 * 1024,
  /** What a tenant may store of workflows, the deleted ones that are not purged among them. */
  workflowsPerTenantMax: 1_000,
  revisionsPerWorkflowMax: 1_000,
  workflowBytesPerTenantMax: 64 * 1024 * 1024,
  descriptionCharsMax: 256,
  /** How long a workflow that was deleted can be taken back. */
  workflowUndeleteMs: 30 * 24 * 3_600_000,
  statementBytesMax: 128 * 1024,
  packageBytesMax: 128 * 1024,
  inputsMax: 64,
  offersMax: 64,
  /** Sealed intents of one call, one envelope, one batch. */
  envelopesPerCallMax: 512,
  intentsPerEnvelopeMax: 512,
  intentEnvelopeBytesMax: 1024 * 1024,
  intentsPerBatchMax: 4_096,
  /** Of a ledger whose transfers carry proofs: the enclave checks some 50 a second and has a minute for a batch. */
  provenIntentsPerBatchMax: 1_024,
  /** How long the first intent of a batch waits for others. */
  batchWindowMs: 25,
  /** Envelopes of one ledger that wait for a batch. */
  intentsWaitingMax: 65_536,
  /** How long what became of an envelope can be asked for. */
  intentsKeptMs: 30 * 24 * 3_600_000,
  /** A batch whose authorisation nobody could make by then goes back to the queue. */
  batchDeadlineMs: 15 * 60_000,
  /** Of a tenant without a quota of its own. */
  openRunsPerTenantMax: 256,
  runsPerMinutePerTenant: 6_000,
  blobBytesPerTenantMax: 64 * 1024 * 1024 * 1024,
  runDeadlineMsMax: 30 * 24 * 3_600_000,
  pageSizeMax: 100,
  trustFileBytesMax: 1024 * 1024,
  /** Bundles judged again for one call, and how long: the call has a deadline, and the next page goes on. */
  reappraisalPageMax: 25,
  reappraisalMs: 10_000,
  /** Calls that judge old runs at a time; they share one thread. */
  reappraisalsMax: 4,
  /** How far away the deadline of a call may be; of one that streams, which is then taken up again. */
  callDeadlineMsMax: 120_000,
  streamDeadlineMsMax: 3_600_000,
  /** Unary calls of one tenant that work at once at one replica, and that wait for their turn. */
  callsAtOnceMax: 64,
  callsWaitingMax: 2_048,
  /** From the head of a unary call to the end of its message. */
  requestMs: 15_000,
  /** Streams that one connection may have open; a client that wants more waits, as HTTP/2 says. */
  streamsPerConnectionMax: 4_096,
  /** What a caller may send of one stream, and of all of a connection, before it is read. */
  streamWindowBytes: 1024 * 1024,
  connectionWindowBytes: 4 * 1024 * 1024,
  /** A connection without any call is closed after. */
  idleConnectionMs: 5 * 60_000,
  httpConnectionsMax: 1_024,
  httpHeadersMs: 10_000,
  httpRequestMs: 15_000,
  /** Of a body of JSON; a trust file in base64 is the largest. */
  httpBodyBytesMax: 2 * 1024 * 1024,
  /** A stream of events ends then, and its reader comes back with its credential. */
  httpWatchMs: 60_000,
  /** Of a session of a browser; then its person logs in again. */
  consoleSessionMs: 3_600_000,
  /** An issuer of tokens that takes longer to answer a login is away. */
  issuerMs: 5_000,
  /** Lines of one table. */
  csvRowsMax: 100_000,
  sessionsMax: 256,
  /** Calls of one conversation, and of all of a replica, at a time. */
  callsPerConversationMax: 64,
  openCallsMax: 1_024,
  /** Sealed frames of one answer; what of it waits for its reader, and what of all answers does. */
  answerBytesMax: 32 * 1024 * 1024,
  callBufferBytesMax: 1024 * 1024,
  callBuffersBytesMax: 256 * 1024 * 1024,
  /** How long a call waits for a connection to the replica that has its worker. */
  relayConnectMs: 2_000,
  offerWaitMs: 5_000,
  /** A worker whose stream broke may come back with its results this long; then its leases go elsewhere. */
  sessionGraceMs: 10_000,
  /** Of one tenant. */
  retentionRulesMax: 1_000,
  sweepMs: 1_000,
  /** How often what was said of rows is said again to interpreters that did not act on it. */
  remindMs: 10_000,
  replicaBeatMs: 1_000,
  /** A replica that was silent for so long is dead, and others take its runs over; longer than any stall of a live one. */
  replicaDeadMs: 5_000,
  /** Heartbeats that a worker may miss before it loses a lease. */
  heartbeatsMissedMax: 3,
  /** How long others wait for a replica that takes over, should it freeze meanwhile. */
  takeoverMs: 30_000,
  /** What a drain waits for at most: workers that go elsewhere, and then calls that are answered. */
  drainWorkersMs: 1_000,
  drainCallsMs: 5_000,
  watchHeartbeatMs: 10_000,
  /** What a caller may ask for instead. */
  watchHeartbeatMsMin: 1_000,
  watchHeartbeatMsMax: 60_000,
  watchesMax: 16_384,
  /** A reader that takes nothing for so long is told to come back. */
  slowReaderMs: 15_000,
  waitRunMs: 30_000,
  waitRunMsMax: 60_000,
} as const;
