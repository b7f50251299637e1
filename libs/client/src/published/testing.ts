/** Entry `./testing` of the published package: an orchestrator for tests of one's own. */
export type { Reason } from '#contracts';
export { type MockCall, MockOrchestrator, startMockOrchestrator } from '../testing/mock-orchestrator.js';
export type { MockEnd, MockRun } from '../testing/mock-run.js';
