/** Does `work` so often, so many at once; the results in the order of their beginning. */
export async function eachAtOnce<T>(
  concurrency: number,
  count: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(count);
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, one));
  return results;
}
