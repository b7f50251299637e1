export * from './exit-with-parent.js';
export * from './grpc-error.filter.js';
export * from './logger.js';
export * from './problem.js';
export * from './release.js';
export * from './tracing.js';
export * from './unreachable.js';
