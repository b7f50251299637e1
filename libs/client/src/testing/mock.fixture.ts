/** For specs of who uses the client. */
export * from './mock-orchestrator.js';
