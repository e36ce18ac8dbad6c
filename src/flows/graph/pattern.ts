/**
 * Regular expressions for visitors' answers, written by flow authors. The built-in engine backtracks, and a pattern
 * such as `(a+)+b` then takes exponential time on a hostile answer. These are run as Thompson's automaton instead:
 * all alternatives at once, one step for each character, so the time is at most states × characters.
 * Of the built-in syntax everything regular is taken; what needs backtracking (back references, look-around) is refused
 * when the flow is checked. A pattern speaks of the whole answer unless it is asked to search in it.
 */

/** Longest pattern, in characters. */
export const MAX_PATTERN_LENGTH = 200;
/** Most states of an automaton, repetitions unfolded. */
const MAX_STATES = 1000;
/** Most states × characters of one match: a text that is longer, for its pattern, does not match. */
const MAX_WORK = 500_000;
/** Longest text that any pattern is run on, in characters. */
export const MAX_MATCHED_LENGTH = 2000;

export class PatternError extends Error {}

/** One step of the automaton: take a character and go on with the next step, go on at two places, or succeed. */
type Instruction =
  | { take: (character: string) => boolean }
  | { split: readonly [number, number] }
  | { jump: number }
  /** Go on only between these two characters; undefined is the text's end. */
  | { between: Boundary }
  | { done: true };

type Boundary = (before: string | undefined, after: string | undefined) => boolean;

type Part =
  | { kind: "between"; holds: Boundary }
  | { kind: "one"; take: (character: string) => boolean }
  | { kind: "all"; parts: Part[] }
  | { kind: "any"; parts: Part[] }
  | { kind: "repeat"; part: Part; min: number; max: number };

export interface PatternOptions {
  /** The text may hold anything before and behind what matches. */
  search?: boolean;
  ignoreCase?: boolean;
}

/**
 * Compiles a pattern. Pure; the same pattern always compiles to the same matcher.
 * @returns whether a text as a whole matches, or a part of it with `search`, in time linear in its length
 * @throws PatternError saying what is not supported or malformed
 */
export function compilePattern(
  pattern: string,
  { search = false, ignoreCase = false }: PatternOptions = {},
): (text: string) => boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new PatternError(`longer than ${MAX_PATTERN_LENGTH} characters`);
  }
  const steps: Instruction[] = [];
  emit(new PatternReader(pattern, ignoreCase).read(), steps);
  push(steps, { done: true });
  const longest = Math.min(MAX_MATCHED_LENGTH, MAX_WORK / steps.length);
  return (text) => text.length <= longest && runAutomaton(steps, text, search);
}

const START: Part = { kind: "between", holds: (before) => before === undefined };
const END: Part = { kind: "between", holds: (_, after) => after === undefined };
const isWord = (character: string | undefined) => character !== undefined && /^\w$/.test(character);
const WORD_EDGE: Part = {
  kind: "between",
  holds: (before, after) => isWord(before) !== isWord(after),
};
const NO_WORD_EDGE: Part = {
  kind: "between",
  holds: (before, after) => isWord(before) === isWord(after),
};

/** Recursive descent over the pattern's code points. */
class PatternReader {
  private readonly characters: string[];
  private readonly ignoreCase: boolean;
  private at = 0;

  constructor(pattern: string, ignoreCase: boolean) {
    this.characters = [...pattern];
    this.ignoreCase = ignoreCase;
  }

  read(): Part {
    const part = this.alternatives();
    if (this.at < this.characters.length) throw new PatternError("a ) without its (");
    return part;
  }

  private alternatives(): Part {
    const parts = [this.sequence()];
    while (this.peek() === "|") {
      this.at += 1;
      parts.push(this.sequence());
    }
    return parts.length === 1 && parts[0] ? parts[0] : { kind: "any", parts };
  }

