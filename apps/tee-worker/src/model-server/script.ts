import { scriptBeside } from '#threads';

/** Entry of the model server's process. */
export const modelServerScript = scriptBeside(import.meta.url, 'model-server');
