import type { Tool, Vocabulary } from "../calls/define.ts";
import { asksToRead, beginsCircumstance, tellingStems, type Word, wordsOf } from "./compact-words.ts";

/** How much a word counts by where in a tool it stands. */
const FIELD_WEIGHTS = { name: 3, asked: 2, title: 1.5, description: 1, parameters: 1 } as const;
type Field = keyof typeof FIELD_WEIGHTS;
const FIELDS = Object.keys(FIELD_WEIGHTS) as Field[];

/**
 * The constants of the ranking. The first two are BM25's (Robertson and Zaragoza, "The Probabilistic Relevance
 * Framework"); all were set by trying values on tasks of which a part was held out, and results change little around
 * them.
 */
const SATURATION = 2;
const LENGTH = 0.2;
/** A word itself for which the vocabulary has something better counts somewhat less. */
const LITERALLY = 0.75;
/** What a task adds after its "for", "with" or "when" counts less than what it begins with. */
const CIRCUMSTANTIAL = 0.8;
/** A tool of which the whole name was said goes before one that shares a part of it with others. */
const WHOLE_NAME = 1.4;
/** A task that is like one of the ways in which people ask for a tool. */
const LIKE_ASKED = 20;
/** A question does not mean a tool that changes something, nor an order one that reads. */
const AGAINST_INTENT = 0.5;
/** Who reads of several things means the tool that is named for several: `list_contacts` for "customers". */
const NAMED_FOR_SEVERAL = 1.3;

/** Longer tasks are cut, in words. */
const MAX_TASK_WORDS = 60;

/** The parts of a tool's record that are searched. */
export type Searched = Pick<Tool, "name" | "title" | "description" | "hints"> & { input: { shape: object } };

/** A word or saying of a task. */
interface Term {
  /** Each a group of words that are meant together. */
  meanings: { words: string[]; factor: number }[];
  /** Of a saying, its words one by one: they may fit better than what the whole stands for. */
  parts: Term[];
  factor: number;
  plural: boolean;
}

/** What a person wants done, taken apart. */
interface Task {
  terms: Term[];
  words: string[];
  reads: boolean | null;
}

interface Entry<T> {
  tool: T;
  /** The words of its name. */
  name: string[];
  /** Those of them that name several things. */
  plurals: string[];
  /** Sentences that speak of it, each as its words. */
  sentences: ReadonlySet<string>[];
  /** Word → its weighted frequency in the tool, each field's length evened out. */
  weights: Map<string, number>;
}

/**
 * Finds tools by what a person wants done, in pure code: BM25 over the fields of their records (BM25F) with a
 * vocabulary of what people say, and likeness to the ways in which people ask for each.
 */
export class ToolSearch<T extends Searched> {
  readonly #entries: Entry<T>[];
  /** Word → how rare it is over the catalogue. */
  readonly #rarity = new Map<string, number>();
  /** Rarity of a word that no tool has. */
  readonly #unknown: number;
  /** Saying → the word groups that it stands for. */
  readonly #sayings = new Map<string, string[][]>();
  readonly #longestSaying: number;

