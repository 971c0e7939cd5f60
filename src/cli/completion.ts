import { Argument, type Command } from "commander";
import type { CommandContext } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

const shells = ["bash", "zsh", "fish"] as const;

/** A command's name, what it is for, and the options it knows. */
interface Completable {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly flag: string; readonly description: string }[];
}

export function addCompletionCommand(program: Command, context: CommandContext): void {
  program
    .command("completion")
    .description("Print a script that completes commands and options in your shell.")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText(
      "after",
      `
Examples:
  $ source <(npx prisma-partition completion bash)                                    # in ~/.bashrc
  $ source <(npx prisma-partition completion zsh)                                     # in ~/.zshrc, after compinit
  $ npx prisma-partition completion fish > ~/.config/fish/completions/prisma-partition.fish`,
    )
    .action((shell: (typeof shells)[number]) =>
      context.run({}, async () => {
        context.terminal.out(scripts[shell](program.name(), completables(program)));
        return exitCodes.ok.code;
      }),
    );
}

/** What the program itself says it has: so nothing can be forgotten here. */
function completables(program: Command): Completable[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: firstSentence(command.description()),
    options: [...command.options, { long: "--help", description: "display help for command" }].flatMap(
      ({ long, description }) => (long ? [{ flag: long, description: firstSentence(description) }] : []),
    ),
  }));
}

function firstSentence(text: string): string {
  return text.replace(/\.(\s.*)?$/s, "");
}

const flags = ({ options }: Completable) => options.map(({ flag }) => flag).join(" ");

const scripts: Record<(typeof shells)[number], (program: string, commands: readonly Completable[]) => string> = {
  bash: (program, commands) => `# Completes ${program} in bash.
_${identifier(program)}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" at=1
  while [ "$at" -lt "$COMP_CWORD" ] && [[ "\${COMP_WORDS[at]}" == -* ]]; do at=$((at + 1)); done
  if [ "$at" -ge "$COMP_CWORD" ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[at]}" in
${commands.map((command) => `    ${command.name}) COMPREPLY=($(compgen -W "${flags(command)}" -- "$current")) ;;`).join("\n")}
  esac
}
complete -o default -F _${identifier(program)} ${program}
`,
  zsh: (program, commands) => `# Completes ${program} in zsh.
_${identifier(program)}() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands.map(({ name, options }) => `    ${name}) _arguments ${options.map(({ flag, description }) => quote(`${flag}[${description.replaceAll(/[[\]:]/g, "\\$&")}]`)).join(" ")} '*:file:_files' ;;`).join("\n")}
  esac
}
compdef _${identifier(program)} ${program}
`,
  fish: (program, commands) => `# Completes ${program} in fish.
complete -c ${program} -f
${commands.map(({ name, description }) => `complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(description)}`).join("\n")}
${commands
  .flatMap(({ name, options }) =>
    options.map(
      ({ flag, description }) =>
        `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d ${quote(description)}`,
    ),
  )
  .join("\n")}
`,
};

function identifier(name: string): string {
  return name.replaceAll("-", "_");
}

/** For all three shells: a quote ends the string, stands by itself, and begins it again. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
