import { limits } from '../config/limits.js';

/** What is used of Express, and of the response of Node behind it. */
export interface StreamedResponse {
  setHeader(name: string, value: string): void;
  write(text: string | Uint8Array): boolean;
  end(): void;
  destroy(): void;
  flushHeaders(): void;
  readonly destroyed: boolean;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Writes, and waits while the reader's window is full; a reader that takes nothing for too long is cut off. */
export async function writeText(response: StreamedResponse, text: string | Uint8Array): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  await new Promise<void>((resolve) => {
    const late = setTimeout(() => response.destroy(), limits.slowReaderMs);
    const done = (): void => {
      clearTimeout(late);
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

/** Saved and never shown: what is in it was written by others. */
export function asDownload(response: StreamedResponse, type: string, name: string): void {
  response.setHeader('content-type', type);
  response.setHeader('content-disposition', `attachment; filename="${name}"`);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
}
