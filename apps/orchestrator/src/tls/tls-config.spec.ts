import { describe, expect, it } from 'vitest';
import { readTlsConfig } from './tls-config.js';

const whole = {
  SEALFLOW_TLS_CERT: 'tls.crt',
  SEALFLOW_TLS_KEY: 'tls.key',
  SEALFLOW_TLS_CA: 'ca.crt',
  SEALFLOW_TLS_TRUST_DOMAIN: 'acme.example',
};

describe('the configuration of TLS', () => {
  it('is not there, or is whole', () => {
    expect(readTlsConfig({ SEALFLOW_TLS_CERT: '', SEALFLOW_TLS_TRUST_DOMAIN: '' })).toBeUndefined();
    expect(readTlsConfig(whole)).toEqual({
      files: { certificate: 'tls.crt', key: 'tls.key', ca: 'ca.crt' },
      trustDomain: 'acme.example',
      clientAuth: 'workers',
    });
    expect(readTlsConfig({ ...whole, SEALFLOW_TLS_CLIENTS: 'everybody' })?.clientAuth).toBe('everybody');
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['SEALFLOW_TLS_KEY', { ...whole, SEALFLOW_TLS_KEY: '' }],
    ['SEALFLOW_TLS_CERT', { ...whole, SEALFLOW_TLS_CERT: '' }],
    ['SEALFLOW_TLS_CA', { ...whole, SEALFLOW_TLS_CA: '' }],
    ['SEALFLOW_TLS_CERT, SEALFLOW_TLS_KEY', { ...whole, SEALFLOW_TLS_CERT: '', SEALFLOW_TLS_KEY: '' }],
    ['SEALFLOW_TLS_CERT', { SEALFLOW_TLS_CLIENTS: 'workers' }],
    ['SEALFLOW_TLS_TRUST_DOMAIN', { ...whole, SEALFLOW_TLS_TRUST_DOMAIN: '' }],
    ['SEALFLOW_TLS_TRUST_DOMAIN', { ...whole, SEALFLOW_TLS_TRUST_DOMAIN: 'spiffe://acme' }],
    ['SEALFLOW_TLS_CLIENTS', { ...whole, SEALFLOW_TLS_CLIENTS: 'nobody' }],
  ])('names %s when it is wrong', (name, environment) => {
    expect(() => readTlsConfig(environment)).toThrow(new RegExp(`(^|: )${name}`));
  });
});
