/** Running traces of this process. */
export interface Tracing {
  /** Sends what is there, within a bounded time. Never rejects. */
  flush(): Promise<void>;
  /** `flush`, for the last time. */
  stop(): Promise<void>;
}

const EXPORT_MS = 2_000;
const FLUSH_MS = 3_000;
/** Spans that wait for a collector that is away; more are dropped. */
const QUEUE_MAX = 2_048;
const BATCH_MAX = 256;

const silent: Tracing = { flush: async () => undefined, stop: async () => undefined };

/**
 * Sends spans over OTLP/HTTP when OTEL_EXPORTER_OTLP_ENDPOINT says where to, and loads nothing otherwise. The other
 * variables of OpenTelemetry hold as well, OTEL_TRACES_SAMPLER for one. No detector looks at this machine: a command
 * line or an environment may hold what must not leave. A collector that is away costs spans and nothing else.
 */
export async function startTracing(
  service: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Tracing> {
  if ((environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') === '') return silent;
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: EXPORT_MS }), {
    maxQueueSize: QUEUE_MAX,
    maxExportBatchSize: BATCH_MAX,
    scheduledDelayMillis: 1_000,
    exportTimeoutMillis: EXPORT_MS,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `sealflow-${service}` }),
    spanProcessors: [processor],
    spanLimits: { attributeValueLengthLimit: 128, attributeCountLimit: 16, eventCountLimit: 0 },
  });
  provider.register();
  return {
    flush: () => withinBound(provider.forceFlush()),
    stop: () => withinBound(provider.shutdown()),
  };
}

async function withinBound(sending: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FLUSH_MS);
  });
  await Promise.race([sending.catch(() => undefined), late]);
  clearTimeout(timer);
}
