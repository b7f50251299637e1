/**
 * Where a model server may be: on this machine and nowhere else.
 *
 * The worker opens prompts inside a machine that its evidence is about. A server behind any other address would read
 * them outside of what was appraised, so no setting can name one, and no name is looked up.
 */
import { isIPv4 } from 'node:net';
import { UpstreamError } from './upstream-error.js';

export type LoopbackAddress =
  | { readonly hosts: readonly string[]; readonly port: number; readonly basePath: string }
  | { readonly socketPath: string; readonly basePath: string };

/**
 * @param text `http://127.0.0.1:8000`, `http://[::1]:8000/v1`, `http://localhost:8000` or `unix:/run/model.sock`
 * @throws UpstreamError `UPSTREAM_ADDRESS_REFUSED`
 */
export function parseLoopbackAddress(text: string): LoopbackAddress {
  if (text.startsWith('unix:')) {
    const socketPath = text.slice('unix:'.length);
    // 107: what the kernel takes (unix(7)).
    if (!socketPath.startsWith('/') || Buffer.byteLength(socketPath) > 107) {
      throw refused('expected unix:/absolute/path of at most 107 bytes');
    }
    return { socketPath, basePath: '' };
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw refused('not a URL');
  if (url.protocol !== 'http:')
    throw refused(`${url.protocol} is not spoken; a loopback server needs no TLS`);
  if (url.username !== '' || url.password !== '')
    throw refused('it holds credentials; the key has its own setting');
  if (url.search !== '' || url.hash !== '') throw refused('it has a query or a fragment');
  const hosts = loopbackHosts(url.hostname);
  if (hosts === null) {
    throw refused(
      `${url.hostname} is not this machine; expected 127.0.0.0/8, [::1], localhost or unix:/path`,
    );
  }
  const basePath = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  return { hosts, port: url.port === '' ? 80 : Number(url.port), basePath };
}

function loopbackHosts(hostname: string): readonly string[] | null {
  // RFC 6761, section 6.3: the name is the loopback's; asking a resolver could say otherwise.
  if (hostname === 'localhost') return ['127.0.0.1', '::1'];
  if (hostname === '[::1]') return ['::1'];
  return isIPv4(hostname) && hostname.startsWith('127.') ? [hostname] : null;
}

function refused(why: string): UpstreamError {
  return new UpstreamError('UPSTREAM_ADDRESS_REFUSED', `address of the model server: ${why}`);
}
