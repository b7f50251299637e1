import { text } from '../text.js';

/** `2026-11-21 08:42:10`, of UTC: pages say once that all times are. */
export function shownTime(time: string | undefined): string {
  return time === undefined ? '–' : time.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
}

/** `4.9 s`, `3 min 20 s`; a dash while it is not over. */
export function shownDuration(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return '–';
  return shownMs(Date.parse(to) - Date.parse(from));
}

export function shownMs(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–';
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60
    ? `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `3 h old`, `412 days old`: whole hours, then whole days. */
export function shownAge(time: string, nowMs: number): string {
  const hours = Math.floor((nowMs - Date.parse(time)) / 3_600_000);
  if (!Number.isFinite(hours)) return text.states.unknownAge;
  if (hours < 1) return text.states.newAge;
  return hours < 48 ? text.states.hoursOld(hours) : text.states.daysOld(Math.floor(hours / 24));
}
