import type { Workload } from './cluster-objects.js';

/** What the objects say of the guest that a workload runs in. */
export interface ConfidentialGuest {
  /** As SEALFLOW_QUOTE_PROVIDER says; undefined for a workload that makes no evidence, such as the orchestrator. */
  readonly provider: string | undefined;
  readonly runtimeClass: string;
  /** Whether Kata runs it: images are pulled inside, and the shim's configuration says what the guest serves. */
  readonly isKata: boolean;
  /** Null where the names do not tell. */
  readonly cpu: 'snp' | 'tdx' | null;
  readonly hasGpu: boolean;
  /** All GPUs of a Hopper node with their switches. */
  readonly isProtectedPcie: boolean;
}

export function confidentialGuestOf(workload: Workload): ConfidentialGuest {
  const { containers, runtimeClassName: runtimeClass = '' } = workload.spec.template.spec;
  const devices = containers
    .flatMap(({ resources }) => Object.keys(resources?.limits ?? {}))
    .filter((name) => name.startsWith('nvidia.com/'));
  const isSwitch = (name: string): boolean => /switch/i.test(name);
  return {
    provider: containers.flatMap(({ env }) => env).find(({ name }) => name === 'SEALFLOW_QUOTE_PROVIDER')
      ?.value,
    runtimeClass,
    isKata: runtimeClass.startsWith('kata-') || runtimeClass.startsWith('contrast-cc'),
    cpu: /-snp(-|$)/.test(runtimeClass) ? 'snp' : /-tdx(-|$)/.test(runtimeClass) ? 'tdx' : null,
    hasGpu: devices.some((name) => !isSwitch(name)),
    isProtectedPcie: devices.some(isSwitch),
  };
}

/** NVIDIA's shims of runtime-rs take `cc_init_data` and no other annotation. */
export function takesKernelParameters({ runtimeClass }: ConfidentialGuest): boolean {
  return !(runtimeClass.includes('nvidia-gpu') && runtimeClass.endsWith('-runtime-rs'));
}
