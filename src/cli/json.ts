/**
 * JSON for programs. A bigint is written as a number where a double holds it exactly (up to 2^53 - 1), else as a
 * string; a Date as an ISO 8601 string in UTC.
 */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? plain(item) : item), indent);
}

function plain(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
