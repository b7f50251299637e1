export {
  type DocumentExtractOptions,
  type DocumentExtractRuntime,
  documentExtractRuntime,
  statementBytesMax,
} from './document-extract.js';
