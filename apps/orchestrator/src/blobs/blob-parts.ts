import type { ServerReadableStream } from '@grpc/grpc-js';
import { ApiError, type WriteBlobRequest__Output } from '#contracts';
import { countField, invalidField } from '../request-fields.js';
import type { BlobPart } from './blob-receiver.js';

/**
 * The messages of an upload, one at a time: the next is asked for when the one before was dealt with, which is the
 * back-pressure. A caller that sends nothing for `patienceMs` gets WRITER_TOO_SLOW; while it waits for us, it may wait.
 */
export async function partsOf(
  call: ServerReadableStream<WriteBlobRequest__Output, unknown>,
  patienceMs: number,
): Promise<{ readonly first: WriteBlobRequest__Output; readonly parts: AsyncIterable<BlobPart> }> {
  const messages = messagesOf(call, patienceMs);
  const { value: first, done } = await messages.next();
  if (done === true) throw invalidField('digest', 'a first chunk that names the blob', 'no chunk');
  return { first, parts: joined(first, messages) };
}

async function* joined(
  first: WriteBlobRequest__Output,
  messages: AsyncIterable<WriteBlobRequest__Output>,
): AsyncGenerator<BlobPart, void, undefined> {
  // Where the first lies was read with what it announces.
  yield { data: first.data, offset: null };
  for await (const { data, offset } of messages) {
    yield { data, offset: offset === '' ? null : countField('offset', offset, Number.MAX_SAFE_INTEGER) };
  }
}

async function* messagesOf(
  call: ServerReadableStream<WriteBlobRequest__Output, unknown>,
  patienceMs: number,
): AsyncGenerator<WriteBlobRequest__Output, void, undefined> {
  let isWaiting = true;
  const timer = setTimeout(() => {
    if (isWaiting) call.destroy(tooSlow(patienceMs));
    else timer.refresh();
  }, patienceMs);
  try {
    for await (const message of call) {
      isWaiting = false;
      yield message as WriteBlobRequest__Output;
      isWaiting = true;
      timer.refresh();
    }
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(patienceMs: number): ApiError {
  return new ApiError(
    'WRITER_TOO_SLOW',
    `expected the next bytes of the blob, got none for ${patienceMs} ms: ask QueryWriteStatus, and go on there`,
    { retryMs: 1_000 },
  );
}
