export { configuredUpstream, SMALL_MODEL } from './configured-upstream.js';
export { converseRuntime } from './converse-runtime.js';
