export { AskedThread, answerQuestions } from './asked-thread.js';
export { scriptBeside, sourceFlags } from './source-flags.js';
