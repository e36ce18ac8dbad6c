import { callDays, calls } from "../../src/calls/schema.ts";
import { dayCounts } from "../../src/figures/schema.ts";
import { flowSessions, flows, flowVersions } from "../../src/flows/schema.ts";
import { indexedPassage } from "../../src/knowledge/index-rows.ts";
import { kbArticles, kbCategories, kbGapDays, kbGaps, kbPassages } from "../../src/knowledge/schema.ts";
import { indexedProduct } from "../../src/products/index-rows.ts";
import { products } from "../../src/products/schema.ts";
import { responses } from "../../src/responses/schema.ts";
import { salesRules } from "../../src/sales/schema.ts";
import { rowTerms } from "../../src/search/terms.ts";
import { idempotency } from "../../src/tenant/schema.ts";
import { webhookDeliveries } from "../../src/webhooks/schema.ts";
import type { Seed } from "./seed.ts";

/** What a team makes and what runs beside: articles, products, flows, responses, deliveries, the call log. */
export async function seedContent(
  seed: Seed,
  { articles = seed.size, products = seed.size }: { articles?: number; products?: number },
): Promise<void> {
  await seedKnowledge({ ...seed, size: articles });
  await seedProducts({ ...seed, size: products });
  await seedFlows(seed);
  await seedResponses(seed);
  await seedLogs(seed);
  await seedFigures(seed);
}

async function seedKnowledge({ tenant, bulk, world, size, at, inbox, chatbot, favoured, words }: Seed) {
  const { categoryId } = world.open.shared;
  await bulk.rows(kbCategories, size, {
    id: bulk.id("category"),
    chatbotId: chatbot,
    name: "'Kind ' || i",
    nameKey: "'kind ' || i",
    createdAt: at,
  });
  await bulk.rows(kbArticles, size, {
    id: bulk.id("article"),
    chatbotId: chatbot,
    categoryId: `iif(${favoured}, '${categoryId}', NULL)`,
    slug: "'article-' || i",
    title: `'Article ' || ${words}`,
    seoKeywords: "'[]'",
    status: "'published'",
    revision: "1",
    publishedAt: at,
    createdAt: at,
    updatedAt: at,
    content: `'About ' || ${words}`,
  });
  const from = bulk.of(kbArticles, "article", size);
  await bulk.rows(kbPassages, from, {
    id: "id || '.0'",
    chatbotId: "chatbot_id",
    articleId: "id",
    position: "0",
    heading: "''",
    body: "content",
  });
  await bulk.index("kb_passages_search", kbPassages, "article", size, ({ id, chatbotId, body }) => {
    const row = { id, title: body.replace("About", "Article"), heading: "", keywords: "", body };
    return { terms: rowTerms(tenant, indexedPassage(chatbotId, row)) };
  });
  // As many questions as may be kept of a day and inbox are less than a thirtieth of these.
  await bulk.rows(kbGaps, size, {
    chatbotId: chatbot,
    inboxId: inbox,
    day: "date('now', '-' || (1 + i % 300) || ' days')",
    questionKey: "'question ' || i",
    count: "1",
    question: "'Question ' || i",
    hits: "0",
    lastAt: at,
  });
  await bulk.rows(
    kbGapDays,
    "FROM (SELECT chatbot_id, inbox_id, day, count(*) AS rows FROM kb_gaps WHERE workspace_id = ?1 AND day < date('now') GROUP BY 1, 2, 3)",
    {
      chatbotId: "chatbot_id",
      inboxId: "inbox_id",
      day: "day",
      questions: "rows",
      asked: "rows",
    },
  );
}

async function seedProducts({ tenant, bulk, world, size, at, words }: Seed) {
  const { open, other } = world;
  // A quarter is the one chatbot's, a quarter the other's, half is everybody's.
  const chatbot = `CASE i % 4 WHEN 1 THEN '${open.shared.chatbotId}' WHEN 3 THEN '${other.shared.chatbotId}' END`;
  await bulk.rows(products, size, {
    id: bulk.id("product"),
    externalId: "'sku' || i",
    chatbotId: chatbot,
    title: `'Product ' || ${words}`,
    description: "'Best of its kind ' || i",
    availability: "CASE i / 2 % 4 WHEN 0 THEN 'out_of_stock' WHEN 1 THEN 'preorder' ELSE 'in_stock' END",
    createdAt: at,
    updatedAt: at,
  });
  await bulk.index("products_search", products, "product", size, (row) => ({
    terms: rowTerms(tenant, indexedProduct(row)),
  }));
}

