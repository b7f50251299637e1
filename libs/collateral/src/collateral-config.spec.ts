import { describe, expect, it } from 'vitest';
import { readCollateralConfig, vendorAddresses } from './collateral-config.js';
import { CollateralError } from './collateral-error.js';

describe('configuration of collateral', () => {
  it('is off unless a variable is set', () => {
    expect(readCollateralConfig({ SEALFLOW_HOME: 'home' })).toBeUndefined();
  });

  it('has an address for every vendor, for those who ask for them', () => {
    const config = readCollateralConfig({ ...vendorAddresses });
    for (const url of [
      config?.pcsUrl,
      config?.intelRootCrlUrl,
      config?.kdsUrl,
      config?.rimUrl,
      config?.ocspUrl,
    ])
      expect(url).toMatch(/^https:/);
  });

  it('takes the root list from Intel’s own place, or from the PCCS', () => {
    const of = (url: string) => readCollateralConfig({ SEALFLOW_COLLATERAL_PCS_URL: url })?.intelRootCrlUrl;
    expect(of('https://api.trustedservices.intel.com/')).toBe(
      'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der',
    );
    expect(of('https://pccs.internal:8081')).toBe(
      'https://pccs.internal:8081/sgx/certification/v4/rootcacrl',
    );
  });

  it.each([
    ['SEALFLOW_COLLATERAL_PCS_URL', 'pcs'],
    ['SEALFLOW_COLLATERAL_KDS_URL', 'ftp://kds'],
    ['SEALFLOW_COLLATERAL_KDS_URL', 'https://user:secret@kds'],
    ['SEALFLOW_COLLATERAL_RIM_URL', 'https://rim?x=1'],
    ['SEALFLOW_COLLATERAL_OFFLINE', 'collateral'],
    ['SEALFLOW_COLLATERAL_TIMEOUT_MS', '0'],
    ['SEALFLOW_COLLATERAL_KDS_INTERVAL_MS', 'ten'],
    ['SEALFLOW_COLLATERAL_PCS', 'https://pcs'],
  ])('%s=%s is refused by name, without its value', (name, value) => {
    let error: unknown = null;
    try {
      readCollateralConfig({ [name]: value });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CollateralError);
    expect((error as CollateralError).message).toContain(name);
    expect((error as CollateralError).message).not.toContain('secret');
  });
});
