/**
 * What vendors publish about devices: asked for, inspected, kept, and handed to whoever appraises. Trusted with
 * availability alone: every piece is judged by its own signatures, in `libs/attestation`.
 */

export { answerNeeds, type MissingCollateral } from './answer-needs.js';
export { type CollateralConfig, readCollateralConfig, vendorAddresses } from './collateral-config.js';
export { CollateralError, type CollateralErrorCode } from './collateral-error.js';
export { CollateralInspector } from './collateral-inspector.js';
export {
  CollateralService,
  type CollateralServiceOptions,
  type CurrentCollateral,
} from './collateral-service.js';
export { CollateralStore } from './collateral-store.js';
export { DeviceCollateral } from './device-collateral.js';
export { HostGate } from './host-gate.js';
export { fetchBytes } from './http-fetch.js';
export { OfflineFolder } from './offline-folder.js';
