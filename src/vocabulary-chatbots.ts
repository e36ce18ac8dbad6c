/** What people say for the words of the tools of chatbots, their flows and what they know and sell: a part of `words`. */
export const wordsOfChatbots: Readonly<Record<string, string>> = {
  // Chatbots.
  chatbot:
    "bot, bots, assistant, assistants, virtual agent, robot, ai assistant, virtual assistant, chat bot, " +
    "support bot, sales bot, shop bot, faq bot, test bot, help bot",
  "get chatbot":
    "told to do, every setting, what is this bot, set up right now, details on the assistant, " +
    "details on the bot, complete details, complete setup, whole setup, setup of",
  "update chatbot":
    "bot off, bot on, stick, stick closely, closely to, strict, stricter, strictness, disable the bot, " +
    "only from our, only from the, hallucinate, make things up, primary, main bot, default bot, " +
    "take offline, deactivate the bot, suspend the bot, pause the bot, stop the bot, " +
    "take the bot offline, bot offline, should be named, should be called, be named, call the bot, " +
    "give the bot another name, name of the bot",
  "chatbot instructions":
    "teach the bot, address people, formally, formal, informal, prompt, system prompt, tell the bot, " +
    "personality, tone of voice, polite, behave, behaviour, behavior, told to do, guidelines, friendlier, " +
    "persona, never mention, should always, should never, concise, shorter answers, tone, guardrails, " +
    "forbid, manners, character, style of, promise, must not talk, should not talk, not talk about, " +
    "should not mention, should stop, stop making, stop saying, bot to do, instructed to, told what",
  "chatbot model":
    "llm, gpt, claude, language model, temperature, creative, ai model, randomness, cheaper model, " +
    "smarter, smarter model, gemini, llama, mistral, openai, anthropic, engine",
  "chatbot language":
    "speak, speaks, german, french, spanish, english, italian, portuguese, dutch, polish, turkish, " +
    "arabic, chinese, japanese, translate, tongue, languages, hindi, russian, swedish, korean, danish, " +
    "czech, multilingual, locale",
  "create chatbot": "a second bot, another bot, a bot for, new bot",
  "duplicate chatbot": "bot twice, have it twice, the same bot",
  "retrain chatbot":
    "has not taken in, does not know the new, not picked up, taken in, up to date with the articles",
  "ai config":
    "artificial intelligence, ai answers, a human, human first, ai first, people answer, before the ai, " +
    "turn ai, human or ai, ai settings, ai mode, ai models, automatic answers, autoreply, auto reply, " +
    "autopilot",
  "get ai config": "which ai models, which models, does the ai, greeting message, greeting setting",
  "update ai config":
    "turn ai, let people answer, let humans answer, ai off, ai on, humans only, ai only, answer only when",
  "widget config":
    "chat window, chat bubble, chat button, bubble, header, colour, color, colors, colours, embed, " +
    "snippet, website, site, corner, position, launcher, look and feel, theme, appearance, design, logo, " +
    "popping open, pop open, open by itself, domains, domain, brand, avatar, font, icon, rounded, " +
    "branding, wordpress, shopify",
  "update widget config":
    "move the chat, make the chat window, chat button to, left corner, right corner, left side, " +
    "right side, dark mode, match our brand, open by itself, popping open",
  "get widget config":
    "embed code, put the chat, html snippet, install, installation, script tag, on my website, " +
    "on our website, into our site, looks like",
  "widget texts":
    "greeting, welcome, placeholder, message box, welcome message, input box, button text, " +
    "shown in the chat, wording of the chat window, submit button, headline, caption, hello, says hello, " +
    "call to action, input field, text field, field should say",

  // Flows.
  flow:
    "automation, automations, dialog, dialogue, dialogs, script, workflow, journey, sequence, scenario, " +
    "campaign, conversation tree, decision tree, conversation flow, wizard, playbook, conversation design",
  "flow node": "step, block, blocks, box, element",
  "add flow node":
    "insert a, add a step, new step, ask for, asks for, add a question, also ask, should ask, " +
    "extra question",
  "delete flow node":
    "step out, remove the step, take a step out, remove a block, remove a step, remove the block, " +
    "should not ask, need not ask, stop asking, no longer ask",
  "connect flow nodes":
    "arrow, between two, edge, to the next, next block, next step, after that go, leads to, " +
    "should lead to, leads on to, continue at",
  "list flow version":
    "which revision, earlier versions, previous versions, old versions, history of the flow, " +
    "who changed the flow",
  "flow version": "revision, version, versions, earlier",
  "publish flow version":
    "flow live, new flow live, roll back to, back to the old, last weeks version, previous version, " +
    "change to the flow, undo",
  "get chatbot flow":
    "steps of, dialog look, what happens after, graph, the steps, steps does, structure of, " +
    "nodes and edges, after the greeting, nodes, explain how, dialog works, dialog of, questions does, " +
    "goes through, go through, walk me through what, flow does",
  "update chatbot flow":
    "whole flow, this graph, whole dialog, new draft, overwrite the flow, conversation flow, redesign, " +
    "version of the dialog, store as draft, save as draft",
  "send contact flow":
    "automation for, start the automation, flow with, flow for, run a flow, trigger the flow, " +
    "start a flow, put into the flow, kick off, enroll, trigger the, launch for, walk through the, " +
    "take through, guide through, put her through, put him through",
  "create flow":
    "automation that, flow that, workflow that, a flow for, flow for, new flow for, automation for",

  // Templates, responses, analytics.
  template:
    "ready-made, blueprint, blueprints, gallery, starter, prebuilt, pre-built, preset, sample bot, " +
    "examples",
  "list template": "start from, gallery, ready-made bots, industry, industries, use cases",
  "create from template":
    "from a blueprint, from a template, start from a, based on a template, use a template, " +
    "out of the template, give me that bot, use the ready",
  category:
    "kind, kinds, group, groups, section, sections, topic, topics, sorted into, type, types, folder, " +
    "folders",
  response:
    "submission, submissions, survey, form, filled in, fill in, answered, questionnaire, entries, poll, " +
    "answers, quiz, typed into, answer to each, collected answers, feedback, results, outcome, completed",
  "list response": "did visitors fill, visitors answer, people answer",
  analytics:
    "statistics, stats, metrics, numbers, figures, traffic, how many, visitors, performance, trend, " +
    "trends, report, kpi, insight, insights",
  "get analytics":
    "visitors and messages, by channel, this month, traffic by, overall numbers, how are we doing, " +
    "visits, pageviews, sessions, sessions per day, how busy",
  "chatbot analytics":
    "drop out, drop off, drop-off, dropout, completion, completion rate, funnel, abandon, conversion, " +
    "people leave, give up, bot perform, bots perform, how well does, engagement, quit, outcome, drop",

  // Knowledge.
  "knowledge base":
    "help center, help centre, faq, faqs, docs, documentation, help articles, manual, wiki, " +
    "what articles, our documents",
  "list knowledge base": "faq entries, help articles, all articles, articles do we have",
  "knowledge article":
    "article, articles, help page, help article, faq entry, help text, page about, how-to, guide, " +
    "help pages, help document, tutorial, document, documents",
  "get knowledge article": "article say, article views, how many views, how helpful",
  "update knowledge article":
    "publish the article, publish a knowledge base article, article out of date, correct the article, " +
    "page says, article says, should be corrected, should say instead, wrong in the article",
  "create knowledge article": "bot should know, teach the bot about, add knowledge, write down",
  "knowledge category":
    "section, help center section, topic, section in the help center, topics, sort articles, " +
    "sections does, folder for articles, chapter, chapters",
  "list knowledge category": "how is our help, organised, structure of our",
  "search knowledge":
    "docs say, passage, say about, passages, in our docs, in the help center, do we have something on, " +
    "what is our policy, what would the bot find, covered, documented, say anything about, " +
    "anything about, in the help, in our help, customers find, find on",
  "knowledge gap":
    "without an answer, stayed without, had no answer, could not answer, not answer, missing from, " +
    "unanswered, did not know, could the bot not, missing articles, no answer, no article, lacking, " +
    "ask that we have no, articles should we write, unable to answer, fail to answer, weak answers, weak, " +
    "incorrect answers, wrong answers, poor answers, bad answers, does not know, doesnt know, blind spot, " +
    "too little",

  // Products and sales.
  product:
    "item, items, goods, shop, store, sell, stock, out of stock, in stock, price, prices, " +
    "product catalog, catalog, catalogue, merchandise, inventory, assortment, sku, cost, gift, gifts, " +
    "sizes, variant, offering, low stock, restock, restocking, do we carry",
  "list product": "we sell, out of stock, in stock, sold out, price list",
  "search product":
    "in the shop, item matching, in our store, items match, how much is, what does it cost, do you have, " +
    "shoes, clothes, have we got, do you sell, do we stock, do we have a, do we have an, is there a, " +
    "do you have a, under the name, anything called",
  "sales rule":
    "proactive, proactive message, proactive messages, pop-up, popup, pop-ups, popups, nudge, nudges, " +
    "trigger, offer, discount, exit, leave the page, about to leave, seconds, upsell, promotion, " +
    "exit offer, coupon, speak first, greets visitors, shoppers, teaser, banner, idle, hesitate, " +
    "hesitating, cart, checkout, abandon the cart",
  "list sales rule":
    "which page, what pop-ups, which offers, active promotions, our promotions, running promotions",
  "update sales rule":
    "exit offer, pause the offer, wording of, sales trigger, pause the promotion, greeting rule, " +
    "page greeting, deactivate the greeting",
  "create sales rule":
    "offer a, discount when, shows a message after, trigger that, rule that, talk to people who, linger, " +
    "address visitors, approach visitors, stay on the page, show a message to, message to visitors, " +
    "visitors who",
};
