/** Of the cookies of this origin, the one of a name; null where there is none, or more than one to choose from. */
export function cookieOf(headers: readonly string[], name: string): string | null {
  const values = headers
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value] = values;
  return values.length === 1 && value !== undefined && value !== '' ? value : null;
}

export interface CookieOptions {
  readonly maxAgeS: number;
  readonly sameSite: 'Strict' | 'Lax';
  readonly secure: boolean;
}

/** RFC 6265bis. No script reads it; path and host are those of the whole origin. */
export function setCookie(name: string, value: string, { maxAgeS, sameSite, secure }: CookieOptions): string {
  const parts = [`${name}=${value}`, 'Path=/', `Max-Age=${maxAgeS}`, 'HttpOnly', `SameSite=${sameSite}`];
  return [...parts, ...(secure ? ['Secure'] : [])].join('; ');
}
