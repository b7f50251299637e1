/** In a browser nothing is traced: what a page does is the page's own, and goes to nobody beside its calls. */
export const TRACEPARENT = 'traceparent';

export function withSpan<T>(
  _name: string,
  _options: object,
  work: (traceparent: string) => Promise<T>,
): Promise<T> {
  return work('');
}
