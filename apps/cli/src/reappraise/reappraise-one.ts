import {
  type Reappraisal,
  type ReappraisalQuestion,
  reappraise,
  type Today,
  type TrustFile,
} from '#evidence';
import { readBundle } from '../batch/read-bundle.js';
import { exitCode, UsageError } from '../output/failure.js';

/** What became of one file: nothing that was asked about, a run judged again, or the reason why neither is known. */
export interface FileReappraisal {
  readonly file: string;
  readonly exitCode: number;
  /** Null for a run that the question is not about, and with an error. */
  readonly reappraisal: Reappraisal | null;
  readonly error: string | null;
}

/** Plain data only: it crosses to another thread. */
export interface Asked {
  readonly question: ReappraisalQuestion;
  readonly today: Today | null;
}

/** Never throws: a file that cannot be read is a line of the answer, not its end. */
export async function reappraiseOne(file: string, trust: TrustFile, asked: Asked): Promise<FileReappraisal> {
  try {
    const bytes = await readBundle(file);
    const reappraisal = await reappraise(bytes, trust, asked.question, asked.today);
    return { file, exitCode: reappraisal?.exitCode ?? exitCode.verified, reappraisal, error: null };
  } catch (error) {
    const code = error instanceof UsageError ? error.code : exitCode.malformed;
    return {
      file,
      exitCode: code,
      reappraisal: null,
      error: error instanceof Error ? error.message : 'unreadable',
    };
  }
}
