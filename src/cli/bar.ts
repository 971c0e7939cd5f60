/** `███░░░░░`: `fraction` (0 to 1) of `width` characters, rounded down, so that a full bar means all of it. */
export function drawBar(fraction: number, width: number): string {
  const full = Math.floor(fraction * width);
  return "█".repeat(full) + "░".repeat(width - full);
}
