import { drawnWeights, ownPolicy, verifySpends } from '#ledger';
import { answerQuestions } from '#threads';
import type { SpendQuestion } from './spend-verifier.js';

answerQuestions(({ spends, terms, weights }: SpendQuestion) =>
  verifySpends(spends, terms, ownPolicy(terms.circuit), drawnWeights(weights)),
);
