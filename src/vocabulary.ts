/**
 * What people say for the words of the catalogue's tools: `search_tools` reads a task with it. A key of several words
 * stands for all of them together. Add what people say of a thing in general, not what a single sentence wants.
 */
export const words: Readonly<Record<string, string>> = {
  // What is done.
  list:
    "all, any, which, what are, show all, show me all, see all, overview of all, browse, enumerate, exist, available, " +
    "how many, every, who are, what kinds, whole range",
  "list get": "show, display, view, see, look at, tell me, give me",
  get:
    "read, open, inspect, fetch, retrieve, details, detail, look into, info, information, single, know about, full, one, " +
    "everything about, whole",
  "list search": "find, look up, lookup, look for, where is, locate, filter, search for",
  search:
    "mention, mentions, mentioned, match, matching, query, keyword, containing, contains, talk about, complained, said about",
  create:
    "enter, note down, initiate, establish, start a new, " +
    "make, new, add, build, set up, write, register, define, save, open a, start from, file a, raise a, log a, compose, " +
    "introduce, produce, generate, invent, draft a, turn into",
  add: "put, insert, attach, append, give it",
  update:
    "change, edit, modify, set, adjust, correct, fix, rename, switch, turn, turn on, turn off, move, alter, reword, rewrite, " +
    "tweak, replace, overwrite, improve, pause, disable, enable, activate, deactivate, resume, wording, typo, rephrase, " +
    "customize, customise, configure, use, stop, restrict, allow, limit, raise, lower, close, resolve, reopen, solve, " +
    "mark as, make it, restyle, amend, refresh",
  delete:
    "remove, erase, throw away, destroy, drop, for good, for ever, forever, get rid of, trash, discard, wipe, stop, no longer use, cancel",
  remove: "delete the, delete, " + "take off, take away, detach, strip, clear, off this, off the",
  duplicate: "copy, clone, replicate, make a copy, same again, second version of",
  merge:
    "combine, join, unify, same person, are the same, duplicates, deduplicate, twice, double, two records, two contacts",
  upsert:
    "unless, known already, already known, already there, exists already, " +
    "sync, synchronise, synchronize, not there yet, if they are not, if not exist, crm, make sure exists, insert or update, " +
    "create or update, add or update, if its missing, otherwise update, unless exists, whether or not, if new, already exists",
  export:
    "back up, backup, download, dump, as json, as a file, take out, to another workspace, out of the system",
  import:
    "bring in, restore, upload, load, from a file, from a backup, from json, typebot, bring over, migrate, from another tool",
  publish:
    "online, bring online, make public, " +
    "live, go live, put live, release, roll back, rollback, revert, go back, deploy, launch, roll out, undo",
  validate:
    "check, mistakes, mistake, errors, wrong, broken, verify, problems, valid, lint, anything broken, ready to publish",
  simulate:
    "as if, imagine, what would happen, " +
    "try, try out, dry run, rehearse, sample answers, test run, without touching, pretend, preview, play through, walk through",
  test: "try, check, sample, works, work, ping, try out",
  send: "text, tell, deliver, write to, message to, inform, notify, dispatch, start, run, drop a line",
  reply: "answer, respond, response, react, write back, get back to",
  assign:
    "hand, hand over, hand off, pass, delegate, responsible, take over, transfer, unassigned, give this, in charge, reassign, " +
    "let handle, should handle, give to",
  retrain:
    "learn, rebuild, reindex, re-index, train, teach, search index, crawl again, relearn, pick up the new",
  redeliver: "again, retry, resend, send again, replay, missed, one more time, once more",
  regenerate: "rotate, roll, renew, make a new one, leaked, compromised, another secret, reset, exposed",
  connect: "link, arrow, wire, join, lead to, point to, draw, go to",

  // Who and what.
  contact:
    "customer, client, person, people, who, visitor, shopper, buyer, guest, user, address book, profile, her, him, individual, " +
    "consumer, subscriber, account holder",
  "contact field": "phone number, email address, spelling, her name, his name, postal address",
  "custom field":
    "attribute, attributes, property, properties, extra details, extra detail, extra field, additional field, own field, " +
    "data field, drop-down, dropdown, custom value, custom values, custom data, extra information, metadata, additional data, " +
    "birthday, size, customer number",
  "create custom field": "add a field, new field, add a date field, number field, text field, date field",
  "set contact custom field":
    "fill in the, " + "store her, store his, store their, on her record, on his record, on their record",
  "contact custom field": "extra details are filled in, custom values of, filled in for",
  "list contact":
    "people tagged, customers tagged, contacts tagged, all people, all customers, everybody with, customers in, who live",
  tag: "label, labels, segment, badge, flag, vip",
  "remove tag": "untag, unlabel, take the label, take the tag",
  conversation: "chat, thread, dialogue, inquiry, enquiry, discussion, talk, exchange, correspondence",
  "list conversation":
    "unassigned, waiting chats, open chats, chats are open, open conversations, waiting, unanswered, not answered, assigned to me, " +
    "my queue, recent chats, latest chats, who is waiting, need a reply, needs a reply, have not answered, pending chats",
  "get conversation":
    "what was said, chat with this, transcript, look at before, looked at, page they were on, referrer, which page, device, browser",
  "set conversation status":
    "close, snooze, resolve, resolved, reopen, solve, solved, done with, postpone, mark as, finish, settle, remind me, later, until tomorrow",
  message: "text, sms, written, wrote, write",
  "contact messages":
    "message history, ever wrote, ever said, everything this, history of one, all messages, across all chats, said so far, " +
    "messages exchanged, wrote to us",
  "search conversation":
    "chats where, complained, who mentioned, mention, mentioned, somebody said, talked about, chats about, word",
  "start conversation":
    "initiate, initiate a conversation, " +
    "begin a chat, begin a new, new chat with, fresh thread, reach out, first through, contact first, write first, open a chat, new thread, " +
    "out of the blue",
  "private note":
    "comment, internal, internal note, colleagues only, does not see, cannot see, remark, memo, team only, for the team, for my colleagues",
  "draft reply":
    "prepare, suggest, suggested, suggestion, proposal, propose, approve, approval, before it goes out, pending, review, proofread, " +
    "prepared answer, waiting for approval, without sending",
  "conversation analytics":
    "chat take, how long did, first reply, first response, in this conversation, happy, satisfied, sentiment, mood, angry, unhappy, " +
    "how did this chat go, resolution time of",
  "conversation summary":
    "number of chats, chats per day, how fast, on average, average, response time, volume, per day, totals, busy, busier, busiest, " +
    "workload, compared, how quickly",
  channel:
    "inbox, inboxes, whatsapp, telegram, messenger, connected, hooked up, integration, integrations, phone line, channels connected",
  "channel config":
    "inbox settings, channel settings, settings of the, channel set up, inbox set up, public key, inbox configuration",
  member:
    "be given to, be assigned to, can be assigned, " +
    "team, colleague, colleagues, coworker, staff, teammate, teammates, operator, agent, agents, employee, employees, engineer, who can, " +
    "our team, people in our",
  event:
    "activity, changed, happened, activity log, feed, audit, follow, log, changes, timeline, since i last, history of everything",
  workspace:
    "organisation, organization, company, plan, time zone, subscription, my permissions, permissions, this key, my rights, who am i, " +
    "am i allowed, allowed to do, account settings, connected to",
  "api usage":
    "rate limit, quota, requests, calls, requests left, limit, consumption, how much have we used, used up, allowance, throttled",
  dashboard:
    "what is happening, happening today, summarise, summarize, " +
    "overview, going on, at a glance, in general, summary of everything, quick look, status report, where do we stand, morning briefing",
  lead: "prospect, prospects, left their email, left their contact, sign-up, signups, interested, captured, opportunity, emails collected, emails did",
  ticket:
    "case, cases, issue, issues, bug, bug report, support case, support request, complaint, incident, support ticket",
  "list ticket": "unsolved, urgent, backlog, overdue, open issues, unresolved",
  "create ticket": "escalate, report a problem, follow up on",
  "update ticket":
    "priority of, priority of a case, close the ticket, resolve a ticket, ticket is done, to the ticket, ticket as",

  // Chatbots.
  chatbot: "bot, bots, assistant, assistants, virtual agent",
  "get chatbot": "told to do, every setting, what is this bot, set up right now",
  "update chatbot":
    "bot off, bot on, stick, stick closely, closely to, strict, stricter, strictness, disable the bot, only from our, only from the, " +
    "hallucinate, make things up, primary, main bot, default bot, take offline",
  "chatbot instructions":
    "teach the bot, address people, formally, formal, informal, " +
    "prompt, system prompt, tell the bot, personality, tone of voice, polite, behave, behaviour, behavior, told to do, guidelines, " +
    "friendlier, persona, never mention, should always, should never",
  "chatbot model":
    "llm, gpt, claude, language model, temperature, creative, ai model, randomness, cheaper model, smarter, smarter model",
  "chatbot language":
    "speak, speaks, german, french, spanish, english, italian, portuguese, dutch, polish, turkish, arabic, chinese, japanese, " +
    "translate, tongue, languages",
  "ai config":
    "artificial intelligence, ai answers, a human, human first, ai first, people answer, before the ai, turn ai, human or ai, " +
    "ai settings, ai mode, ai models",
  "get ai config": "which ai models, which models, does the ai",
  "update ai config":
    "turn ai, let people answer, let humans answer, ai off, ai on, humans only, ai only, answer only when",
  "widget config":
    "chat window, chat bubble, chat button, bubble, header, colour, color, colors, colours, embed, snippet, website, site, corner, " +
    "position, launcher, look and feel, theme, appearance, design, logo, popping open, pop open, open by itself, domains, domain, brand",
  "update widget config":
    "move the chat, make the chat window, chat button to, left corner, right corner, left side, right side, dark mode, match our brand, " +
    "open by itself, popping open",
  "get widget config":
    "embed code, put the chat, html snippet, install, installation, script tag, on my website, on our website, into our site, looks like",
  "widget texts":
    "greeting, welcome, placeholder, message box, welcome message, input box, button text, shown in the chat, wording of the chat window, " +
    "submit button",

  // Flows.
  flow:
    "automation, automations, dialog, dialogue, dialogs, script, workflow, journey, sequence, scenario, campaign, conversation tree, " +
    "decision tree, conversation flow",
  "flow node": "step, block, blocks, box, element",
  "add flow node": "insert a, add a step, new step, ask for, asks for, add a question",
  "delete flow node":
    "step out, remove the step, take a step out, remove a block, remove a step, remove the block",
  "connect flow nodes":
    "arrow, between two, edge, to the next, next block, next step, after that go, leads to",
  "list flow version":
    "which revision, earlier versions, previous versions, old versions, history of the flow, who changed the flow",
  "flow version": "revision, version, versions, earlier",
  "publish flow version":
    "flow live, new flow live, roll back to, back to the old, last weeks version, previous version, change to the flow, undo",
  "get chatbot flow":
    "steps of, dialog look, what happens after, graph, the steps, steps does, structure of, nodes and edges, after the greeting, nodes",
  "update chatbot flow":
    "whole flow, this graph, whole dialog, new draft, overwrite the flow, conversation flow, redesign",
  "send contact flow":
    "automation for, start the automation, flow with, flow for, run a flow, trigger the flow, start a flow, put into the flow",

  // Templates, responses, analytics.
  template:
    "ready-made, blueprint, blueprints, gallery, starter, prebuilt, pre-built, preset, sample bot, examples",
  "list template": "start from, gallery, ready-made bots",
  "create from template":
    "from a blueprint, from a template, start from a, based on a template, use a template, out of the template",
  category:
    "kind, kinds, group, groups, section, sections, topic, topics, sorted into, type, types, folder, folders",
  response:
    "submission, submissions, survey, form, filled in, fill in, answered, questionnaire, entries, poll, answers, quiz, typed into, " +
    "answer to each, collected answers",
  "list response": "did visitors fill, visitors answer, people answer",
  analytics:
    "statistics, stats, metrics, numbers, figures, traffic, how many, visitors, performance, trend, trends, report, kpi, insight, insights",
  "get analytics":
    "visitors and messages, by channel, this month, traffic by, overall numbers, how are we doing",
  "chatbot analytics":
    "drop out, drop off, drop-off, dropout, completion, completion rate, funnel, abandon, conversion, people leave, give up, bot perform, " +
    "bots perform, how well does",

  // Knowledge.
  "knowledge base":
    "help center, help centre, faq, faqs, docs, documentation, help articles, manual, wiki, what articles, our documents",
  "list knowledge base": "faq entries, help articles, all articles, articles do we have",
  "knowledge article":
    "article, articles, help page, help article, faq entry, help text, page about, how-to, guide, help pages, help document",
  "get knowledge article": "article say, article views, how many views, how helpful",
  "update knowledge article":
    "publish the article, publish a knowledge base article, article out of date, correct the article",
  "knowledge category":
    "section, help center section, topic, section in the help center, topics, sort articles, sections does, folder for articles",
  "search knowledge":
    "docs say, passage, say about, passages, in our docs, in the help center, do we have something on, what is our policy",
  "knowledge gap":
    "without an answer, stayed without, had no answer, " +
    "could not answer, not answer, missing from, unanswered, did not know, could the bot not, missing articles, no answer, no article, " +
    "lacking, ask that we have no, articles should we write, unable to answer, fail to answer",

  // Products and sales.
  product:
    "item, items, goods, shop, store, sell, stock, out of stock, in stock, price, prices, product catalog, catalog, catalogue, " +
    "merchandise, inventory, assortment, sku, cost",
  "list product": "we sell, out of stock, in stock, sold out, price list",
  "search product":
    "in the shop, item matching, in our store, items match, how much is, what does it cost, do you have, shoes, clothes",
  "sales rule":
    "proactive, proactive message, proactive messages, pop-up, popup, pop-ups, popups, nudge, nudges, trigger, offer, discount, exit, " +
    "leave the page, about to leave, seconds, upsell, promotion, exit offer, coupon, speak first, greets visitors, shoppers",
  "list sales rule": "which page, what pop-ups, which offers",
  "update sales rule": "exit offer, pause the offer, wording of, sales trigger, pause the promotion",
  "create sales rule": "offer a, discount when, shows a message after, trigger that, rule that",

  // Webhooks.
  webhook:
    "callback, callbacks, hook, hooks, url, urls, our server, endpoint, http, http post, notified, notification, notifications, subscribe, " +
    "subscription, push, zapier, slack",
  "create webhook":
    "post an http, http request, post to, call us when, tell our, " +
    "whenever, notify our server, callback url, subscribe to, be notified when, call our",
  "update webhook": "another url, to another, pause a webhook, listen to another",
  "delete webhook": "stop notifying, no longer notify, unsubscribe, stop calling",
  "webhook secret": "signing key, signing secret, secret, signature, key leaked, shared key",
  "webhook delivery logs":
    "attempts, attempt, fail, failed, failing, status codes, status code, deliveries, delivery, did not arrive, delivered, http errors, " +
    "not getting our, last deliveries",
  "test webhook":
    "sample event, callback work, endpoint works, endpoint work, test event, check our endpoint, test our endpoint",
  "redeliver webhook":
    "failed notifications again, what our server missed, failed again, send the failed, failed deliveries again, failed events",
};