  private sequence(): Part {
    const parts: Part[] = [];
    for (let next = this.peek(); next !== undefined && next !== "|" && next !== ")"; next = this.peek()) {
      const part = this.atom(next);
      if (part.kind === "between" && this.quantifier()) throw new PatternError("nothing to repeat");
      parts.push(part.kind === "between" ? part : this.repeated(part));
    }
    return { kind: "all", parts };
  }

  private atom(next: string): Part {
    this.at += 1;
    switch (next) {
      case "(":
        return this.group();
      case "[":
        return this.single(this.characterClass());
      case "\\":
        return this.boundary() ?? this.single(this.escape());
      case ".":
        return this.single(".");
      case "^":
        return START;
      case "$":
        return END;
      case "*":
      case "+":
      case "?":
      case "{":
        throw new PatternError(`nothing to repeat before ${next}`);
      default:
        return this.literal(next);
    }
  }

  /** `\b` and `\B`, which take no character. */
  private boundary(): Part | null {
    const letter = this.peek();
    if (letter !== "b" && letter !== "B") return null;
    this.at += 1;
    return letter === "b" ? WORD_EDGE : NO_WORD_EDGE;
  }

  private literal(wanted: string): Part {
    if (!this.ignoreCase) return { kind: "one", take: (character) => character === wanted };
    const folded = wanted.toLowerCase();
    return { kind: "one", take: (character) => character.toLowerCase() === folded };
  }

  /** What one character must be. The built-in engine decides on a single character, where nothing can backtrack. */
  private single(source: string): Part {
    if (/^\\[^\p{L}\p{N}]$/u.test(source)) return this.literal(source.slice(1));
    const expression = singleExpression(source, this.ignoreCase);
    return { kind: "one", take: (character) => expression.test(character) };
  }

  private group(): Part {
    if (this.peek() === "?") {
      if (this.characters[this.at + 1] !== ":")
        throw new PatternError("look-around and named groups are not supported");
      this.at += 2;
    }
    const part = this.alternatives();
    if (this.peek() !== ")") throw new PatternError("a ( without its )");
    this.at += 1;
    return part;
  }

  private characterClass(): string {
    const start = this.at - 1;
    for (; this.at < this.characters.length; this.at++) {
      if (this.peek() === "\\") this.at += 1;
      else if (this.peek() === "]") {
        this.at += 1;
        return this.characters.slice(start, this.at).join("");
      }
    }
    throw new PatternError("a [ without its ]");
  }

  private escape(): string {
    const start = this.at - 1;
    const letter = this.characters[this.at];
    if (letter === undefined) throw new PatternError("a \\ at the end");
    this.at += 1;
    if (/[1-9k]/.test(letter)) throw new PatternError(`\\${letter} is not supported`);
    if (letter === "p" || letter === "P" || (letter === "u" && this.peek() === "{")) {
      const close = this.characters.indexOf("}", this.at);
      if (this.peek() !== "{" || close < 0) throw new PatternError(`\\${letter} needs {…}`);
      this.at = close + 1;
    } else if (letter === "u") this.at += 4;
    else if (letter === "x") this.at += 2;
    else if (letter === "c") this.at += 1;
    return this.characters.slice(start, this.at).join("");
  }

  private repeated(part: Part): Part {
    const counts = this.quantifier();
    if (!counts) return part;
    // Lazy or greedy makes no difference to whether the whole answer matches.
    if (this.peek() === "?") this.at += 1;
    if (this.quantifier()) throw new PatternError("two repetitions in a row");
    return { kind: "repeat", part, ...counts };
  }

  private quantifier(): { min: number; max: number } | null {
    const rest = this.characters.slice(this.at, this.at + 12).join("");
    const [text, symbol, least, comma, most] = /^(?:([*+?])|\{(\d{1,4})(,?)(\d{0,4})\})/.exec(rest) ?? [];
    if (text === undefined) {
      if (this.peek() === "{") throw new PatternError("{ must be escaped or hold numbers");
      return null;
    }
    this.at += text.length;
    if (symbol) return { min: symbol === "+" ? 1 : 0, max: symbol === "?" ? 1 : Number.POSITIVE_INFINITY };
    const min = Number(least);
    const max = most ? Number(most) : comma ? Number.POSITIVE_INFINITY : min;
    if (max < min) throw new PatternError("a repetition's numbers are in the wrong order");
    return { min, max };
  }

