import type { ReactElement } from 'react';
import { text } from '../text.js';
import { Icon, type IconName } from './icons.js';

export type Tone = 'strong' | 'mid' | 'weak' | 'warn' | 'bad';

export type Integrity = keyof typeof text.integrity;
export type Confidentiality = keyof typeof text.confidentiality;

export const integrityTones: Readonly<Record<Integrity, Tone>> = {
  PROVED: 'strong',
  REPLAYED: 'strong',
  ATTESTED: 'mid',
  SIGNED: 'mid',
  ASSERTED: 'weak',
  SIMULATED: 'warn',
};
const confidentialityTones: Readonly<Record<Confidentiality, Tone>> = {
  CLIENT_ONLY: 'strong',
  ENCRYPTED: 'strong',
  ENCLAVE: 'mid',
  OPERATOR_VISIBLE: 'warn',
};

export function Badge(props: {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly children: string;
  readonly title?: string;
}): ReactElement {
  return (
    <span className={`badge ${props.tone}`} title={props.title}>
      <Icon name={props.icon} />
      {props.children}
    </span>
  );
}

export function IntegrityBadge({ level }: { readonly level: Integrity }): ReactElement {
  const { name, means } = text.integrity[level];
  return (
    <Badge tone={integrityTones[level]} icon={level} title={means}>
      {name}
    </Badge>
  );
}

export function ConfidentialityBadge({ level }: { readonly level: Confidentiality }): ReactElement {
  const { name, means } = text.confidentiality[level];
  return (
    <Badge tone={confidentialityTones[level]} icon={level} title={means}>
      {name}
    </Badge>
  );
}

const stateLooks: Readonly<Record<string, readonly [Tone, IconName]>> = {
  SUCCEEDED: ['mid', 'pass'],
  REJECTED: ['mid', 'skip'],
  FAILED: ['bad', 'fail'],
  EXPIRED: ['bad', 'wait'],
  CANCELLED: ['weak', 'skip'],
  SKIPPED: ['weak', 'skip'],
  RUNNING: ['mid', 'run'],
  DISPATCHED: ['mid', 'run'],
  AWAITING_APPROVAL: ['warn', 'wait'],
  AWAITING_INPUT: ['warn', 'wait'],
  PAUSED: ['warn', 'wait'],
  PARKED: ['bad', 'warn'],
};

/** @param state with or without the prefix of its enum */
export function StateBadge({ state }: { readonly state: string }): ReactElement {
  const bare = state.replace(/^(RUN|STEP)_STATE_/, '');
  const [tone, icon] = stateLooks[bare] ?? ['weak', 'wait'];
  return (
    <Badge tone={tone} icon={icon}>
      {text.runStates[bare] ?? bare}
    </Badge>
  );
}

/** A name from a bundle may be none that this console knows: it is then shown as it is, with the weakest look. */
export function knownIntegrity(name: string): Integrity {
  return name in text.integrity ? (name as Integrity) : 'ASSERTED';
}
