/** `███░░░░░`: `fraction` (0 to 1) of `width` characters, rounded down, so that a full bar means all of it. */
export function drawBar(fraction: number, width: number): string {
  const full = Math.floor(fraction * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** `███▌`: `fraction` (0 to 1) of `width` characters to the eighth of one; what is more than nothing shows. */
export function drawShare(fraction: number, width: number): string {
  const units = fraction > 0 ? Math.max(1, Math.round(fraction * width * 8)) : 0;
  return "█".repeat(Math.floor(units / 8)) + eighths[units % 8];
}
