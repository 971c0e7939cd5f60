/** As on the client: `prisma.eventTransaction` for model EventTransaction. */
export function clientName(model: string): string {
  return model.charAt(0).toLowerCase() + model.slice(1);
}
