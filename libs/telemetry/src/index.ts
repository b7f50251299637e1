export * from './grpc-error.filter.js';
export * from './logger.js';
