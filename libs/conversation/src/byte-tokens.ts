/**
 * The tokenizer `bytes`: a token is a byte of UTF-8, so anybody who holds a conversation can count what it came to.
 */
import { isJsonObject, type Json, type JsonObject, utf8 } from '#canonical';

export const BYTE_TOKENIZER = 'bytes';

/** What a model of bytes reads: a line for each message, then the beginning of its own. */
export function bytePrompt(request: JsonObject): string {
  const { messages, prompt } = request;
  if (!Array.isArray(messages)) return typeof prompt === 'string' ? prompt : '';
  const lines = messages
    .filter(isJsonObject)
    .map(({ role, content }) => `${String(role)}: ${messageText(content ?? null)}\n`);
  return `${lines.join('')}assistant: `;
}

export function countByteTokens(text: string): number {
  return utf8(text).length;
}

/** Text of a message: a text, or its parts one after the other. */
function messageText(content: Json): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter(isJsonObject)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}
