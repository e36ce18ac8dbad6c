import { createParser } from "eventsource-parser";
import { z } from "zod";
import { ModelFault } from "./model-fault.ts";

/** Reads the text of a model's answer, in the forms in which APIs send it. */

/** The longest answer that is read, in bytes: far more than the tokens that are asked for. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** The parsed body of an answer that comes in one piece. @throws ModelFault `unreadable` */
export async function readWhole(body: ReadableStream<Uint8Array> | null): Promise<unknown> {
  let text = "";
  for await (const chunk of decoded(body)) text += chunk;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelFault("unreadable", { cause });
  }
}

async function* decoded(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new ModelFault("unreadable");
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

const choices = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })], z.unknown()),
});
/** Workers AI's older models answer in their own form, and some with the object itself where JSON is asked for. */
const answered = z.union([
  choices.transform((answer) => answer.choices[0].message.content),
  z.object({ response: z.string() }).transform((answer) => answer.response),
  z
    .object({ response: z.record(z.string(), z.unknown()) })
    .transform((answer) => JSON.stringify(answer.response)),
]);

/** @throws ModelFault `unreadable` */
export function textOf(answer: unknown): string {
  const parsed = answered.safeParse(answer);
  if (!parsed.success) throw new ModelFault("unreadable");
  return parsed.data;
}

/** A piece of a streamed answer; the last ones often hold none. */
const piece = z.union([
  z
    .object({ choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }).optional() })) })
    .transform(({ choices: [first] }) => first?.delta?.content ?? ""),
  z.object({ response: z.string().nullish() }).transform(({ response }) => response ?? ""),
]);

/**
 * The text of an answer that is streamed as server-sent events, up to `[DONE]` or the end.
 * @param onText hears all of it so far, whenever there is more
 * @throws ModelFault `unreadable` where a piece is none of this API, and where nothing came
 */
export async function readStreamed(
  body: ReadableStream<Uint8Array> | null,
  onText: (soFar: string) => void = () => {},
): Promise<string> {
  let text = "";
  const events: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(data) });
  for await (const chunk of decoded(body)) {
    parser.feed(chunk);
    const more = events.splice(0);
    const ends = more.indexOf("[DONE]");
    const before = text;
    text += more
      .slice(0, ends === -1 ? undefined : ends)
      .map(pieceOf)
      .join("");
    if (text !== before) onText(text);
    if (ends !== -1) break;
  }
  if (text === "") throw new ModelFault("unreadable");
  return text;
}

function pieceOf(data: string): string {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new ModelFault("unreadable", { cause });
  }
  const parsed = piece.safeParse(value);
  if (!parsed.success) throw new ModelFault("unreadable");
  return parsed.data;
}