  private peek(): string | undefined {
    return this.characters[this.at];
  }
}

function singleExpression(source: string, ignoreCase: boolean): RegExp {
  // With the u flag code points beyond 16 bits are one character; without it more is allowed in classes (`[\w-.]`).
  const lenient = source.startsWith("[") && !/\\[pPu]/.test(source);
  for (const flags of lenient ? ["u", ""] : ["u"]) {
    try {
      return new RegExp(`^${source}$`, ignoreCase ? `i${flags}` : flags);
    } catch {
      // The next flags, or the error below.
    }
  }
  throw new PatternError(`${source} is not valid`);
}

function push(steps: Instruction[], step: Instruction): void {
  if (steps.length >= MAX_STATES) throw new PatternError("repeats too much: use smaller numbers");
  steps.push(step);
}

function emit(part: Part, steps: Instruction[]): void {
  switch (part.kind) {
    case "one":
      push(steps, { take: part.take });
      break;
    case "between":
      push(steps, { between: part.holds });
      break;
    case "all":
      for (const each of part.parts) emit(each, steps);
      break;
    case "any":
      emitAlternatives(part.parts, steps);
      break;
    case "repeat":
      emitRepeat(part, steps);
  }
}

function emitAlternatives(parts: Part[], steps: Instruction[]): void {
  const exits: number[] = [];
  parts.forEach((part, i) => {
    const split = steps.length;
    if (i < parts.length - 1) push(steps, { split: [split + 1, 0] });
    emit(part, steps);
    if (i === parts.length - 1) return;
    exits.push(steps.length);
    push(steps, { jump: 0 });
    steps[split] = { split: [split + 1, steps.length] };
  });
  for (const exit of exits) steps[exit] = { jump: steps.length };
}

function emitRepeat({ part, min, max }: Part & { kind: "repeat" }, steps: Instruction[]): void {
  for (let i = 0; i < min; i++) {
    const before = steps.length;
    emit(part, steps);
    // Empty however often: ((){9999}){9999} would only take time.
    if (steps.length === before) return;
  }
  if (max === Number.POSITIVE_INFINITY) {
    const split = steps.length;
    push(steps, { split: [split + 1, 0] });
    emit(part, steps);
    push(steps, { jump: split });
    steps[split] = { split: [split + 1, steps.length] };
    return;
  }
  const splits: number[] = [];
  for (let i = min; i < max; i++) {
    splits.push(steps.length);
    push(steps, { split: [steps.length + 1, 0] });
    emit(part, steps);
  }
  for (const split of splits) steps[split] = { split: [split + 1, steps.length] };
}

function runAutomaton(steps: readonly Instruction[], text: string, search: boolean): boolean {
  const characters = [...text];
  const last = steps.length - 1;
  let current = reachable(steps, [0], undefined, characters[0]);
  for (const [i, character] of characters.entries()) {
    if (search && current.has(last)) return true;
    const next: number[] = search ? [0] : [];
    for (const at of current) {
      const step = steps[at];
      if (step && "take" in step && step.take(character)) next.push(at + 1);
    }
    current = reachable(steps, next, character, characters[i + 1]);
    if (current.size === 0) return false;
  }
  return current.has(last);
}

/** Everywhere that can be reached without taking a character, between these two. */
function reachable(
  steps: readonly Instruction[],
  from: readonly number[],
  before: string | undefined,
  after: string | undefined,
): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const step = steps[at];
    if (step && "split" in step) open.push(...step.split);
    if (step && "jump" in step) open.push(step.jump);
    if (step && "between" in step && step.between(before, after)) open.push(at + 1);
  }
  return reached;
}
