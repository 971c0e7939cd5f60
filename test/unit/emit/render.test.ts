import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseHeader } from "../../../generator/history/header.ts";
import type { Transition } from "../../../generator/plan/transition.ts";
import {
  quoteIdent,
  quoteJsonb,
  quoteLiteral,
  quoteTextArray,
  schemaExpression,
} from "../../../generator/sql/quote.ts";
import { installChecksum, render } from "../../../generator/sql/render.ts";
import { cutoverSpec, idAlone, idAndKey, spec } from "../plan/fixture.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "render-"));
  await mkdir(join(folder, "partials"));
  await mkdir(join(folder, "install"));
});
afterEach(() => rm(folder, { recursive: true }));

const setup: Transition = { transition: "setup", spec, cutoverUniques: [idAndKey] };
async function renderWith(template: string, transition: Transition = setup): Promise<string> {
  await writeFile(join(folder, `${transition.transition}.sql.hbs`), template);
  return render(transition, "2026_x", folder, join(folder, "install")).replace(/^.*\n/, "");
}

describe("quoting", () => {
  it("closes nothing that it did not open", () => {
    expect(quoteLiteral("it's \\ $$")).toBe("'it''s \\ $$'");
    expect(quoteLiteral(null)).toBe("NULL");
    expect(quoteLiteral(12)).toBe("'12'");
    expect(quoteIdent('a"b')).toBe('"a""b"');
    expect(quoteTextArray(["id", "it's"])).toBe("ARRAY['id', 'it''s']::text[]");
    expect(quoteTextArray([])).toBe("ARRAY[]::text[]");
    expect(schemaExpression("billing")).toBe("'billing'");
    expect(schemaExpression(null)).toBe("current_schema()");
  });

  it("keeps every dollar sign out of the JSON", () => {
    const quoted = quoteJsonb({ $json$: "$prisma_partition$" });
    expect(quoted.match(/\$/g)).toHaveLength(4);
    expect(JSON.parse(quoted.slice("$json$".length, -"$json$::jsonb".length))).toEqual({
      $json$: "$prisma_partition$",
    });
  });

  it("refuses what would end the block around it", () => {
    expect(() => quoteLiteral("$prisma_partition$")).toThrow(/cannot stand in a migration/);
    expect(() => quoteIdent("a\0")).toThrow(/NUL/);
  });
});

