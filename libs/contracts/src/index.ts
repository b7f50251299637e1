export * from './api-error.js';
export * from './blobs.js';
export * from './call.js';
export * from './loader.js';
export * from './services.js';
export * from './tracing.js';
export * from './types.js';
