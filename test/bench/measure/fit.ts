/** The least-squares line through the points: its slope, in y per x. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}

/** The exponent e of y = c · xᵉ, fitted to the logarithms: 1 is linear. */
export function exponent(points: readonly (readonly [number, number])[]): number {
  return slope(points.map(([x, y]) => [Math.log(x), Math.log(y)]));
}