describe("render", () => {
  it("puts the header first, once, and ends with one line break", async () => {
    for (const template of ["SELECT 1;\n\n", "{{header}}\nSELECT 1;"]) {
      await writeFile(join(folder, "setup.sql.hbs"), template);
      const text = render(setup, "2026_x", folder);
      expect(text).toMatch(/^-- prisma-partition \{.*\}\nSELECT 1;\n$/);
      expect(parseHeader(text, "x")).toMatchObject({ transition: "setup", model: "EventTransaction" });
      expect(render(setup, "2026_x", folder)).toBe(text);
    }
  });

  it("gives templates the spec, the helpers and the partials, without HTML escaping", async () => {
    await writeFile(join(folder, "partials", "names.sql.hbs"), "{{schemaExpr spec.schema}}.{{ident spec.table}}");
    const text = await renderWith(
      '{{> names}} {{qualified}} {{literal "a\'&<"}} {{textArray spec.identity}} {{transition}}\n' +
        "{{folder}} {{#each spec.uniques}}{{name}} {{textArray columns}}{{/each}} {{#each cutoverUniques}}{{textArray columns}}{{/each}}\n" +
        '{{#if (eq spec.scheduler "auto")}}cron{{/if}}{{#if spec.retention}}expires{{/if}}',
    );
    expect(text).toBe(
      "'billing'.\"event_transactions\" billing.event_transactions 'a''&<' ARRAY['id']::text[] setup\n" +
        "2026_x event_transactions_pkey ARRAY['id']::text[] ARRAY['id', 'timestamp']::text[]\ncron\n",
    );
  });

  it("gives setup each unique beside what it becomes", async () => {
    const pair = { columns: ["id"], targetName: "event_transactions_pkey", targetColumns: ["id", "timestamp"] };
    expect(await renderWith("{{jsonb uniques}}")).toBe(`${quoteJsonb([pair])}\n`);
  });

  it("refuses names that do not exist, in partials too", async () => {
    await expect(renderWith("{{spec.tabel}}")).rejects.toThrow(/tabel/);
    await expect(renderWith("{{changes}}")).rejects.toThrow(/changes/);
    await writeFile(join(folder, "partials", "bad.sql.hbs"), "{{spec.tabel}}");
    await expect(renderWith("{{> bad}}")).rejects.toThrow(/tabel/);
  });

  it("gives alter its changes only", async () => {
    const alter: Transition = { transition: "alter", spec: { ...spec, premake: 3 }, changes: { premake: 3 } };
    const text = await renderWith('{{#if (has changes "premake")}}{{changes.premake}}{{/if}}{{jsonb changes}}', alter);
    expect(text).toBe(`3${quoteJsonb({ premake: 3 })}\n`);
    expect(await renderWith('{{#if (has changes "interval")}}interval{{/if}}-', alter)).toBe("-\n");
  });

  it("gives the cutover what held before", async () => {
    const cutover: Transition = {
      transition: "cutover",
      spec: cutoverSpec,
      cutoverUniques: [idAndKey],
      reached: { ...spec, uniques: [idAlone] },
    };
    expect(await renderWith("{{textArray reached.identity}} {{jsonb expected}}", cutover)).toBe(
      `ARRAY['id']::text[] ${quoteJsonb([idAndKey])}\n`,
    );
  });

  it("gives install every function in order of file names", async () => {
    const install = join(folder, "install");
    await writeFile(join(install, "b.sql"), "CREATE FUNCTION b…\r\n");
    await writeFile(join(install, "00-a.sql"), "CREATE FUNCTION a…\n");
    await writeFile(join(install, "README.md"), "");
    const template = "{{#each functions}}{{name}} {{file}}: {{sql}}\n{{/each}}{{checksum}} {{upgrade}}";
    expect(await renderWith(template, { transition: "install", checksum: "sum" })).toBe(
      "00-a 00-a.sql: CREATE FUNCTION a…\nb b.sql: CREATE FUNCTION b…\nsum false\n",
    );
    const upgrade = render({ transition: "upgrade", checksum: "sum" }, "2026_x", folder, install);
    expect(upgrade).toMatch(/^-- prisma-partition \{"format":1,"transition":"upgrade",.*\n(.*\n)+sum true\n$/);
  });
});

describe("the install checksum", () => {
  it("changes with a file's text or name, not with line endings", async () => {
    const install = join(folder, "install");
    await writeFile(join(install, "a.sql"), "SELECT 1;\n");
    const first = installChecksum(install);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(join(install, "a.sql"), "SELECT 1;\r\n");
    expect(installChecksum(install)).toBe(first);
    await writeFile(join(install, "a.sql"), "SELECT 2;\n");
    expect(installChecksum(install)).not.toBe(first);
    await rm(join(install, "a.sql"));
    await writeFile(join(install, "b.sql"), "SELECT 1;\n");
    expect(installChecksum(install)).not.toBe(first);
  });
});

describe("the package's own templates", () => {
  const cutover = { transition: "cutover", spec: cutoverSpec, cutoverUniques: [idAndKey], reached: spec } as const;
  const transitions: Transition[] = [
    { transition: "install", checksum: installChecksum() },
    { transition: "upgrade", checksum: installChecksum() },
    setup,
    { ...setup, spec: { ...spec, schema: null, start: "2020-01-01T00:00:00.000Z" } },
    { transition: "alter", spec, changes: { premake: 3 } },
    cutover,
    { transition: "rollback", spec, reached: cutoverSpec },
    { transition: "teardown", spec },
    { transition: "cleanup", spec: { ...cutoverSpec, stage: "cleanup" } },
    { transition: "cleanup", spec: { ...cutoverSpec, stage: "cleanup", keepOld: "7 days" } },
    { transition: "release", spec: cutoverSpec },
    { transition: "uninstall" },
  ];

  it.each(transitions)("render $transition as one DO block", (transition) => {
    const text = render(transition, "20260101000000_x");
    expect(text.match(/\$prisma_partition\$/g)).toHaveLength(2);
    expect(text).toMatch(/\n\$prisma_partition\$;\n$/);
    expect(text.match(/^-- prisma-partition \{/gm)).toHaveLength(1);
  });

  it("a rollback expects what the model states now, a cleanup keeps the old table as long as was asked", () => {
    const rollback = render({ transition: "rollback", spec, reached: cutoverSpec }, "x");
    expect(rollback).toContain(`expect_uniques(t, ${quoteJsonb(spec.uniques)})`);
    const cleanup = (keepOld: string | null) =>
      render({ transition: "cleanup", spec: { ...cutoverSpec, stage: "cleanup", keepOld } }, "x");
    expect(cleanup("7 days")).toContain("cleanup(t, '7 days')");
    expect(cleanup("7 days")).toContain("Refused until 7 days have passed since the cutover.");
    expect(cleanup(null)).toContain("cleanup(t, NULL)");
    expect(cleanup(null)).not.toContain("Refused");
  });
});
