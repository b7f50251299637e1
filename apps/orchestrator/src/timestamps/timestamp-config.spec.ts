import { describe, expect, it } from 'vitest';
import { readTimestamping } from './timestamp-config.js';

const read = (urls: string) => readTimestamping({ SEALFLOW_TSA_URLS: urls });

describe('the configured authorities', () => {
  it.each<[string, string, RegExp]>([
    ['what is no address', 'tsa.example', /authority 1: an http or https address/],
    ['an address of another scheme', 'https://a.example,file:///tsa', /authority 2: an http/],
    ['an address with a password', 'https://a:b@tsa.example', /without user/],
    ['an address with a fragment', 'https://tsa.example/#x', /fragment/],
    ['one address twice', 'https://tsa.example,https://tsa.example/', /every authority once/],
    ['too many', Array.from({ length: 9 }, (_, at) => `https://${at}.example`).join(), /at most 8, got 9/],
  ])('are refused with %s', (_, urls, message) => {
    expect(() => read(urls)).toThrow(message);
  });

  it('do not show a password in the refusal', () => {
    expect(() => read('https://a:secret@tsa.example')).not.toThrow(/secret/);
  });

  it('are none where none are named', () => {
    expect(readTimestamping({})).toEqual({ authorities: [], revocationLists: [] });
    expect(read(' , \n').authorities).toEqual([]);
  });

  it('have lists at addresses of the same kind', () => {
    const lists = (urls: string) => readTimestamping({ SEALFLOW_TSA_CRL_URLS: urls }).revocationLists;
    expect(lists('http://crl.example/a.crl')).toEqual(['http://crl.example/a.crl']);
    expect(() => lists('ldap://crl.example')).toThrow(/SEALFLOW_TSA_CRL_URLS: expected list 1/);
  });

  it('may have a path and a query', () => {
    expect(read('http://a.example/tsr,\n https://b.example?id=1').authorities).toEqual([
      'http://a.example/tsr',
      'https://b.example/?id=1',
    ]);
  });
});
