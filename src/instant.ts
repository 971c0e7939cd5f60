const pattern = /^(\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?:Z|\+00(?::?00)?)?( BC)?$/;

/**
 * PostgreSQL's text of an instant in UTC (`2026-11-01 00:00:00+00`, years beyond 9999 and BC included) → Date.
 * Microseconds are cut to milliseconds. Throws a RangeError for anything else, other offsets included.
 */
export function parseInstant(text: string): Date {
  const match = pattern.exec(text);
  if (match === null) throw new RangeError(`Not an instant in UTC: ${text}`);
  const [, year, month, day, hour, minute, second, fraction, bc] = match;
  const date = new Date(0);
  // Not Date.UTC(): it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(bc === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  const milliseconds = Number((fraction ?? "").padEnd(3, "0").slice(0, 3));
  date.setUTCHours(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), milliseconds);
  return date;
}
