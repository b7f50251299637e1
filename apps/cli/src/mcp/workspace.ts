import { mkdirSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { ToolError } from './tool-error.js';

/**
 * The folder that an agent may name files of. Whoever talks an agent into naming another file, a key of its user for
 * example, gets nothing of it sealed, sent or quoted.
 */
export class Workspace {
  readonly #folder: string;

  constructor(
    folder: string,
    /** Bundles and opened outputs. */
    private readonly out: string = join(folder, 'sealflow-results'),
  ) {
    this.#folder = realpathSync(folder);
  }

  /** The real path of a file below the folder. @throws ToolError PATH_OUTSIDE */
  file(path: string): string {
    const real = realpathSync(resolve(this.#folder, path));
    if (real.startsWith(`${this.#folder}${sep}`)) return real;
    throw new ToolError(
      'PATH_OUTSIDE',
      `${path}: expected a file below the folder of this server, got one outside: whoever started it names another with --folder`,
    );
  }

  results(): string {
    mkdirSync(this.out, { recursive: true, mode: 0o700 });
    return this.out;
  }
}