  constructor(tools: readonly T[], { words, asked }: Vocabulary = { words: {}, asked: {} }) {
    this.#entries = index(tools, asked);
    const counts = new Map<string, number>();
    for (const { weights } of this.#entries) {
      for (const word of weights.keys()) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const rarity = (count: number) => Math.log(1 + (tools.length - count + 0.5) / (count + 0.5));
    for (const [word, count] of counts) this.#rarity.set(word, rarity(count));
    this.#unknown = rarity(2);
    for (const [meant, sayings] of Object.entries(words)) {
      for (const saying of sayings.split(",")) {
        const key = keyOf(wordsOf(saying));
        this.#sayings.set(key, [...(this.#sayings.get(key) ?? []), tellingStems(meant)]);
      }
    }
    this.#longestSaying = Math.max(1, ...[...this.#sayings.keys()].map((key) => key.split(" ").length));
  }

  /**
   * The tools that fit a task best, the best first; none that shares no word with it.
   * @param among tools that may be found
   */
  find(text: string, among: (tool: T) => boolean, limit: number): T[] {
    const task = this.#read(text);
    return this.#entries
      .filter(({ tool }) => among(tool))
      .map((entry) => ({ tool: entry.tool, score: this.#score(task, entry) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, limit)
      .map(({ tool }) => tool);
  }

  #score({ terms, words, reads }: Task, { tool, weights, name, plurals, sentences }: Entry<T>): number {
    const met = new Set<string>();
    const several = new Set<string>();
    let sum = 0;
    for (const term of terms) {
      const { score, having } = this.#best(term, weights);
      sum += term.factor * score;
      for (const word of having) {
        met.add(word);
        if (term.plural) several.add(word);
      }
    }
    if (reads !== false && plurals.some((word) => several.has(word))) sum *= NAMED_FOR_SEVERAL;
    const named = this.#rarityOf(name.filter((word) => met.has(word))) / (this.#rarityOf(name) || 1);
    const score = sum * (1 + WHOLE_NAME * named) + LIKE_ASKED * this.#likeness(words, sentences);
    return reads !== null && reads !== tool.hints.readOnly ? score * AGAINST_INTENT : score;
  }

  #read(text: string): Task {
    const words = wordsOf(text).slice(0, MAX_TASK_WORDS);
    const terms: Term[] = [];
    let factor = 1;
    for (let at = 0; at < words.length; ) {
      const word = words[at];
      if (at > 0 && word && beginsCircumstance(word)) factor = CIRCUMSTANTIAL;
      let length = Math.min(this.#longestSaying, words.length - at);
      while (length > 1 && !this.#sayings.has(keyOf(words.slice(at, at + length)))) length -= 1;
      const said = words.slice(at, at + length);
      const parts = length > 1 ? said.map((part) => this.#term([part], [], 1)) : [];
      terms.push(this.#term(said, parts, factor));
      at += length;
    }
    const telling = words.flatMap(({ stem, empty }) => (empty ? [] : [stem]));
    return { terms, words: telling, reads: asksToRead(words) };
  }

  #term(said: Word[], parts: Term[], factor: number): Term {
    const sayings = this.#sayings.get(keyOf(said)) ?? [];
    const literal = said.flatMap(({ stem, empty }) => (empty ? [] : [stem]));
    return {
      meanings: [
        { words: literal, factor: sayings.length > 0 ? LITERALLY : 1 },
        ...sayings.map((words) => ({ words, factor: 1 })),
      ],
      parts,
      factor,
      plural: said.at(-1)?.plural ?? false,
    };
  }

  /** How well a tool fits the best of a term's meanings, and the words of that meaning. */
  #best({ meanings, parts }: Term, weights: Map<string, number>): { score: number; having: string[] } {
    const each = parts.map((part) => this.#best(part, weights));
    let score = each.reduce((sum, part) => sum + part.score, 0);
    let having = each.flatMap((part) => part.having);
    for (const { words, factor } of meanings) {
      const fits = factor * words.reduce((sum, word) => sum + this.#weight(word, weights), 0);
      if (fits <= score) continue;
      score = fits;
      having = words;
    }
    return { score, having };
  }

  #weight(word: string, weights: Map<string, number>): number {
    const weight = weights.get(word) ?? 0;
    return ((this.#rarity.get(word) ?? 0) * weight) / (SATURATION + weight);
  }

  #rarityOf(words: Iterable<string>): number {
    let sum = 0;
    for (const word of words) sum += this.#rarity.get(word) ?? this.#unknown;
    return sum;
  }

  /** How like the task is to one of the sentences, 0 to 1: shared words, by their rarity, of all words of both. */
  #likeness(words: string[], sentences: readonly ReadonlySet<string>[]): number {
    const own = this.#rarityOf(words);
    const each = sentences.map((sentence) => {
      const shared = this.#rarityOf(words.filter((word) => sentence.has(word)));
      return shared === 0 ? 0 : shared ** 2 / (own * this.#rarityOf(sentence));
    });
    return Math.max(0, ...each);
  }
}

function keyOf(words: readonly Word[]): string {
  return words.map(({ stem }) => stem).join(" ");
}

function index<T extends Searched>(tools: readonly T[], asked: Vocabulary["asked"]): Entry<T>[] {
  const read = tools.map((tool) => ({
    tool,
    fields: {
      name: tellingStems(tool.name),
      asked: tellingStems(asked[tool.name] ?? ""),
      title: tellingStems(tool.title),
      description: tellingStems(tool.description),
      parameters: tellingStems(Object.keys(tool.input.shape).join(" ")),
    } satisfies Record<Field, string[]>,
  }));
  const average = (field: Field) =>
    read.reduce((sum, { fields }) => sum + fields[field].length, 0) / Math.max(1, read.length) || 1;
  const averages = Object.fromEntries(FIELDS.map((field) => [field, average(field)]));
  return read.map(({ tool, fields }) => {
    const weights = new Map<string, number>();
    for (const field of FIELDS) {
      const length = 1 - LENGTH + LENGTH * (fields[field].length / (averages[field] ?? 1));
      for (const word of fields[field]) {
        weights.set(word, (weights.get(word) ?? 0) + FIELD_WEIGHTS[field] / length);
      }
    }
    const texts = [tool.title, ...(asked[tool.name] ?? "").split(","), ...tool.description.split(/[.:,;]/)];
    return {
      tool,
      weights,
      name: fields.name,
      plurals: wordsOf(tool.name).flatMap(({ stem, plural }) => (plural ? [stem] : [])),
      sentences: texts.map((text) => new Set(tellingStems(text))),
    };
  });
}
