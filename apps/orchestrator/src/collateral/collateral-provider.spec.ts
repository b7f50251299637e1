import { describe, expect, it } from 'vitest';
import { readConfig } from '../config/config.js';
import { collateralProviders } from './collateral-provider.js';

describe('providers of collateral', () => {
  it('have no service unless a variable is set', () => {
    const config = readConfig({ SEALFLOW_HOME: 'home' });
    expect(config.collateral).toBeUndefined();
    expect(collateralProviders(config)).toHaveLength(1);
    const on = readConfig({ SEALFLOW_HOME: 'home', SEALFLOW_COLLATERAL_OFFLINE: '/srv/collateral' });
    expect(collateralProviders(on)).toHaveLength(2);
  });
});
