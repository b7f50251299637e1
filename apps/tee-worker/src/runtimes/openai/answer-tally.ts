/**
 * What an answer holds, against what the server says that it came to.
 *
 * The server runs beside the worker and is not part of what the worker's code decides: its counts are charged, so they
 * pass only where the answer can hold them.
 */
import { isJsonObject, type Json, type JsonObject } from '#canonical';
import { BYTE_TOKENIZER, bytePrompt, countByteTokens } from '#conversation';
import type { ModelRequest } from './model-request.js';
import type { UpstreamUsage } from './upstream.js';
import { UpstreamError } from './upstream-error.js';

/** Marks of a chat template, which are tokens and appear in no text: the end of the turn, of thoughts, of calls. */
const MARKS_MAX = 64;
/** What a template puts in front of a conversation, such as a system message of its own. */
const TEMPLATE_TOKENS_MAX = 4096;

export class AnswerTally {
  #usage: UpstreamUsage | null = null;
  /** UTF-8 bytes of the texts of the answer. */
  #shownBytes = 0;
  #finished = false;

  constructor(
    private readonly asked: ModelRequest,
    private readonly request: JsonObject,
    private readonly tokenizer: string,
  ) {}

  /** @returns whether the chunk has anything but the usage. @throws UpstreamError */
  add(chunk: JsonObject): boolean {
    if ((chunk['error'] ?? null) !== null) {
      throw new UpstreamError('UPSTREAM_FAILED', 'the model server reported an error inside its answer');
    }
    const { choices } = chunk;
    if (!Array.isArray(choices) || choices.length > 1) {
      throw malformed('expected choices with at most one element');
    }
    for (const choice of choices) this.#addChoice(choice);
    const usage = chunk['usage'] ?? null;
    if (usage !== null) this.#addUsage(usage);
    return choices.length > 0;
  }

  /** @throws UpstreamError `UPSTREAM_CUT`, `UPSTREAM_USAGE_MISSING`, `UPSTREAM_USAGE_FALSE` */
  settle(): UpstreamUsage {
    if (!this.#finished) throw new UpstreamError('UPSTREAM_CUT', 'the answer ended without a finish_reason');
    const usage = this.#usage;
    if (usage === null) {
      throw new UpstreamError(
        'UPSTREAM_USAGE_MISSING',
        'the model server gave no usage; it has to support stream_options.include_usage',
      );
    }
    this.#refuseFalsePrompt(usage.promptTokens);
    this.#refuseFalseCompletion(usage.completionTokens);
    return usage;
  }

  #addChoice(choice: Json): void {
    if (!isJsonObject(choice) || (choice['index'] ?? 0) !== 0)
      throw malformed('expected one choice, index 0');
    const shown = choice['delta'] ?? choice['message'] ?? choice['text'] ?? null;
    if (typeof shown !== 'string' && !isJsonObject(shown)) throw malformed('expected delta, message or text');
    this.#shownBytes += bytesOfTexts(shown);
    const reason = choice['finish_reason'] ?? null;
    if (reason === null) return;
    if (typeof reason !== 'string' || !/^[a-z_]{1,32}$/.test(reason))
      throw malformed('finish_reason: expected a name');
    this.#finished = true;
  }

  #addUsage(value: Json): void {
    const promptTokens = isJsonObject(value) ? value['prompt_tokens'] : undefined;
    const completionTokens = isJsonObject(value) ? value['completion_tokens'] : undefined;
    if (!isCount(promptTokens) || !isCount(completionTokens)) {
      throw usageFalse('prompt_tokens and completion_tokens have to be integers from 0');
    }
    const before = this.#usage;
    if (
      before !== null &&
      (before.promptTokens !== promptTokens || before.completionTokens !== completionTokens)
    ) {
      throw usageFalse('two usages of one answer differ');
    }
    this.#usage = { promptTokens, completionTokens };
  }

  #refuseFalsePrompt(tokens: number): void {
    if (this.tokenizer === BYTE_TOKENIZER) {
      const counted = countByteTokens(bytePrompt(this.request));
      if (tokens !== counted) throw usageFalse(`${tokens} prompt tokens, the prompt has ${counted} bytes`);
      return;
    }
    // Every token is a byte or more of what was sent, or of the template around it.
    const most = Buffer.byteLength(this.asked.body) + TEMPLATE_TOKENS_MAX;
    if (tokens < 1 || tokens > most) throw usageFalse(`${tokens} prompt tokens, possible are 1 to ${most}`);
  }

  #refuseFalseCompletion(tokens: number): void {
    if (tokens > this.asked.completionTokensMax) {
      throw usageFalse(`${tokens} completion tokens, asked for at most ${this.asked.completionTokensMax}`);
    }
    if (this.tokenizer === BYTE_TOKENIZER) {
      if (tokens !== this.#shownBytes) {
        throw usageFalse(`${tokens} completion tokens, the answer has ${this.#shownBytes} bytes`);
      }
      return;
    }
    const most = this.#shownBytes + this.asked.stopBytes + MARKS_MAX;
    const least = this.#shownBytes > 0 ? 1 : 0;
    if (tokens < least || tokens > most) {
      throw usageFalse(`${tokens} completion tokens, the answer can hold ${least} to ${most}`);
    }
  }
}

/** All texts below a delta or a message: content, thoughts, names and arguments of calls; ids and kinds as well. */
function bytesOfTexts(value: Json): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce((sum: number, one: Json) => sum + bytesOfTexts(one), 0);
  if (!isJsonObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, member]) => sum + (name === 'role' ? 0 : bytesOfTexts(member)),
    0,
  );
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function malformed(what: string): UpstreamError {
  return new UpstreamError('UPSTREAM_MALFORMED', `a chunk of the answer: ${what}`);
}

function usageFalse(what: string): UpstreamError {
  return new UpstreamError('UPSTREAM_USAGE_FALSE', `usage of the model server: ${what}`);
}
