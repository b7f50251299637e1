/** What training writes and the server reads. */
export const modelCardVersion = 'sealflow.byte-model/v1';
export const modelCardFile = 'model.json';
export const contextInput = 'context';
export const logitsOutput = 'logits';