async function seedFlows({ bulk, world, size, at, chatbot }: Seed) {
  const { flowId, chatbotId } = world.open.shared;
  const draft = `(SELECT draft FROM flows WHERE workspace_id = ?1 AND chatbot_id = '${chatbotId}')`;
  await bulk.rows(flows, size, {
    id: bulk.id("flow"),
    name: "'Flow order ' || i",
    revision: "1",
    createdAt: at,
    updatedAt: at,
    draft,
  });
  for (const [flow, first] of [
    [`'${flowId}'`, 0],
    [`(SELECT id FROM flows WHERE workspace_id = ?1 AND chatbot_id = '${chatbotId}')`, size / 2],
  ] as const) {
    await bulk.rows(flowVersions, size / 2, {
      id: bulk.id("flowVersion", `${first} + i`),
      flowId: flow,
      number: "1000 + i",
      createdByKind: "'member'",
      createdAt: at,
      graph: draft,
    });
    await bulk.run(
      `UPDATE flows SET last_number = 1000 + ${size / 2} WHERE workspace_id = ?1 AND id = ${flow}`,
    );
  }
  await bulk.rows(salesRules, size, {
    id: bulk.id("salesRule"),
    chatbotId: chatbot,
    name: "'Rule ' || i",
    trigger: `'{"kind":"exit_intent"}'`,
    message: "'Wait!'",
    active: "i / 2 % 2",
    priority: "1000 + i",
    createdAt: at,
    updatedAt: at,
  });
}

async function seedResponses({ bulk, world, size, at, inbox, chatbot, favoured }: Seed) {
  const { conversationId } = world.open.ids;
  const of = {
    flowId: `'${world.open.shared.flowId}'`,
    versionId: bulk.id("flowVersion", "1"),
    chatbotId: chatbot,
    inboxId: inbox,
    conversationId: `iif(${favoured}, '${conversationId}', ${bulk.id("conversation")})`,
  };
  await bulk.rows(flowSessions, size, {
    ...of,
    id: bulk.id("flowSession"),
    status: "iif(i / 2 % 10, 'completed', 'waiting')",
    wakeAt: `iif(i % 1000 = 7, ${Date.now() + 86_400_000}, NULL)`,
    turn: "1",
    createdAt: at,
    updatedAt: at,
  });
  await bulk.rows(responses, size, {
    ...of,
    id: bulk.id("response"),
    status: "'completed'",
    day: `date(${at} / 1000, 'unixepoch')`,
    startedAt: at,
    endedAt: at,
    answerCount: "1",
    stepCount: "1",
    answers: `json_array(json_object('flowId', ${of.flowId}, 'nodeId', 'name', 'variable', NULL, 'question', 'Name?', 'value', 'Ada', 'at', ${at}))`,
    path: `json_array(json_object('flowId', ${of.flowId}, 'nodeId', 'name', 'handle', NULL, 'reply', NULL, 'at', ${at}))`,
  });
}

async function seedLogs({ bulk, world, size, at }: Seed) {
  await bulk.rows(webhookDeliveries, size, {
    id: bulk.id("delivery"),
    webhookId: `'${world.open.ids.webhookId}'`,
    messageId: "'msg' || i",
    eventSeq: "1000 + i",
    eventType: "'message.created'",
    attempt: "1",
    trigger: "'auto'",
    state: "CASE i % 4 WHEN 0 THEN 'failed' WHEN 1 THEN 'exhausted' ELSE 'succeeded' END",
    statusCode: "200",
    durationMs: "5",
    requestBody: "'{}'",
    latest: "1",
    createdAt: at,
  });
  await bulk.rows(calls, size, {
    id: bulk.id("call"),
    credentialId: "iif(i % 2, 'tok_one', 'tok_two')",
    credentialName: "'One'",
    sessionId: "'session' || (i % 100)",
    entries: `json_array(json_object('id', ${bulk.id("call")}, 'kind', 'tool', 'name', 'list_tags', 'outcome', 'ok', 'milliseconds', 5, 'createdAt', ${at}))`,
  });
  await bulk.rows(idempotency, size, {
    day: "0",
    credentialId: "'tok_one'",
    tool: "'create_contact'",
    key: "'key' || i",
    createdAt: at,
  });
}

/** Counts go by days, names, inboxes and chatbots: as many rows in a small workspace as in a large one. */
async function seedFigures({ bulk, inbox, chatbot, world }: Seed) {
  // Every day of this month, with as many names as a catalogue may have.
  const names = Array.from({ length: 90 }, (_, i) => [`tool_${i}`, 1]);
  await bulk.rows(callDays, 31, {
    day: "date('now', 'start of month', '+' || (i - 1) || ' days')",
    counts: `'${JSON.stringify(Object.fromEntries(names))}'`,
  });
  const day = "date('now', '-' || ((i + 1) / 2) || ' days')";
  await bulk.rows(dayCounts, 800, {
    day,
    inboxId: inbox,
    chatbotId: chatbot,
    counts: `'{"messages_in":1,"conversations_created":1}'`,
    nodes: `'{"reached ${world.open.shared.flowId}/name":2,"answered ${world.open.shared.flowId}/name":1}'`,
  });
}
