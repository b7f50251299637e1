import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomSource } from '../identity/boot-identity.js';
import type { QuoteProvider } from '../identity/quote-provider.js';
import { detectProvider, readProviderConfig } from '../providers/detect-provider.js';
import { HardwareProvider } from '../providers/hardware-provider.js';

/**
 * The hardware that signs this worker's evidence, or null for the simulated platform.
 *
 * Simulation is a decision of the installation and never a fallback: it takes `SEALFLOW_QUOTE_PROVIDER=simulated`, or
 * an installation that was made for it (`simulation.json`) together with no word about the provider.
 *
 * @param home folder of the installation
 * @param parts GPUs that the image needs, and whether the worker seals what must outlive a boot
 * @throws QuoteError that says what is missing on this machine
 */
export async function openHardware(
  environment: NodeJS.ProcessEnv,
  home: string,
  parts: { readonly gpus: number; readonly sealing: boolean; readonly random: RandomSource },
): Promise<QuoteProvider | null> {
  const unsaid = environment['SEALFLOW_QUOTE_PROVIDER'] === undefined;
  if (unsaid && existsSync(join(home, 'simulation.json'))) return null;
  const detected = await detectProvider(readProviderConfig(environment, parts));
  return detected.kind === 'simulated' ? null : HardwareProvider.open(detected.sources, parts.sealing);
}
