import './styles.css';
import { type ReactElement, StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Digest } from './parts/copy.js';
import { download } from './parts/download.js';
import { FileDrop } from './parts/file-drop.js';
import { stageNames } from './parts/stage-names.js';
import { VerdictView } from './parts/verdict-view.js';
import { text } from './text.js';
import type { Examination } from './verifier/messages.js';
import { readFile } from './verifier/read-file.js';
import { Verifier, VerifierRefusal } from './verifier/verifier.js';

interface Given {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Progress {
  readonly place: number;
  readonly stage: string;
}

const verifier = new Verifier();

/** Verifies a file in a page that may open no connection: its policy says `connect-src 'none'`. */
function VerifyPage(): ReactElement {
  const [bundle, setBundle] = useState<Given | null>(null);
  const [trust, setTrust] = useState<Given | null>(null);
  const [acceptWithheld, setAcceptWithheld] = useState(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [examination, setExamination] = useState<Examination | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const take = (set: (given: Given) => void) => async (file: File) => {
    setProblem(null);
    setExamination(null);
    verifier.warm();
    try {
      set({ name: file.name, bytes: await readFile(file) });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };

  useEffect(() => {
    if (bundle === null || trust === null) return;
    let live = true;
    setProblem(null);
    setExamination(null);
    setProgress({ place: 0, stage: '' });
    verifier
      .examine({ bundle: bundle.bytes, trust: trust.bytes, acceptWithheld }, (stage, place) => {
        if (live) setProgress({ place, stage: text.check.stages[stage] });
      })
      .then(
        (made) => live && setExamination(made),
        (error: unknown) => {
          if (!live) return;
          const code = error instanceof VerifierRefusal ? `${error.code}: ` : '';
          setProblem(`${code}${error instanceof Error ? error.message : String(error)}`);
        },
      )
      .finally(() => live && setProgress(null));
    return () => {
      live = false;
    };
  }, [bundle, trust, acceptWithheld]);

  const served = location.protocol !== 'file:';
  return (
    <main className="wide" id="content" onDragEnter={() => verifier.warm()}>
      {served ? (
        <p className="small">
          <a href="./">← {text.verify.backToConsole}</a>
        </p>
      ) : null}
      <h1>{text.verify.title}</h1>
      <p>{text.verify.intro}</p>
      <div className="drops">
        <FileDrop
          title={text.verify.dropBundle}
          hint={text.verify.dropBundleHint}
          name={bundle?.name ?? null}
          accept=".json,.gz"
          onFile={(file) => void take(setBundle)(file)}
        />
        <FileDrop
          title={text.verify.dropTrust}
          hint={text.verify.dropTrustHint}
          name={trust?.name ?? null}
          accept=".json"
          onFile={(file) => void take(setTrust)(file)}
        />
      </div>
      <label className="tick">
        <input
          type="checkbox"
          checked={acceptWithheld}
          onChange={(event) => setAcceptWithheld(event.target.checked)}
        />
        {text.verify.acceptWithheld}
      </label>
      {progress === null ? null : (
        <div role="status">
          <p>{text.verify.progress(progress.place, stageNames.length, progress.stage)}</p>
          <progress max={stageNames.length} value={progress.place} aria-label={text.verify.title} />
        </div>
      )}
      {problem === null ? null : (
        <div className="note bad" role="alert" data-refused="true">
          <p>
            <strong>{text.verify.refused}</strong>
          </p>
          <p>{problem}</p>
        </div>
      )}
      {examination === null || bundle === null ? null : (
        <VerdictView
          key={examination.bundleDigest}
          examination={examination}
          onPart={(digest, file) => {
            verifier.part(bundle.bytes, digest).then(
              (part) => download(file, part, 'application/octet-stream'),
              (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
            );
          }}
        />
      )}
      <footer className="note">
        <p>{served ? text.verify.served : text.verify.offline}</p>
        {served ? (
          <>
            <p>
              {text.verify.digestNote}: <Digest value={verifierDigest()} what={text.verify.digestNote} />
            </p>
            <p>
              <a className="button" href="./sealflow-verify.html" download="sealflow-verify.html">
                {text.verify.download}
              </a>
            </p>
          </>
        ) : null}
      </footer>
    </main>
  );
}

/** Of the page as one file, as the build wrote it: compare it with what the release says, not with this page alone. */
function verifierDigest(): string {
  return document.querySelector('meta[name=sealflow-verifier]')?.getAttribute('content') ?? '';
}

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <VerifyPage />
    </StrictMode>,
  );
}
