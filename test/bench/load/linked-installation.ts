import { chmod, copyFile, mkdir, mkdtemp, readdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../support/package-root.ts";

/**
 * What `installPackage` returns, in a moment instead of some seconds: a directory whose node_modules are links to the
 * checkout's, and whose `prisma-partition` is the checkout's build. What is measured in it is not what users install.
 */
export async function linkedInstallation(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "prisma-partition-install-"));
  const [from, to] = [join(packageRoot, "node_modules"), join(directory, "node_modules")];
  await mkdir(join(to, ".bin"), { recursive: true });
  await copyFile(join(packageRoot, "package.json"), join(directory, "package.json"));
  const link = async (folder: string, name: string) => symlink(join(from, folder, name), join(to, folder, name));
  await Promise.all((await readdir(from)).filter((name) => name !== ".bin").map((name) => link("", name)));
  await Promise.all((await readdir(join(from, ".bin"))).map((name) => link(".bin", name)));
  const program = join(packageRoot, "dist", "generator", "bin.mjs");
  await chmod(program, 0o755);
  await symlink(program, join(to, ".bin", "prisma-partition"));
  return directory;
}
