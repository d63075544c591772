import { assumptions } from "../../assumptions.ts";

const pattern =
  /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}:\d{2}:\d{2}) UTC (\d{4})$/;
/** True for a time like `Mon Jan 5 09:03:07 UTC 2026` between the two, five minutes more or less; both in milliseconds. */
export function isTimestampBetween(
  timestamp: string,
  { from, until }: { from: number; until: number },
): boolean {
  const [, month, day, time, year] = pattern.exec(timestamp) ?? [];
  const ms = Date.parse(`${day} ${month} ${year} ${time} UTC`);
  const toleranceMs = assumptions.srpTimestampToleranceMs;
  return ms >= from - toleranceMs && ms <= until + toleranceMs;
}
