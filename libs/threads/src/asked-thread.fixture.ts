import { answerQuestions } from './asked-thread.js';

/** Doubles what it is asked; 13 is too much for it. */
answerQuestions((question: number) => {
  if (question === 13) throw new RangeError('13');
  return { doubled: question * 2, variables: Object.keys(process.env).length };
});
