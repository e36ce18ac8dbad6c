import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

/** The house rules that can be read off the files. */
const ROOT = resolve(import.meta.dirname, "../..");
const SRC = join(ROOT, "src");

/** Rooms that nouns share; everything else below src/ is a noun or a door. */
const ROOMS = [
  "http",
  "pages",
  "control",
  "gate",
  "oauth",
  "tenant",
  "search",
  "figures",
  "calls",
  "mcp",
  "models",
  "mail",
];
/** Doors and wiring: they may use every noun. */
const DOORS = ["operator", "rest", "channels", "widget", "console", "help", "docs"];

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name));
}

/** What a file imports from the project, as paths; type-only imports count, since readers follow them too. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s+"(\.[^"]+)"/g)].map((match) =>
    resolve(dirname(file), match[1] ?? ""),
  );
}

const files = sourceFiles(SRC);
const everything = [
  ...files,
  ...["bin", "test", "widget", "flow-canvas"].flatMap((folder) => sourceFiles(join(ROOT, folder))),
];
const nounOf = (file: string) => {
  const [folder, ...rest] = relative(SRC, file).split("/");
  return rest.length > 0 && folder !== ".." ? (folder ?? "") : "";
};
const isNoun = (folder: string) => folder !== "" && !ROOMS.includes(folder) && !DOORS.includes(folder);

/** A circle in a graph, as the path that closes it; null when there is none. */
function findCircle(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...path, node]);
      if (circle) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return null;
}

describe("the structure of src/", () => {
  it("imports only files that exist", () => {
    const missing = files.flatMap((file) => importsOf(file).filter((target) => !existsSync(target)));
    expect(missing).toEqual([]);
  });

  it("has no import circle between files", () => {
    const graph = new Map(
      files.map((file) => [relative(SRC, file), new Set(importsOf(file).map((f) => relative(SRC, f)))]),
    );
    expect(findCircle(graph)).toBeNull();
  });

  it("has no import circle between folders", () => {
    const graph = new Map<string, Set<string>>();
    for (const file of files) {
      const from = nounOf(file);
      if (from === "") continue;
      const targets = graph.get(from) ?? new Set();
      for (const target of importsOf(file)) {
        const to = nounOf(target);
        if (to !== "" && to !== from) targets.add(to);
      }
      graph.set(from, targets);
    }
    expect(findCircle(graph)).toBeNull();
  });

  it("finds a circle when there is one", () => {
    expect(
      findCircle(
        new Map([
          ["a", new Set(["b"])],
          ["b", new Set(["c"])],
          ["c", new Set(["a"])],
        ]),
      ),
    ).toEqual(["a", "b", "c", "a"]);
  });

  it("keeps the shared rooms free of nouns", () => {
    const wrong = files
      .filter((file) => ROOMS.includes(nounOf(file)))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => isNoun(nounOf(target)) || DOORS.includes(nounOf(target)))
          .map((target) => `${relative(SRC, file)} → ${relative(SRC, target)}`),
      );
    expect(wrong).toEqual([]);
  });

  it("lets no noun import another noun's tables", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (target) =>
            target.endsWith("/schema.ts") && isNoun(nounOf(target)) && nounOf(target) !== nounOf(file),
        )
        .map((target) => `${relative(SRC, file)} → ${relative(SRC, target)}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps each file readable at one sitting", () => {
    const long = everything
      .map((file) => ({ file: relative(ROOT, file), lines: readFileSync(file, "utf8").split("\n").length }))
      .filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });

  it("has no names that say nothing, no types given up, no tests that do not run", () => {
    const names = everything.filter((file) =>
      /(^|\/)(utils?|helpers?|common|misc|manager|service)\.tsx?$/.test(file),
    );
    expect(names).toEqual([]);
    const givenUp = everything
      .filter((file) => file !== import.meta.filename)
      .flatMap((file) =>
        readFileSync(file, "utf8")
          .split("\n")
          .map((line, i) => ({ where: `${relative(ROOT, file)}:${i + 1}`, line }))
          .filter(({ line }) =>
            /as unknown as|@ts-(ignore|expect-error|nocheck)|\b(it|test|describe)\.(skip|only|todo|skipIf|runIf)\b|\b(TODO|FIXME|XXX)\b/.test(
              line,
            ),
          )
          .map(({ where }) => where),
      );
    expect(givenUp).toEqual([]);
  });

  it("bounds every property test, in test/property.ts alone", () => {
    const direct = sourceFiles(join(ROOT, "test"))
      .filter((file) => file !== import.meta.filename && relative(ROOT, file) !== "test/property.ts")
      .filter((file) =>
        /\bfc\s*\.\s*(assert|check|property|asyncProperty)\b/.test(readFileSync(file, "utf8")),
      );
    expect(direct.map((file) => relative(ROOT, file))).toEqual([]);
  });
});
