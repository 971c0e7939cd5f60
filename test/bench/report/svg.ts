/** What the charts share: colours for light and dark readers, on a background of their own, which a viewer may lack. */

const STYLE = `
  .page { fill: #ffffff; }
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; }
  .quiet { fill: #59636e; }
  .bar { fill: #8c959f; } .ours { fill: #0969da; }
  .grid { stroke: #d1d9e0; fill: none; } .spread { stroke: #1f2328; fill: none; }
  .line { fill: none; stroke-width: 2; }
  .c0 { stroke: #0969da; } .c1 { stroke: #bc4c00; } .c2 { stroke: #1a7f37; } .c3 { stroke: #8250df; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; }
    text { fill: #f0f6fc; } .quiet { fill: #9198a1; }
    .bar { fill: #6e7681; } .ours { fill: #4493f8; }
    .grid { stroke: #3d444d; } .spread { stroke: #f0f6fc; }
    .c0 { stroke: #4493f8; } .c1 { stroke: #f0883e; } .c2 { stroke: #3fb950; } .c3 { stroke: #ab7df8; }
  }`;

export const COLOURS = 4;

/** @param body elements, each on a line */
export function svg(title: string, width: number, height: number, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeText(title)}</title>
<style>${STYLE}
</style>
<rect width="${width}" height="${height}" rx="6" class="page"/>
${text(8, 20, title, "title")}
${body.join("\n")}
</svg>
`;
}

export function text(
  x: number,
  y: number,
  content: string,
  style = "",
  anchor: "start" | "middle" | "end" = "start",
): string {
  const attributes = `${style ? ` class="${style}"` : ""}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}`;
  return `<text x="${at(x)}" y="${at(y)}"${attributes}>${escapeText(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="${style}"/>`;
}

/** A coordinate, to a tenth of a pixel. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeText(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
