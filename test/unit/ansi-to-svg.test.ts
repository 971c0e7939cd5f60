import { expect, test } from "vitest";
import { ansiToSvg } from "../docs/ansi-to-svg.ts";

test("colours become spans, and what is no markup stays text", () => {
  const svg = ansiToSvg("\u001b[1mModel\u001b[22m  a<b\n\u001b[31mfailed\u001b[39m & done\n\n", 80, 'a "label"');
  expect(svg).toContain('<tspan font-weight="700" fill="#e5e9ff">Model</tspan><tspan>&#160;&#160;a&lt;b</tspan>');
  expect(svg).toContain('<tspan fill="#f7768e">failed</tspan><tspan>&#160;&amp;&#160;done</tspan>');
  expect(svg).toContain('aria-label="a&#160;&quot;label&quot;"');
  expect(svg.match(/<text /g)).toHaveLength(2);
});
