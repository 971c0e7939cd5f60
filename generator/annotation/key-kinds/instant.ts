/** `2024-01-01T00:00:00Z`, with milliseconds only where there are any. @throws RangeError for no instant */
export function isoInstant(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) throw new RangeError("Not an instant.");
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}

/** Unix milliseconds of an ISO instant. */
export function milliseconds(point: string): number {
  return Date.parse(point);
}

/** `2024-01-01 00:00:00`: how PostgreSQL writes the instant, in UTC, without an offset. */
export function sqlTimestamp(point: string): string {
  return isoInstant(milliseconds(point)).replace("T", " ").replace("Z", "");
}

/** The instant of PostgreSQL's text for a date, a timestamp (taken as UTC) or a timestamptz. */
export function fromSqlTimestamp(value: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(
    value,
  );
  if (match === null) throw new RangeError(`Not a timestamp: ${value}`);
  const offset = (match[3] ?? "Z").replace(
    /^([+-]\d{2}):?(\d{2})?$/,
    (_, hours: string, minutes = "00") => `${hours}:${minutes}`,
  );
  return isoInstant(Date.parse(`${match[1]}T${match[2] ?? "00:00:00"}${offset}`));
}
