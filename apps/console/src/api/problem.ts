import { text } from '../text.js';

/** An answer that is a refusal: the server's reason and words, and what a reader can do. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }

  get advice(): string {
    if (this.status === 0) return text.states.unreachable;
    if (this.status === 401) return text.states.signedOut;
    if (this.status === 403) return text.states.notAllowed;
    if (this.status === 404) return text.states.notThere;
    return text.states.advice;
  }
}
