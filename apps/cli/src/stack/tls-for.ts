import type { TlsFiles } from '#tls';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { tlsOfEnvironment } from './dial.js';
import { readAddress } from './stack.js';

/**
 * Files for TLS to an address: those that the caller named, or, for the stack of this installation, those that it was
 * started with. Null: in the clear.
 *
 * @param place host:port, or a URL
 */
export function tlsFor(place: string): TlsFiles | null {
  const given = tlsOfEnvironment();
  if (given !== null) return given;
  const address = readAddress(Installation.at(homeFolder()));
  if (address?.tls === undefined) return null;
  return place === address.grpc || place.startsWith(address.http) ? address.tls : null;
}
