import { startTracing } from '#telemetry';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.js';

export interface CollectedTraces {
  readonly receiver: OtlpReceiver;
  /** Sends what this process has not sent yet; the services send once a second. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const VARIABLE = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** A collector, and this process and all that it starts from now on sending to it. */
export async function collectTraces(): Promise<CollectedTraces> {
  const receiver = await startOtlpReceiver();
  process.env[VARIABLE] = receiver.endpoint;
  const tracing = await startTracing('client');
  return {
    receiver,
    flush: () => tracing.flush(),
    close: async () => {
      delete process.env[VARIABLE];
      await tracing.stop();
      await receiver.close();
    },
  };
}
