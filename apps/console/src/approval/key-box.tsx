import { type ReactElement, useEffect, useState } from 'react';
import { Digest } from '../parts/copy.js';
import { FileDrop } from '../parts/file-drop.js';
import { Failure } from '../parts/states.js';
import { useApi } from '../session.js';
import { text } from '../text.js';
import {
  type ApproverKey,
  canKeepKeys,
  forgetKey,
  keepKey,
  keptKey,
  keyOfFile,
  makeKey,
} from './approver-key.js';

const texts = text.approvals;

/** The approver's key of this browser: to make, to bring and to forget, never to show. */
export function KeyBox({ onKey }: { readonly onKey: (key: ApproverKey | null) => void }): ReactElement {
  const { tenant } = useApi().session;
  const [key, setKey] = useState<ApproverKey | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const can = canKeepKeys();
  useEffect(() => {
    if (can) keptKey(tenant).then(setKey, setProblem);
  }, [can, tenant]);
  if (!can) return <p className="note warn">{texts.cannot}</p>;
  const take = (work: () => Promise<ApproverKey | null>) => (): void => {
    setProblem(null);
    work().then((next) => {
      setKey(next);
      onKey(next);
    }, setProblem);
  };
  const keep = (made: Promise<ApproverKey>) => async (): Promise<ApproverKey> => {
    const next = await made;
    await keepKey(tenant, next);
    return next;
  };
  const forget = async (): Promise<null> => {
    await forgetKey(tenant);
    return null;
  };
  return (
    <>
      <p className="faint">{texts.keyWhy}</p>
      {key === null ? (
        <>
          <p>{texts.noKey}</p>
          <div className="actions">
            <button type="button" onClick={() => take(keep(makeKey()))()}>
              {texts.make}
            </button>
          </div>
          <FileDrop
            title={texts.import}
            hint={texts.importHint}
            name={null}
            accept=".key,.pem,.txt"
            onFile={(file) => take(keep(file.slice(0, 8_192).text().then(keyOfFile)))()}
          />
        </>
      ) : (
        <dl className="facts">
          <dt>{texts.publicKey}</dt>
          <dd>
            <Digest value={key.publicKey} what={texts.publicKey} />{' '}
            <button type="button" className="bare small" onClick={take(forget)}>
              {texts.forget}
            </button>
          </dd>
        </dl>
      )}
      {problem === null ? null : <Failure error={problem} />}
    </>
  );
}
