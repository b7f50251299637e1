/** What a shell says of a program that ended because nobody reads on: 128 and the number of SIGPIPE. */
const NOBODY_READS = 141;

/** A reader that has seen enough, such as `head`, is no failure of the program that it reads: it ends without a word. */
export function endWithReader(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(NOBODY_READS);
    });
  }
}
