import { rmSync } from "node:fs";

const directories = new Set<string>();

/** Removes a directory when this process ends, however; call what is returned once it has been removed. */
export function removeAtExit(directory: string): () => void {
  if (directories.size === 0) process.on("exit", removeAll);
  directories.add(directory);
  return () => {
    directories.delete(directory);
    if (directories.size === 0) process.off("exit", removeAll);
  };
}

function removeAll(): void {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}
