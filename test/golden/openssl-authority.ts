import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '#canonical';
import type { TrustedAuthority } from '#evidence';

/** Kinds of keys that authorities in the world sign with. */
export type AuthorityKey = 'P-256' | 'P-384' | 'RSA';

const keys: Readonly<Record<AuthorityKey, readonly string[]>> = {
  'P-256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  RSA: ['-newkey', 'rsa:2048'],
};

/**
 * A timestamp authority over HTTP (RFC 3161 section 3.4) whose tokens, certificates and revocation list openssl makes:
 * what lies in golden bundles for years was not written by the code that reads it. Its keys go with it.
 */
export class OpensslAuthority {
  /** Answers 503, as an authority that cannot be had. */
  away = false;
  readonly #home = mkdtempSync(join(tmpdir(), 'sealflow-authority-'));
  readonly #server: Server;

  private constructor(
    readonly name: string,
    key: AuthorityKey,
  ) {
    this.#make(keys[key]);
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (this.away) response.writeHead(503).end();
        else if (request.method === 'GET') response.end(this.list);
        else
          response
            .writeHead(200, { 'content-type': 'application/timestamp-reply' })
            .end(this.#reply(Buffer.concat(chunks)));
      });
    });
  }

  static async start(name: string, key: AuthorityKey): Promise<OpensslAuthority> {
    const authority = new OpensslAuthority(name, key);
    await new Promise<void>((resolve) => authority.#server.listen(0, '127.0.0.1', resolve));
    return authority;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/tsa`;
  }

  get listUrl(): string {
    return this.url.replace(/tsa$/, 'root.crl');
  }

  get trusted(): TrustedAuthority {
    return { name: this.name, certificate: toBase64(readFileSync(join(this.#home, 'root.der'))) };
  }

  /** DER; nobody is revoked. */
  get list(): Uint8Array {
    return new Uint8Array(readFileSync(join(this.#home, 'root.crl')));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#home, { recursive: true, force: true });
  }

  #reply(query: Uint8Array): Uint8Array {
    writeFileSync(join(this.#home, 'query'), query);
    this.#openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-out', 'reply');
    return readFileSync(join(this.#home, 'reply'));
  }

  #make(key: readonly string[]): void {
    writeFileSync(join(this.#home, 'tsa.cnf'), configuration);
    writeFileSync(join(this.#home, 'index.txt'), '');
    writeFileSync(join(this.#home, 'number'), '01\n');
    const fresh = [...key, '-nodes', '-config', 'tsa.cnf', '-sha256'];
    this.#openssl(
      ...['req', '-x509', ...fresh, '-days', '7300', '-subj', `/CN=${this.name} root`],
      ...['-extensions', 'root', '-keyout', 'root.key', '-out', 'root.pem'],
    );
    this.#openssl(
      'req',
      '-new',
      ...fresh,
      '-subj',
      `/CN=${this.name}`,
      '-keyout',
      'tsa.key',
      '-out',
      'tsa.csr',
    );
    this.#openssl(
      ...['x509', '-req', '-in', 'tsa.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-set_serial', '77'],
      ...['-days', '365', '-sha256', '-extfile', 'tsa.cnf', '-extensions', 'stamping', '-out', 'tsa.pem'],
    );
    this.#openssl('x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
    const root = ['-keyfile', 'root.key', '-cert', 'root.pem'];
    this.#openssl('ca', '-gencrl', '-config', 'tsa.cnf', ...root, '-crldays', '30', '-out', 'root.crl.pem');
    this.#openssl('crl', '-in', 'root.crl.pem', '-outform', 'DER', '-out', 'root.crl');
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#home, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

/** Paths are those of the working folder. */
const configuration = `[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[stamping]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ca]
default_ca = lists
[lists]
database = index.txt
crlnumber = number
default_md = sha256
[tsa]
default_tsa = server
[server]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`;
