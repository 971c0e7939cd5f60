/** A terminal's screen, as `tmux capture-pane -e` gives it, as an SVG. Knows what our commands print: bold, dim, colours. */

const palette: Readonly<Record<number, string>> = {
  31: "#f7768e",
  32: "#9ece6a",
  33: "#e0af68",
  36: "#7dcfff",
};
const bright = "#e5e9ff";
const dimmed = "#7f88b0";

const fontSize = 13;
const cell = { width: 7.8, height: 17 };
const margin = 14;

const ESCAPE = "\u001b[";

interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly color: string | null;
}

const plain: Style = { bold: false, dim: false, color: null };

/**
 * @param screen lines with SGR sequences
 * @param columns of the terminal
 * @param label what the picture shows, for those who do not see it
 */
export function ansiToSvg(screen: string, columns: number, label: string): string {
  const lines = screen.replace(/\s+$/, "").split("\n");
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = lines.length * cell.height + 2 * margin;
  let style = plain;
  const texts = lines.map((line, index) => {
    const spans: string[] = [];
    // The first piece has no sequence before it, each other one begins with its own: `1;31mtext`.
    for (const [at, piece] of line.split(ESCAPE).entries()) {
      const end = at === 0 ? 0 : piece.indexOf("m") + 1;
      if (end > 0) style = apply(style, piece.slice(0, end - 1));
      if (piece.length > end) spans.push(`<tspan${attributes(style)}>${escapeXml(piece.slice(end))}</tspan>`);
    }
    return `<text x="${margin}" y="${margin + (index + 0.8) * cell.height}">${spans.join("")}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(label)}">
<rect width="${width}" height="${height}" rx="8" fill="#1a1b26"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="${fontSize}" fill="#a9b1d6" style="white-space:pre">
${texts.join("\n")}
</g>
</svg>
`;
}

function apply(before: Style, codes: string): Style {
  let style = before;
  for (const code of codes.split(";").map(Number)) {
    if (code === 0) style = plain;
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 2) style = { ...style, dim: true };
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else style = { ...style, color: code === 39 ? null : (palette[code] ?? style.color) };
  }
  return style;
}

function attributes({ bold, dim, color }: Style): string {
  const fill = color ?? (bold ? bright : dim ? dimmed : null);
  return `${bold ? ' font-weight="700"' : ""}${fill === null ? "" : ` fill="${fill}"`}`;
}

function escapeXml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", " ": "&#160;" };
  return text.replace(/[&<>" ]/g, (character) => entities[character] ?? character);
}
