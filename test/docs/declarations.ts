/** What the source says about its own public types: names, signatures and docstrings. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface Method {
  readonly name: string;
  readonly signature: string;
  readonly doc: string;
}

export interface ErrorClass {
  readonly name: string;
  readonly code: string;
  readonly doc: string;
}

export class Declarations {
  readonly #byName = new Map<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration>();

  /** Every exported type of the files directly in these folders. */
  constructor(folders: readonly string[]) {
    for (const folder of folders) {
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
        const text = readFileSync(join(folder, file), "utf8");
        for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true).statements) {
          const typed =
            ts.isInterfaceDeclaration(statement) ||
            ts.isTypeAliasDeclaration(statement) ||
            ts.isClassDeclaration(statement);
          if (typed && statement.name) this.#byName.set(statement.name.text, statement);
        }
      }
    }
  }

  /** The methods of an interface, in the order of the source. */
  methods(name: string): Method[] {
    const declaration = this.#get(name);
    if (!ts.isInterfaceDeclaration(declaration)) throw new Error(`${name} is no interface`);
    return declaration.members.filter(ts.isMethodSignature).map((member) => ({
      name: member.name.getText(),
      signature: member.getText().replace(/;$/, ""),
      doc: docOf(member),
    }));
  }

  /** The declaration as it stands in the source, docstrings and all, without `export` and `readonly`. */
  source(name: string): string {
    const declaration = this.#get(name);
    const text = declaration.getSourceFile().text.slice(declaration.getFullStart(), declaration.getEnd()).trim();
    return text.replace(/^export /m, "").replaceAll("readonly ", "");
  }

  /** Classes whose constructor gives `super` a code. */
  errors(): ErrorClass[] {
    return [...this.#byName.values()].flatMap((declaration) => {
      if (!ts.isClassDeclaration(declaration)) return [];
      const code = /super\(\s*"([A-Z_]+)"/.exec(declaration.getText())?.[1];
      return code ? [{ name: declaration.name?.text ?? "", code, doc: docOf(declaration) }] : [];
    });
  }

  #get(name: string) {
    const declaration = this.#byName.get(name);
    if (declaration === undefined) throw new Error(`no type ${name}`);
    return declaration;
  }
}

/** Its text as Markdown: links to other symbols become code. */
function docOf(node: ts.Node): string {
  const [comment] = (node as { jsDoc?: ts.JSDoc[] }).jsDoc ?? [];
  return (ts.getTextOfJSDocComment(comment?.comment) ?? "").replace(/\{@link (\w+)\}/g, "`$1`");
}
