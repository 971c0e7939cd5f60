import { installFolder } from "../../src/installation/install-functions.ts";
import type { Transition } from "../plan/transition.ts";
import { templateContext } from "./context.ts";
import { loadTemplate, templateFolder } from "./templates.ts";

export { installChecksum } from "../../src/installation/install-functions.ts";

/**
 * The text of the `migration.sql` that carries a transition out: the header line, then the template of that name
 * (`upgrade` has `install`'s). The same transition, folder and package version give the same bytes.
 *
 * @param folder name of the folder it is written to
 * @param templates folder of the templates, with their `partials/`
 * @param install folder of the functions that `install` and `upgrade` embed
 */
export function render(
  transition: Transition,
  folder: string,
  templates = templateFolder,
  install = installFolder(),
): string {
  const context = templateContext(transition, folder, install);
  const name = transition.transition === "upgrade" ? "install" : transition.transition;
  const text = loadTemplate(templates, name)(context);
  const body = text.startsWith(context.header) ? text.slice(context.header.length).replace(/^\n/, "") : text;
  return `${context.header}\n${body.trimEnd()}\n`;
}
