import { type ReactElement, useState } from 'react';
import type { ProfileName } from '#evidence';
import { download } from '../parts/download.js';
import { Failure } from '../parts/states.js';
import { VerdictBanner } from '../parts/verdict-banner.js';
import { Withheld } from '../parts/withheld.js';
import { text } from '../text.js';
import type { Examination } from '../verifier/messages.js';
import type { Verifier } from '../verifier/verifier.js';

interface DisclosureProps {
  readonly id: string;
  readonly bundle: Uint8Array;
  readonly trust: Uint8Array;
  readonly verifier: Verifier;
}

interface Redacted {
  readonly profile: ProfileName;
  readonly bytes: Uint8Array;
  readonly examination: Examination;
}

const profiles = Object.keys(text.disclosure.profiles) as readonly ProfileName[];

/** What a recipient will hold, judged as they will judge it: the very bytes of the preview are those of the download. */
export function Disclosure({ id, bundle, trust, verifier }: DisclosureProps): ReactElement {
  const [made, setMade] = useState<Redacted | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const make = async (profile: ProfileName): Promise<void> => {
    setProblem(null);
    setMade(null);
    try {
      const bytes = await verifier.redact(bundle, profile);
      const examination = await verifier.examine(
        { bundle: bytes, trust, acceptWithheld: false },
        () => undefined,
      );
      setMade({ profile, bytes, examination });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <p>{text.disclosure.why}</p>
      <ul className="plain">
        {profiles.map((profile) => (
          <li key={profile} className="actions">
            <button type="button" onClick={() => void make(profile)} aria-pressed={made?.profile === profile}>
              {text.disclosure.profiles[profile].name}
            </button>
            <span className="faint">{text.disclosure.profiles[profile].means}</span>
          </li>
        ))}
      </ul>
      {problem === null ? null : <Failure error={problem} />}
      {made === null ? null : (
        <section>
          <h2>{text.disclosure.preview(text.disclosure.profiles[made.profile].name)}</h2>
          <VerdictBanner examination={made.examination} />
          <p>
            {text.disclosure.sizes(bundle.length, made.bytes.length)}{' '}
            <code>{made.examination.bundleDigest}</code>
          </p>
          <h3>
            {text.verdict.withheld} ({made.examination.verdict.withheldParts.length})
          </h3>
          <Withheld parts={made.examination.verdict.withheldParts} />
          <button
            type="button"
            className="main"
            onClick={() => download(`${id}.${made.profile}.evidence.json`, made.bytes, 'application/json')}
          >
            {text.disclosure.take}
          </button>
        </section>
      )}
    </>
  );
}
