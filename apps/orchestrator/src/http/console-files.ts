import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * The console's pages, as the build left them in `dist/console`: read once, so that no request names a file of the
 * disk. They say nothing of anybody; what they show they ask the API for, with the credential of whoever looks.
 */

export interface ConsoleAnswer {
  readonly status: 200 | 302 | 304;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

interface ConsoleFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly plain: Buffer;
  /** By the name of its encoding. */
  readonly packed: ReadonlyMap<string, Buffer>;
}

export interface ConsoleRequest {
  readonly path: string;
  /** With its question mark, or empty: a login that failed says there why. */
  readonly search: string;
  readonly acceptEncoding: string;
  readonly ifNoneMatch: string;
}

const built = fileURLToPath(new URL('../../../../console', import.meta.url));
/** A release has a dozen files; a folder that is another thing is not served. */
const FILES_MAX = 200;
const FOREVER = 'public, max-age=31536000, immutable';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};
/** Best first. */
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  vary: 'accept-encoding',
};

/** Everything comes from this origin, and nothing in a page is code. `connect` says what its scripts may call. */
function policy(connect: "'self'" | "'none'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "worker-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export class ConsoleFiles {
  private constructor(private readonly files: ReadonlyMap<string, ConsoleFile>) {}

  /** Null where the console was not built. */
  static load(folder: string = built): ConsoleFiles | null {
    if (!existsSync(join(folder, 'index.html'))) return null;
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      );
    if (names.length > FILES_MAX)
      throw new Error(`${folder}: expected at most ${FILES_MAX} files of the console, got ${names.length}`);
    const shown = names.filter((name) => types[extname(name)] !== undefined);
    return new ConsoleFiles(new Map(shown.map((name) => [name, readOne(folder, name)])));
  }

  /** `sha256:<hex>` of the verifier that is one file; null where there is none. */
  get verifierDigest(): string | null {
    const file = this.files.get('sealflow-verify.html');
    return file === undefined ? null : `sha256:${createHash('sha256').update(file.plain).digest('hex')}`;
  }

  /** Null for an address that is none of the console's. */
  answer({ path, search, acceptEncoding, ifNoneMatch }: ConsoleRequest): ConsoleAnswer | null {
    if (path === '/' || path === '/console')
      return { status: 302, headers: { location: `/console/${search}` }, body: null };
    if (!path.startsWith('/console/')) return null;
    const name = path.slice('/console/'.length);
    // Addresses within the page, e.g. of a run, have no file: whoever opens one gets the page that reads it.
    const file = this.files.get(name) ?? (extname(name) === '' ? this.files.get('index.html') : undefined);
    if (file === undefined) return null;
    const headers = { ...file.headers, etag: file.etag };
    if (ifNoneMatch === file.etag) return { status: 304, headers, body: null };
    for (const [encoding] of encodings) {
      const packed = file.packed.get(encoding);
      if (packed !== undefined && new RegExp(`(^|[ ,])${encoding}($|[ ,])`).test(acceptEncoding))
        return { status: 200, headers: { ...headers, 'content-encoding': encoding }, body: packed };
    }
    return { status: 200, headers, body: file.plain };
  }
}

function readOne(folder: string, name: string): ConsoleFile {
  const plain = readFileSync(join(folder, name));
  const packed = encodings.flatMap(([encoding, ending]): [string, Buffer][] => {
    const file = join(folder, `${name}${ending}`);
    return existsSync(file) ? [[encoding, readFileSync(file)]] : [];
  });
  // The page that verifies files, and the threads that verify, may call nobody, this server neither.
  const alone = name === 'verify.html' || /^assets\/(replay-)?worker-/.test(name);
  return {
    headers: {
      ...always,
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': policy(alone ? "'none'" : "'self'"),
      'cache-control': name.startsWith('assets/') ? FOREVER : 'no-cache',
      // Its own policy lets its own script run; from here it is taken away and not opened.
      ...(name === 'sealflow-verify.html' ? { 'content-disposition': 'attachment' } : {}),
    },
    etag: `"${createHash('sha256').update(plain).digest('base64url')}"`,
    plain,
    packed: new Map(packed),
  };
}

/** What is used of Express. */
interface Request {
  readonly path: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
interface Response {
  status(code: number): Response;
  setHeader(name: string, value: string): void;
  end(body?: Buffer): void;
}

/** Passes on what is not of the console, and everything where it was not built. Express leaves the body out of a HEAD. */
export function consolePages(files: ConsoleFiles | null) {
  return (request: Request, response: Response, next: () => void): void => {
    const header = (name: string): string => String(request.headers[name] ?? '');
    const answer =
      files?.answer({
        path: request.path,
        search: searchOf(request.url),
        acceptEncoding: header('accept-encoding'),
        ifNoneMatch: header('if-none-match'),
      }) ?? null;
    if (answer === null) {
      next();
      return;
    }
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    response.status(answer.status);
    if (answer.body === null) response.end();
    else response.end(answer.body);
  };
}

/** What an address within this origin carries on; a line break, which no browser sends, ends it. */
function searchOf(url: string): string {
  return /\?[!-~]*/.exec(url)?.[0] ?? '';
}
