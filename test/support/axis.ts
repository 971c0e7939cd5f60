/** Where the bounds of partitions belong, worked out without the package: in JavaScript, from dates. */
import type { KeyKind } from "../../generator/spec.ts";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const hour = 3_600_000;
const fixed: Record<string, number> = {
  "1 hour": hour,
  "1 day": 24 * hour,
  "1 week": 7 * 24 * hour,
  "10 days": 240 * hour,
};
const months: Record<string, number> = { "1 month": 1, "3 months": 3, "1 year": 12 };

/** Lower bound of the bucket that holds an instant. Days and weeks are counted from Monday, 1 January 2001. */
export function bucket(interval: string, at: Date): Date {
  const size = months[interval];
  if (size !== undefined) {
    const month = at.getUTCFullYear() * 12 + at.getUTCMonth();
    return utcMonth(month - (month % size));
  }
  const length = fixed[interval] as number;
  const origin = Date.UTC(2001, 0, 1);
  return new Date(origin + Math.floor((at.getTime() - origin) / length) * length);
}

/** The bucket `count` intervals later. */
export function step(interval: string, lower: Date, count: number): Date {
  const size = months[interval];
  if (size !== undefined) return utcMonth(lower.getUTCFullYear() * 12 + lower.getUTCMonth() + size * count);
  return new Date(lower.getTime() + (fixed[interval] as number) * count);
}

/** Lower bounds from the bucket that holds `from` to the one `ahead` intervals after that of `to`. */
export function buckets(interval: string, from: Date, to: Date, ahead: number): Date[] {
  const last = step(interval, bucket(interval, to), ahead);
  const found: Date[] = [];
  for (let lower = bucket(interval, from); lower <= last; lower = step(interval, lower, 1)) found.push(lower);
  return found;
}

function utcMonth(month: number): Date {
  return new Date(Date.UTC(Math.floor(month / 12), month % 12, 1));
}

let counter = 0;

/** A key of that kind at that instant, as a literal; time-ordered ids differ at every call. */
export function keyAt(kind: KeyKind, at: Date): string {
  counter++;
  switch (kind) {
    case "timestamptz":
      return at.toISOString();
    case "timestamp":
      return at.toISOString().slice(0, -1);
    case "date":
      return at.toISOString().slice(0, 10);
    case "uuid7": {
      const [time, count] = [hex(at.getTime(), 12), hex(counter, 12)];
      return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`;
    }
    case "ulid":
      return base32(at.getTime(), 10) + base32(counter, 16);
    default:
      throw new Error(`${kind} is no kind of time`);
  }
}

/** The instant at which a bound, as PostgreSQL states it under UTC, stands. */
export function instantOf(kind: KeyKind, bound: string): Date {
  switch (kind) {
    case "timestamptz":
      return new Date(bound.replace(/\+00$/, "Z"));
    case "timestamp":
      return new Date(`${bound}Z`);
    case "date":
      return new Date(`${bound}T00:00:00Z`);
    case "uuid7":
      return new Date(Number.parseInt(bound.replaceAll("-", "").slice(0, 12), 16));
    case "ulid":
      return new Date([...bound.slice(0, 10)].reduce((sum, digit) => sum * 32 + crockford.indexOf(digit), 0));
    default:
      throw new Error(`${kind} is no kind of time`);
  }
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, "0");
}

function base32(value: number, width: number): string {
  let text = "";
  for (let left = value; text.length < width; left = Math.floor(left / 32)) text = crockford[left % 32] + text;
  return text;
}
