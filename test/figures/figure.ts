/** One line of the table: what was counted, what it has to be, and what it was. */
export interface Figure {
  what: string;
  target: string;
  measured: string;
  isMet: boolean;
}

/** What one part of the figures found out. */
export interface Findings {
  figures: Figure[];
  /** Lines for whoever wants to see more than the sums. */
  details?: string[];
}

/** A count that has to be zero. */
export function none(what: string, count: number, outOf = ""): Figure {
  const measured = outOf ? `${count} of ${outOf}` : String(count);
  return { what, target: "0", measured, isMet: count === 0 };
}

/** A figure that stands for itself: there is no target that it could miss. */
export function stated(what: string, measured: string): Figure {
  return { what, target: "stated", measured, isMet: true };
}

/** 1234567 as 1,234,567. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** Of times in milliseconds, sorted here: the one that this share of them does not exceed. */
export function percentile(times: number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Milliseconds as people say them. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}
