/** What errors need of gRPC. A build for browsers puts `grpc-browser.ts` in the place of this file. */
export { Metadata, status } from '@grpc/grpc-js';
