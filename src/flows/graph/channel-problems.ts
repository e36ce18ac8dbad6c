import { characterCount } from "./character-count.ts";
import type { Node, NodeOf } from "./nodes.ts";
import { type Finding, findWarning } from "./problems.ts";

/** What a channel that a flow runs on can show. */
export interface ChannelLimits {
  /** As people call it. */
  channel: string;
  /** Most characters of one text. */
  textLength: number;
  /** The forms in which choices are offered, the best first; none: always as numbered lines. */
  offers: readonly { most: number; labelLength: number }[];
}

/** What of a flow its channels cannot show as it is: nothing of it is lost, but it comes in another form. */
export function channelProblems(nodes: readonly Node[], channels: readonly ChannelLimits[]): Finding[] {
  return nodes.flatMap((node) =>
    channels.flatMap((limits) => [
      ...textProblems(node, limits),
      ...(node.type === "choice" ? choiceProblems(node, limits) : []),
    ]),
  );
}

function textProblems(node: Node, { channel, textLength }: ChannelLimits): Finding[] {
  const text = "text" in node.data ? node.data.text : undefined;
  if (text === undefined || text.length <= textLength) return [];
  const message = `The text has ${text.length} characters; ${channel} takes ${textLength} at once, so it goes out in several messages.`;
  return [findWarning("channel_limit", `nodes.${node.id}.data.text`, message, { hint: "Shorten it." })];
}

/** Several that may be chosen are numbered lines anywhere. */
function choiceProblems({ id, data }: NodeOf<"choice">, { channel, offers }: ChannelLimits): Finding[] {
  const { options = [], multiple } = data;
  if (multiple || offers.length === 0 || options.length === 0) return [];
  const most = Math.max(...offers.map((offer) => offer.most));
  const lines = "all of them go out as numbered lines there";
  if (options.length > most) {
    const message = `There are ${options.length} options, and ${channel} offers ${most} at most: ${lines}.`;
    const hint = `Offer at most ${most}, or ask in two steps.`;
    return [findWarning("channel_limit", `nodes.${id}.data.options`, message, { hint })];
  }
  // Of the forms that hold so many, the one that holds the longest labels.
  const longest = Math.max(
    ...offers.filter((offer) => options.length <= offer.most).map(({ labelLength }) => labelLength),
  );
  return options.flatMap(({ label }, i) => {
    if (label.length <= longest) return [];
    const message = `The option ${JSON.stringify(label)} has ${characterCount(label)} characters, and ${channel} shows ${longest}: ${lines}.`;
    const hint = `Say it in ${longest} characters.`;
    return [findWarning("channel_limit", `nodes.${id}.data.options.${i}.label`, message, { hint })];
  });
}
