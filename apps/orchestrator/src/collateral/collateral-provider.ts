import { join } from 'node:path';
import type { Provider } from '@nestjs/common';
import {
  CollateralInspector,
  CollateralService,
  CollateralStore,
  DeviceCollateral,
  HostGate,
  OfflineFolder,
} from '#collateral';
import type { Logger } from '#telemetry';
import type { SiteFile } from '#worker';
import type { Config } from '../config/config.js';
import { CLOCK, type Clock, CONFIG, LOGGER, SITE } from '../tokens.js';

/** A caller waits this long for its turn at a vendor; AMD's key server takes ten seconds between two. */
const WAIT_MS_MAX = 25_000;

/** Nothing unless SEALFLOW_COLLATERAL_ variables are set: an installation of simulated hardware fetches nothing. */
export function collateralProviders({ collateral }: Config): Provider[] {
  const devices: Provider = {
    provide: DeviceCollateral,
    inject: [{ token: CollateralService, optional: true }, CLOCK, LOGGER],
    useFactory: (service: CollateralService | undefined, clock: Clock, logger: Logger) =>
      new DeviceCollateral(service ?? null, clock, logger),
  };
  if (collateral === undefined) return [devices];
  return [
    devices,
    {
      provide: CollateralService,
      inject: [CONFIG, SITE, CLOCK],
      useFactory: (config: Config, site: SiteFile, clock: Clock) =>
        new CollateralService({
          config: collateral,
          store: new CollateralStore(join(config.home, 'collateral')),
          inspector: new CollateralInspector(site.roots),
          gate: new HostGate({
            clock,
            sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
            waitMsMax: WAIT_MS_MAX,
          }),
          offline: collateral.offlineFolder === null ? null : new OfflineFolder(collateral.offlineFolder),
          clock,
        }),
    },
  ];
}
