import MiniSearch from "minisearch";
import type { Tool } from "../calls/define.ts";
import { fold } from "../tenant/fold.ts";

/**
 * Words that tell no tool from another. Question words are not among them: "who" asks for another tool than "when",
 * and phrases say so.
 */
const EMPTY_WORDS = new Set(
  (
    "a an the of to in on at is are was were be do does did has have just i you he she it we they me him her us " +
    "them my your his its our their this that these those with for from by and or as so can could would should " +
    "please want need let"
  ).split(" "),
);

/** A tool as it is indexed: the words of its name beside the name itself, which is the key. */
type Indexed = Pick<Tool, "name" | "title" | "description" | "phrases"> & {
  words: string;
  parameters: string;
};

/** Finds tools by what a person wants done: BM25+ over their records and what people say for them (`phrases`). */
export class ToolSearch {
  readonly #tools = new Map<string, Tool>();
  readonly #index = new MiniSearch<Indexed>({
    idField: "name",
    fields: ["words", "title", "description", "parameters", "phrases"],
    processTerm: (term) => {
      const word = fold(term);
      return EMPTY_WORDS.has(word) ? null : word;
    },
    // A word also finds what begins with it: "tag" finds "tags" and "tagged".
    searchOptions: { boost: { words: 2, phrases: 2 }, prefix: true },
  });

  constructor(tools: readonly Tool[]) {
    for (const tool of tools) {
      const { name, title, description, phrases } = tool;
      this.#tools.set(name, tool);
      // `contactId` is two words.
      const parameters = Object.keys(tool.input.shape)
        .join(" ")
        .replace(/(?=[A-Z])/g, " ");
      this.#index.add({ name, words: name, title, description, parameters, phrases });
    }
  }

  /**
   * The tools that fit a task best, the best first; none that shares no word with it.
   * @param task in plain English; every word counts, so the caller bounds its length
   * @param among tools that may be found
   * @param limit of tools
   */
  find(task: string, among: (tool: Tool) => boolean, limit: number): Tool[] {
    return this.#index
      .search(task)
      .flatMap(({ id }) => this.#tools.get(id) ?? [])
      .filter(among)
      .slice(0, limit);
  }
}
