import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { testCall } from "../call.ts";
import { type Crowd, crowd } from "./crowd.ts";
import { list } from "./run.ts";

/** What a list reads must not depend on how many contacts the workspace holds. */
const TOLERANCE = 10;
const SMALL = 200;
const LARGE = 5000;

let small: Crowd;
let large: Crowd;

beforeAll(async () => {
  small = await crowd(env.TENANT_1, SMALL);
  large = await crowd(env.TENANT_1, LARGE);
});

const callers = {
  "a caller that sees all": () => null,
  "a caller limited to one inbox": (of: Crowd) => of.inboxes.slice(0, 1),
  "a caller limited to two inboxes": (of: Crowd) => of.inboxes,
};

/** Rows read by the first page and by the one after it. */
async function rowsRead(of: Crowd, inboxes: string[] | null, tool: string, args: object): Promise<number[]> {
  const call = testCall({ ...of, inboxes, actor: { credentialId: of.credentialId } });
  const read: number[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 2; pages++) {
    of.meter.reset();
    const answer: Awaited<ReturnType<typeof list>> = await list(
      call,
      { ...args, ...(cursor === null ? {} : { cursor }) },
      tool,
    );
    read.push(of.meter.rowsRead);
    expect(answer.items.length).toBeGreaterThan(0);
    cursor = answer.nextCursor;
    if (cursor === null) break;
  }
  return read;
}

const lists: [string, string, object][] = [
  ["no filter", "list_contacts", {}],
  ["oldest first", "list_contacts", { sort: "oldest" }],
  ["by name", "list_contacts", { sort: "name" }],
  ["by last activity", "list_contacts", { sort: "last_activity" }],
  ["a common word", "list_contacts", { query: "person" }],
  ["the beginning of a word", "list_contacts", { query: "pers" }],
  ["a rare word", "list_contacts", { query: "wilhelmina" }],
  ["an email", "list_contacts", { email: "P00003@example.com" }],
  ["a phone", "list_contacts", { phone: "+49 30 00003 77" }],
  ["a tag that all have", "list_contacts", { tag: "all" }],
  ["a tag that one has", "list_contacts", { tag: "one" }],
  ["a channel", "list_contacts", { channel: "web" }],
  ["a custom field", "list_contacts", { customField: { key: "size", value: 1 } }],
  ["a tag by name", "list_contacts", { tag: "all", sort: "name" }],
  ["a tag by last activity", "list_contacts", { tag: "all", sort: "last_activity" }],
  ["a channel by name", "list_contacts", { channel: "web", sort: "name" }],
  [
    "everything at once",
    "list_contacts",
    { query: "person", tag: "all", channel: "web", customField: { key: "size", value: "1" } },
  ],
  ...["oldest", "name", "last_activity"].flatMap((sort): [string, string, object][] => [
    [`the beginning of a word by ${sort}`, "list_contacts", { query: "pers", sort }],
    [`two words by ${sort}`, "list_contacts", { query: "example pers", sort }],
    [`an email of one by ${sort}`, "list_contacts", { query: "p00003@example.com", sort }],
    [`a word and a tag by ${sort}`, "list_contacts", { query: "person", tag: "all", sort }],
  ]),
  ["two words that never meet", "list_contacts", { query: "wilhelmina p00003" }],
  ["tags", "list_tags", {}],
  ["custom fields", "list_custom_fields", {}],
];

describe.each(Object.entries(callers))("for %s", (_, inboxesOf) => {
  it.each(lists)("%s: %s costs the same with 5,000 contacts as with 200", async (_name, tool, args) => {
    const few = await rowsRead(small, inboxesOf(small), tool, args);
    const many = await rowsRead(large, inboxesOf(large), tool, args);
    for (const [i, rows] of few.entries()) {
      expect(Math.abs((many[i] ?? rows) - rows)).toBeLessThan(TOLERANCE);
    }
  });
});
