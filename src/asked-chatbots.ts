/** How people ask for the tools of chatbots, and of what they know, sell and tell: a part of `asked`. */
export const askedOfChatbots: Readonly<Record<string, string>> = {
  list_chatbots:
    "which bots do we have, all assistants, is the bot on or off, main bot, our bots, how many bots, " +
    "all chatbots, find a chatbot, id of a bot, bots overview, names of assistants, which bot is primary",
  get_chatbot:
    "details about a bot, what is this bot told to do, its model and instructions, " +
    "all settings of the assistant, is it up to date, bot settings, details of the bot, " +
    "how is the bot configured, what are its instructions, show the prompt, " +
    "which model does the bot use, bot language, index progress, is retraining done, " +
    "is this bot active, current setup of the assistant",
  create_chatbot:
    "set up a fresh assistant, start a bot from scratch, new bot called, make a bot, " +
    "set up a new chatbot, another bot for a shop, empty bot, second assistant, " +
    "add a chatbot for a new brand, i want a new bot, fresh chatbot",
  update_chatbot:
    "rename the bot, give it a new name, switch the bot off or on, stick closer to the articles, " +
    "main bot, hide its widget, rename a bot, disable the chatbot, take the bot offline, " +
    "turn the bot off for now, enable the bot again, make it the default bot, make primary, " +
    "hide or show the widget, bot should not make things up, answer only from articles, strictness, " +
    "change the description of the bot, stop the bot for a while",
  delete_chatbot:
    "do not need that bot any more, remove an assistant for good, remove a bot, get rid of a chatbot, " +
    "erase the test bot, bot is no longer needed, delete permanently",
  duplicate_chatbot:
    "second bot just like this one, copy an assistant, clone for another brand, same bot again, " +
    "copy a bot, clone chatbot, make a duplicate to experiment, sandbox copy, second identical bot, " +
    "replicate for another country, template from our existing bot",
  export_chatbot:
    "back up the bot, download its configuration, save as a file, take the bot elsewhere, download bot, " +
    "backup a chatbot, json of the bot, save the configuration as a file, " +
    "move a bot to another workspace, get the bot out of the system, dump settings",
  import_chatbot:
    "restore a bot from a backup, bring in from typebot, load a bot from json, upload a configuration, " +
    "upload a bot, load chatbot json, restore from backup, bring a typebot file, " +
    "migrate a bot from another tool, recreate the exported bot, import configuration",
  update_chatbot_instructions:
    "system prompt, be more polite, add to its rules, the bot shall always, never mention, personality, " +
    "tone of voice, what the bot should say or do, change the prompt, tell the bot how to behave, " +
    "bot should be friendlier, new rules for the bot, bot must never promise, tone of the assistant, " +
    "do not mention competitors, forbid the bot to talk about, teach the bot manners, answer shorter, " +
    "be more concise, change how the bot talks, rewrite what the ai is told",
  update_chatbot_model:
    "another llm, cheaper or smarter model, lower the temperature, more creative, less random, " +
    "switch the model, use gpt, use claude, choose another llm, cheaper model, faster model, " +
    "better model, temperature down, less random answers, set temperature",
  update_chatbot_language:
    "reply in spanish, talk italian from now on, speak german, answer in the visitor's language, " +
    "bot should speak another language, answer in french, set language, make it multilingual, " +
    "respond in german, switch language of the bot, use the visitor's language, " +
    "change the bot from english",
  retrain_chatbot:
    "bot does not know the new articles, reindex, learn again, refresh what it knows, " +
    "rebuild the index, rebuild search index, train again, reindex articles, bot gives old answers, " +
    "refresh the knowledge, relearn, update the index of products, bot has not learned the new content, " +
    "index is out of date",
  get_ai_config:
    "which ai models are available, does the ai or a human answer first, is ai on, is the ai on, " +
    "ai settings, which models can be chosen, available ai models, greeting of the ai, " +
    "who answers first, when does the ai answer, bot or human first, what does the ai greet with, " +
    "list llms",
  update_ai_config:
    "switch ai on or off, humans first, only people answer, ai only at night, who answers first, " +
    "turn ai off, enable ai answers, humans only, ai only, let people answer first, " +
    "stop automatic answers, ai as a fallback when nobody is there, change the ai greeting, " +
    "disable artificial intelligence, who replies first",
  get_widget_config:
    "script to paste into my homepage, code for the website, install the chat on our page, " +
    "how does the chat window look, embed code, script for my site, how to install the chat, " +
    "put the chat on wordpress or shopify, html snippet, widget appearance, what color is the widget, " +
    "how is the widget configured, integrate the chat bubble, add the bot to my website",
  update_widget_config:
    "round green bubbles, colors of the chat window, move it to the left, open by itself, " +
    "brand the chat button, allowed websites, change widget color, brand colors, dark theme, " +
    "position of the bubble, left or right corner, open automatically, style of the chat window, " +
    "header color, make the bubble bigger, look of the chat",
  update_widget_texts:
    "chat should say hi when it opens, welcome text, greeting, placeholder of the input, " +
    "label of the send button, change the welcome message, widget greeting, placeholder text, " +
    "button label, texts of the chat window, translate the widget, what the chat says when it opens, " +
    "thinking label, wording in the widget, call to action text",
  list_flows:
    "which automations are there, is the welcome flow published, all dialogs, all flows, " +
    "automations we have, find a flow, id of a flow, which flows are published, search flows by name, " +
    "workflows list, what automations are running",
  create_flow:
    "new automation, build a dialog, new workflow, build a flow from scratch, make a workflow, " +
    "empty flow, automation without a bot, set up an automation that asks for feedback, " +
    "design a new flow, create a sequence, build a lead capture flow",
  delete_flow:
    "remove an automation, throw away an old dialog, delete automation, remove a flow, " +
    "throw away a workflow, drop an old automation, flow is obsolete",
  get_chatbot_flow:
    "what does the dialog do step by step, structure of the flow, what comes after the greeting, " +
    "draft of the bot's flow, show the flow, how does the bot's dialog work, nodes and edges, " +
    "steps of the bot, explain the flow, read the flow as json, which questions does the bot ask, " +
    "what happens after a step, look at the conversation design, view the draft of the flow",
  update_chatbot_flow:
    "replace the whole dialog, save a redesigned flow, overwrite the draft, edit the flow, " +
    "save the flow, write back the changed flow, replace dialog, reorder questions, " +
    "change the order of steps, rewrite the bot's flow, change the text of a question in the flow, " +
    "modify the dialog, rework the conversation design",
  add_flow_node:
    "new step that waits two hours, insert a question, add a message block, " +
    "one more step in the dialog, add a step, insert a block, new question in the bot, " +
    "another message in the flow, bot should also ask for something, ask for email in the flow, " +
    "add a node, extra question, append a condition to the flow",
  delete_flow_node:
    "take a step out of the dialog, remove a block, remove a step, delete a block, " +
    "take a question out of the flow, node is superfluous, drop the node, cut a step, " +
    "bot should no longer ask",
  connect_flow_nodes:
    "after the question go to the next step, draw an arrow, link two blocks, " +
    "when they say yes continue with, link steps, draw an edge, after this step go to that one, " +
    "lead an answer to another block, connect blocks, wire the button to a step, branch, jump to, " +
    "where the yes answer leads, make the flow continue with",
  list_flow_versions:
    "history of the flow, earlier revisions, what is live now, older drafts, version history, " +
    "what did the flow look like before, saved versions, old versions of the flow, " +
    "which version is live, earlier state of the bot, who published what, previous drafts",
  publish_flow_version:
    "go live, make the draft live, go back to the version from may, undo what was published, roll back, " +
    "publish the flow, release the bot, restore an older version, undo the last release, " +
    "put changes online, activate a version, deploy, visitors should see the new flow, " +
    "return to the former version",
  validate_flow:
    "is the dialog correct, find mistakes, dead ends, can it be published, check flow for errors, " +
    "is the flow valid, find problems, verify before publishing, dead ends in the dialog, " +
    "what is wrong with my flow, why can it not be published, lint",
  simulate_flow:
    "what would happen if a visitor says no, try the dialog, dry run, pretend to be a visitor, " +
    "test conversation, try the flow, test the bot, preview with sample answers, " +
    "what happens if the visitor answers, play a visitor, walk through the bot, act as a customer, " +
    "run through the dialog without sending, rehearse, see how the bot would react",
  send_contact_flow:
    "kick off the feedback survey for this customer, start an automation with a person, " +
    "run the onboarding for, run a flow for a customer, start the automation with this person, " +
    "send a survey to a client, trigger the flow, have the bot take the customer through steps, " +
    "send questionnaire, enroll the contact in an automation, let the customer go through onboarding, " +
    "send a form to, birthday discount flow to a contact",
  list_templates:
    "ready-made bots, is there a template for booking, examples to start from, blueprints, " +
    "template gallery, bots for my industry, example bots, prebuilt assistants, " +
    "templates for a restaurant or real estate, browse templates, is there a ready bot for, " +
    "sample chatbots",
  get_template_categories:
    "kinds of templates, how are the ready-made bots grouped, industries of templates, " +
    "template categories, template groups, what sorts of ready-made bots, industries covered, " +
    "themes of templates",
  create_from_template:
    "set up a bot using a blueprint, start with the faq template, bot out of a ready-made one, " +
    "use a template, bot from a template, start from ready-made, install a template, " +
    "set up the booking template, take the faq template and make a bot, instantiate a template",
  list_responses:
    "what did people reply to our survey, form submissions, who filled it in, collected answers, " +
    "answers given to the bot, survey results, form entries, who completed the questionnaire, " +
    "submissions, flow sessions, what did visitors enter, results of the quiz, " +
    "people who went through the flow, collected form data",
  get_response:
    "one submission in full, what did this visitor answer to each question, a single filled in form, " +
    "one submission, full answers of a visitor, details of a response, " +
    "path of one visitor through the flow, single entry, what did this person answer, " +
    "open the submission",
  get_analytics:
    "how many sessions on whatsapp versus web, overall traffic, numbers of the whole workspace, " +
    "visitors this month, traffic, sessions per day, number of visitors, visits this week, " +
    "messages per channel, how busy was the site chat, usage of the chat, message volume, " +
    "how many messages, general statistics, growth, how much is our chat used, total sessions",
  get_chatbot_analytics:
    "at which step do visitors quit, how did the bot do last month, where do people give up, " +
    "completion rate, is the bot successful, funnel, drop-off, where do people stop, " +
    "how does the bot perform, bot conversion, flow performance, which question makes people leave, " +
    "how many finish the flow, success of the bot, funnel report, trends of a bot, " +
    "response counts of a bot",
  list_knowledge_base:
    "which help articles do we have, all faq entries, drafts of articles, all help articles, faq list, " +
    "article drafts, unpublished articles, what articles exist, contents of the help center, " +
    "articles in a category, overview of our documentation",
  get_knowledge_article:
    "read a help page in full, how often was an article viewed, is it helpful, show an article, " +
    "read the help page, full text of an article, views and feedback, was the article helpful, " +
    "article details, what does the article about shipping say",
  create_knowledge_article:
    "put our return policy into the knowledge base, write a help page, new faq entry, " +
    "document how something works, write an article, new faq, add knowledge, document our policy, " +
    "teach the bot a fact, the bot should know our opening hours, add an answer to the faq, " +
    "new help page, give the bot information about, put information in the help center, " +
    "write down how returns work",
  update_knowledge_article:
    "the opening hours article is wrong, correct a help page, publish an article, outdated text, " +
    "edit an article, publish article, fix a help page, article is outdated, " +
    "change the text of an article, unpublish, take an article offline, correct information in the faq, " +
    "put an article online, approve an article",
  list_knowledge_categories:
    "sections of the help center, topics of articles, article categories, help center sections, " +
    "how is the help center organised, topics of our documentation, folders of articles, " +
    "structure of the knowledge base",
  create_knowledge_category:
    "new section in the help center, group articles under a topic, folder for articles, " +
    "new category for articles, section for help pages, folder in the knowledge base, add a topic, " +
    "group for articles, set up categories for billing and shipping",
  search_knowledge:
    "what do our docs say on delivery times, find the passage, answer from the help center, " +
    "our policy on, search the help center, what do our articles say about, look up in the docs, " +
    "find an answer in our documentation, what would the bot find about, is there an article about, " +
    "policy on returns, what have we written on, which passage answers, do our docs cover",
  get_knowledge_gaps:
    "what should we write articles about, questions that the bot could not answer, missing topics, " +
    "unanswered questions, what could the bot not answer, what does the bot not know, " +
    "missing knowledge, topics without article, which articles should i write, " +
    "questions with no good answer, where does the bot fail, where is our help center lacking, " +
    "most frequent unanswered",
  search_products:
    "do we have wool socks, find an item in the shop, what does the jacket cost, " +
    "recommend something to buy, is it available, find a product, do we sell, search the catalog, " +
    "look for an item, product by name, is there a blue one, recommend a product, which product fits, " +
    "gift ideas, do we carry, price of an item, how much does it cost",
  list_products:
    "what do we sell, sold out items, whole assortment, price list, all products, product list, " +
    "what is in stock, sold out, what does the shop sell, inventory, available items, show the catalog, " +
    "products with prices",
  list_sales_rules:
    "which pop-ups are active, what proactive messages do visitors get, offers on the site, " +
    "active popups, proactive messages, sales rules, when does the widget speak first, " +
    "which rules are there, automatic greetings, running promotions, triggers we have set up",
  create_sales_rule:
    "show a message to visitors who stay on the pricing page, discount before they leave, " +
    "greet after ten seconds, nudge shoppers, new popup, proactive message on a page, " +
    "speak to visitors first, offer a discount to hesitating visitors, " +
    "message when somebody is about to leave, greet visitors on the pricing page, trigger for the cart, " +
    "start a promotion, invite visitors to chat, pop up after some seconds, " +
    "automatic message for returning visitors",
  update_sales_rule:
    "pause the exit offer, other wording of a pop-up, stop a promotion, change when a nudge appears, " +
    "change a popup, pause a rule, stop a proactive message, deactivate the promotion, " +
    "other text for the popup, turn the discount off, change the trigger, switch a sales rule on again, " +
    "edit rule",
};
