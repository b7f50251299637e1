import type { GpuBinding } from '../appraisal.js';
import { type CheckList, fail, type Outcome, pass, passIf } from '../check-list.js';
import { type GpuRules, gpuBindingMinimums } from './policy-groups.js';

/** What a policy can ask of one GPU, read from its evidence. */
export interface GpuFacts {
  readonly index: number;
  /** Serial number of the leaf certificate, decimal; null when the chain could not be read. */
  readonly ueid: string | null;
  readonly driver: string | null;
  readonly vbios: string | null;
  /** `on` where the measured guest refuses to start unless the driver says so; the report alone does not tell. */
  readonly mode: 'on' | 'unproven';
}

const policyRules = {
  count: { id: 'TEE-POL-007', title: 'There are as many GPUs as the policy says' },
  mode: { id: 'TEE-POL-008', title: 'Confidential computing of the GPUs is on' },
  drivers: { id: 'TEE-POL-009', title: 'GPU drivers are allowed' },
  vbios: { id: 'TEE-POL-010', title: 'GPU VBIOS versions are allowed' },
  ueids: { id: 'TEE-POL-011', title: 'GPUs are on the list' },
  binding: { id: 'TEE-POL-012', title: 'GPUs are bound to the CPU strongly enough' },
} as const;

/** Leaves a line for each member that the policy has. Null facts: the evidence could not be read. */
export function judgeGpuRules(
  list: CheckList,
  rules: GpuRules,
  facts: readonly GpuFacts[] | null,
  gpuBinding: GpuBinding,
): void {
  const { count, mode, drivers, vbios, allowedUeids, bindingMin } = rules;
  if (count !== undefined) {
    list.judge(policyRules.count, facts, ({ length }) =>
      passIf(length === count, 'GPU_COUNT', `${count} GPUs`, `${length} GPUs`),
    );
  }
  if (mode !== undefined) {
    list.judge(policyRules.mode, facts, (gpus) => each(gpus, (gpu) => gpu.mode, [mode], 'GPU_MODE'));
  }
  if (drivers !== undefined) {
    list.judge(policyRules.drivers, facts, (gpus) =>
      each(gpus, (gpu) => gpu.driver, drivers, 'GPU_DRIVER_NOT_ALLOWED'),
    );
  }
  if (vbios !== undefined) {
    list.judge(policyRules.vbios, facts, (gpus) =>
      each(gpus, (gpu) => gpu.vbios, vbios, 'GPU_VBIOS_NOT_ALLOWED'),
    );
  }
  if (allowedUeids !== undefined) {
    list.judge(policyRules.ueids, facts, (gpus) =>
      each(gpus, (gpu) => gpu.ueid, allowedUeids, 'GPU_NOT_ALLOWED'),
    );
  }
  if (bindingMin !== undefined) {
    list.judge(policyRules.binding, facts, (gpus) => {
      if (gpus.length === 0) return pass('no GPU');
      return passIf(rank(gpuBinding) >= rank(bindingMin), 'GPU_BINDING_TOO_WEAK', bindingMin, gpuBinding);
    });
  }
}

function each(
  gpus: readonly GpuFacts[],
  read: (gpu: GpuFacts) => string | null,
  allowed: readonly string[],
  reason: 'GPU_MODE' | 'GPU_DRIVER_NOT_ALLOWED' | 'GPU_VBIOS_NOT_ALLOWED' | 'GPU_NOT_ALLOWED',
): Outcome {
  const wrong = gpus.find((gpu) => !allowed.includes(read(gpu) ?? ''));
  if (wrong === undefined) return pass();
  const expected = `one of ${allowed.join(', ') || 'nothing'}`;
  return fail(reason, expected, `GPU ${wrong.index}: ${read(wrong) ?? 'not reported'}`);
}

function rank(binding: GpuBinding): number {
  const grades: readonly GpuBinding[] = ['none', ...gpuBindingMinimums, 'hardware'];
  return grades.indexOf(binding);
}
