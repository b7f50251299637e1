import type { Digest, JsonObject } from '#canonical';

/** A model that the worker vouches for. */
export interface ModelFacts {
  readonly id: string;
  /** Over the file that the server loads, or over the listing of a folder of files. */
  readonly weights: Digest;
  /** `bytes`: a token is a byte, so everybody can count. Another name: whatever the model's own tokenizer is called. */
  readonly tokenizer: string;
}

export interface UpstreamUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export type UpstreamPart =
  /** The data of one server-sent event, JSON in one line; without streaming, the whole answer. */
  | { readonly kind: 'chunk'; readonly data: string }
  /** The last part of every answer that is whole. */
  | { readonly kind: 'usage'; readonly usage: UpstreamUsage };

/** A model server as the runtime sees it. Everything it throws is an `UpstreamError`, or the reason of the signal. */
export interface Upstream {
  models(signal: AbortSignal): Promise<readonly ModelFacts[]>;
  /**
   * Leaving the iteration, or the signal, ends the request at the server; nothing is read ahead of the reader.
   *
   * @param request body of `/v1/chat/completions`, or of `/v1/completions` where it has `prompt`
   */
  answer(request: JsonObject, signal: AbortSignal): AsyncIterable<UpstreamPart>;
}
