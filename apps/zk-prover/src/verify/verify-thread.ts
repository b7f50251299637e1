// SPDX-License-Identifier: GPL-3.0
import { answerQuestions } from '#threads';
import { failuresOf } from './check-proof.js';

answerQuestions(failuresOf);
