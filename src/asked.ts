/**
 * How people ask for each tool, by its name, in words that its record does not have: `search_tools` reads them like a
 * part of the description. Nothing of it is listed.
 */
export const asked: Readonly<Record<string, string>> = {
  get_workspace:
    "company name, organisation, who am i connected as, which account, what may this key do, permissions, scopes, plan, time zone",
  get_api_usage:
    "how many calls can i still make today, rate limit, quota left, usage so far, close to the limit, requests remaining",
  get_dashboard:
    "morning briefing, how are things going, overview of the week, what is going on, state of everything at a glance",
  list_members:
    "colleagues, team mates, staff, id of a person of our team, support agents, who works here, who can take this over",
  list_events:
    "what happened overnight, what changed, news since yesterday, activity stream, audit trail, anything new",
  list_contacts:
    "is there already someone with this phone number or email, customers in a city, people with a tag, find a person by name, entry in the system, do we know her",
  get_contact:
    "pull up a person's data, customer card, profile, what do we know about them, record of jane doe",
  create_contact:
    "new customer, save a person met at a fair, put somebody into the system, add to the address book",
  update_contact:
    "new phone number, changed surname, got married, moved, wrong email address, fix a name, correct customer data",
  upsert_contact:
    "keep in step with the crm, update or add, make if missing, do not create twice, sync a customer",
  list_tags: "which labels do we use, all segments",
  create_tag: "new label, new segment, colored label",
  add_contact_tags:
    "mark a customer as reseller, label as vip, put into a segment, flag a person, classify a customer as",
  remove_contact_tags: "no longer a vip, drop the tag, take off the label, untag, out of the segment",
  list_custom_fields:
    "which extra attributes do contacts have, what own properties are defined, schema of contacts",
  create_custom_field:
    "keep track of birthdays, new attribute for each customer, record the shirt size, dropdown for industry, track something about customers",
  list_contact_custom_fields:
    "what size does this customer wear, extra values of a person, attributes of this customer according to our records",
  set_contact_custom_field:
    "store the contract end date, set the birthday, fill in an attribute, save the loyalty level of a customer",
  merge_contacts: "same person twice, two entries for the same customer, duplicates, clean up double records",
  list_conversations:
    "latest chats, telegram chats, waiting for an answer, my queue, unassigned threads, who have we not answered, recent inquiries",
  get_conversation:
    "read the chat, transcript, what was said, what did the visitor write, which page did they come from, their browser and country",
  list_contact_messages:
    "all that a customer ever wrote to us, history with one person, everything said across chats",
  search_conversations:
    "which chats talked about late delivery, who complained about, mentions of a refund, find a phrase in messages, somebody said",
  send_message:
    "tell the customer that we ship tomorrow, text somebody, write to a person, let her know, inform a customer, remind a customer",
  reply_to_conversation:
    "answer this chat, respond to the visitor, write back, apologise in the thread, say thanks in this chat",
  start_conversation:
    "reach out to a customer first, begin a new chat through an inbox, open a fresh thread on whatsapp, write first",
  add_private_note:
    "comment for colleagues, internal remark, put down for the team, the customer must not see it, memo on the chat",
  create_draft_reply:
    "write an answer but let somebody check it first, suggest a response, prepare a reply for approval, do not send yet, boss reviews",
  update_draft_reply:
    "make the proposed answer shorter, reword the suggestion, change a draft, improve the suggested reply",
  list_draft_replies: "what is waiting for approval, suggested answers not sent yet, pending proposals",
  set_conversation_status:
    "close the chat, put on hold until monday, snooze, mark as resolved, reopen, we are done with this chat, archive",
  assign_conversation:
    "let maria handle this chat, hand over to a colleague, give to somebody, take over, pass on, who should deal with it",
  get_conversation_analytics:
    "how did this chat go, was the customer happy, sentiment, how long until the first answer in this chat",
  get_conversation_summary:
    "how fast do we answer, median response time, number of chats per day, busiest days, support workload over time",
  list_channels:
    "ways that customers can reach us, connected inboxes, is whatsapp hooked up, telegram account",
  get_channel_config:
    "how is the inbox set up, settings of the whatsapp line, public key, allowed domains of a channel",
  list_chatbots: "which bots do we have, all assistants, is the bot on or off, main bot",
  get_chatbot:
    "details about a bot, what is this bot told to do, its model and instructions, all settings of the assistant, is it up to date",
  create_chatbot: "set up a fresh assistant, start a bot from scratch, new bot called",
  update_chatbot:
    "rename the bot, give it a new name, switch the bot off or on, stick closer to the articles, main bot, hide its widget",
  delete_chatbot: "do not need that bot any more, remove an assistant for good",
  duplicate_chatbot:
    "second bot just like this one, copy an assistant, clone for another brand, same bot again",
  export_chatbot: "back up the bot, download its configuration, save as a file, take the bot elsewhere",
  import_chatbot:
    "restore a bot from a backup, bring in from typebot, load a bot from json, upload a configuration",
  update_chatbot_instructions:
    "system prompt, be more polite, add to its rules, the bot shall always, never mention, personality, tone of voice, what the bot should say or do",
  update_chatbot_model:
    "another llm, cheaper or smarter model, lower the temperature, more creative, less random",
  update_chatbot_language:
    "reply in spanish, talk italian from now on, speak german, answer in the visitor's language",
  retrain_chatbot:
    "bot does not know the new articles, reindex, learn again, refresh what it knows, rebuild the index",
  get_ai_config: "which ai models are available, does the ai or a human answer first, is ai on",
  update_ai_config:
    "switch ai on or off, humans first, only people answer, ai only at night, who answers first",
  get_widget_config:
    "script to paste into my homepage, code for the website, install the chat on our page, how does the chat window look",
  update_widget_config:
    "round green bubbles, colors of the chat window, move it to the left, open by itself, brand the chat button, allowed websites",
  update_widget_texts:
    "chat should say hi when it opens, welcome text, greeting, placeholder of the input, label of the send button",
  list_flows: "which automations are there, is the welcome flow published, all dialogs",
  create_flow: "new automation, build a dialog, new workflow",
  delete_flow: "remove an automation, throw away an old dialog",
  get_chatbot_flow:
    "what does the dialog do step by step, structure of the flow, what comes after the greeting, draft of the bot's flow",
  update_chatbot_flow: "replace the whole dialog, save a redesigned flow, overwrite the draft",
  add_flow_node:
    "new step that waits two hours, insert a question, add a message block, one more step in the dialog",
  delete_flow_node: "take a step out of the dialog, remove a block",
  connect_flow_nodes:
    "after the question go to the next step, draw an arrow, link two blocks, when they say yes continue with",
  list_flow_versions: "history of the flow, earlier revisions, what is live now, older drafts",
  publish_flow_version:
    "go live, make the draft live, go back to the version from may, undo what was published, roll back",
  validate_flow: "is the dialog correct, find mistakes, dead ends, can it be published",
  simulate_flow:
    "what would happen if a visitor says no, try the dialog, dry run, pretend to be a visitor, test conversation",
  send_contact_flow:
    "kick off the feedback survey for this customer, start an automation with a person, run the onboarding for",
  list_templates: "ready-made bots, is there a template for booking, examples to start from, blueprints",
  get_template_categories: "kinds of templates, how are the ready-made bots grouped, industries of templates",
  create_from_template:
    "set up a bot using a blueprint, start with the faq template, bot out of a ready-made one",
  list_responses:
    "what did people reply to our survey, form submissions, who filled it in, collected answers",
  get_response:
    "one submission in full, what did this visitor answer to each question, a single filled in form",
  get_analytics:
    "how many sessions on whatsapp versus web, overall traffic, numbers of the whole workspace, visitors this month",
  get_chatbot_analytics:
    "at which step do visitors quit, how did the bot do last month, where do people give up, completion rate, is the bot successful, funnel",
  list_knowledge_base: "which help articles do we have, all faq entries, drafts of articles",
  get_knowledge_article: "read a help page in full, how often was an article viewed, is it helpful",
  create_knowledge_article:
    "put our return policy into the knowledge base, write a help page, new faq entry, document how something works",
  update_knowledge_article:
    "the opening hours article is wrong, correct a help page, publish an article, outdated text",
  list_knowledge_categories: "sections of the help center, topics of articles",
  create_knowledge_category:
    "new section in the help center, group articles under a topic, folder for articles",
  search_knowledge:
    "what do our docs say on delivery times, find the passage, answer from the help center, our policy on",
  get_knowledge_gaps:
    "what should we write articles about, questions that the bot could not answer, missing topics, unanswered questions",
  list_tickets: "any cases still in progress, urgent issues, unsolved problems, overdue support requests",
  get_ticket: "what happened with this case, state of a support request, its history",
  create_ticket:
    "open a case for a broken parcel, report a bug for a customer, escalate a problem, follow up later",
  update_ticket:
    "set to high priority, close the case, give the case to somebody, solved, add a note to the case",
  list_leads:
    "who left their contact details on the website, collected emails, new prospects, people interested in buying",
  search_products:
    "do we have wool socks, find an item in the shop, what does the jacket cost, recommend something to buy, is it available",
  list_products: "what do we sell, sold out items, whole assortment, price list",
  list_sales_rules: "which pop-ups are active, what proactive messages do visitors get, offers on the site",
  create_sales_rule:
    "show a message to visitors who stay on the pricing page, discount before they leave, greet after ten seconds, nudge shoppers",
  update_sales_rule:
    "pause the exit offer, other wording of a pop-up, stop a promotion, change when a nudge appears",
  list_webhooks: "which servers get notified, callbacks, where do events go",
  get_webhook: "what does this callback listen to, is it paused, facts about one endpoint",
  create_webhook:
    "tell our crm about each new contact by http, notify our server when, call a url whenever, connect zapier",
  update_webhook: "send to another url, listen to other events, pause or resume a callback",
  delete_webhook: "stop calling our server, remove a callback for good",
  regenerate_webhook_secret: "new signing key, secret leaked, rotate the secret, replace the shared key",
  get_webhook_delivery_logs:
    "did our endpoint receive the events, why did calls to our server fail, status codes, attempts, what was delivered",
  test_webhook: "does our endpoint work, send an example event, try the callback",
  redeliver_webhook:
    "our server was down, send it what it missed, try failed deliveries again, repeat the calls",
};
