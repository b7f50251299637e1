import { type DynamicModule, Module } from '@nestjs/common';
import { WorkerLifecycle } from '#worker';

/** The worker dials out and listens on nothing, so its application is a context without a server. */
@Module({})
export class FheServiceModule {
  static on(lifecycle: WorkerLifecycle): DynamicModule {
    return {
      module: FheServiceModule,
      providers: [{ provide: WorkerLifecycle, useFactory: () => lifecycle }],
    };
  }
}
