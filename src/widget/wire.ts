import { z } from "zod";
import type { Words } from "./words/en.ts";

/** What the widget is told of itself. Nothing of the server is imported here: the widget reads these forms too. */

const color = z.string();

/** When a sales rule speaks. */
const trigger = z.object({
  kind: z.enum(["page_url", "time_on_page", "exit_intent", "scroll", "returning_visitor", "cart_value"]),
  contains: z.string().optional(),
  seconds: z.int().optional(),
  percent: z.int().optional(),
  minimum: z.number().optional(),
});
export type Trigger = z.output<typeof trigger>;

/** Of GET /widget. */
export const widgetConfig = z.object({
  /** Nothing is shown otherwise. */
  enabled: z.boolean(),
  title: z.string(),
  colors: z.object({
    header: color,
    headerText: color,
    background: color,
    text: color,
    bot: color,
    botText: color,
    user: color,
    userText: color,
    icon: color,
    iconText: color,
  }),
  /** The surfaces are those of a chatbot on which nobody set any: on a dark page they are dark. */
  followsPage: z.boolean(),
  position: z.enum(["left", "center", "right"]),
  bubbleStyle: z.enum(["rounded", "square", "speech"]),
  callToAction: z.string(),
  /** Seconds after which it opens by itself; null: it does not. */
  opensAfter: z.int().nullable(),
  articles: z.boolean(),
  texts: z.object({
    welcome: z.string(),
    placeholder: z.string(),
    thinking: z.string(),
    submit: z.string(),
  }),
  /** Of several that fire at once, the first one speaks. */
  rules: z.array(z.object({ id: z.string(), trigger, message: z.string() })),
  /** Most characters of a message. */
  longest: z.int(),
  /** BCP 47, of the words. */
  language: z.string(),
  direction: z.enum(["ltr", "rtl"]),
  words: z.custom<Words>(),
});
export type WidgetConfig = z.output<typeof widgetConfig>;

/** Of GET /articles: an article in a list. */
const articleHit = z.object({
  id: z.string(),
  title: z.string(),
  /** Null: in none. */
  category: z.string().nullable(),
  /** Its beginning, or what was found in it. */
  excerpt: z.string(),
});
export type ArticleHit = z.output<typeof articleHit>;
export const articlesOutput = z.object({ articles: z.array(articleHit) });

/** Of GET /articles/:id. */
export const articleOutput = z.object({
  id: z.string(),
  title: z.string(),
  /** Markdown. */ content: z.string(),
});
export type Article = z.output<typeof articleOutput>;
