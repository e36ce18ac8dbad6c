import { askedOfChatbots } from "./asked-chatbots.ts";

/**
 * How people ask for each tool, by its name, in words that its record does not have: `search_tools` reads them like a
 * part of the description. Nothing of it is listed. Add ways of asking in general words, not a single sentence.
 */
export const asked: Readonly<Record<string, string>> = {
  ...askedOfChatbots,
  get_workspace:
    "company name, organisation, who am i connected as, which account, what may this key do, " +
    "permissions, scopes, plan, time zone, about our account, which scopes does my key have, " +
    "what can i do here, is mcp enabled, subscription plan, when does the trial end, trial days left, " +
    "name of the company account, my rights, which inboxes may i see, do i have access, " +
    "what features are rolled out to us, what am i permitted to do with this token",
  get_api_usage:
    "how many calls can i still make today, rate limit, quota left, usage so far, close to the limit, " +
    "requests remaining, calls used this month, api limits, how much of our allowance is gone, " +
    "too many requests, are we throttled, when does the limit reset, api consumption by tool, " +
    "how often is each tool called, remaining budget of requests, usage statistics of the api",
  get_dashboard:
    "morning briefing, how are things going, overview of the week, what is going on, " +
    "state of everything at a glance, what needs my attention, where should i look first, " +
    "what should i work on today, daily digest, big picture, status of the business, busiest bot, " +
    "latest activity, summary of everything, anything urgent this morning, overall health, " +
    "quick overview of the workspace, which bot has the most conversations",
  list_members:
    "colleagues, team mates, staff, id of a person of our team, support agents, who works here, " +
    "who can take this over, our people, team list, who is in support, user id of a colleague, " +
    "assignees, who can a conversation or ticket be given to, which operators exist, human agents, " +
    "find a coworker, who could help with this chat, whom can i assign",
  list_events:
    "what happened overnight, what changed, news since yesterday, activity stream, audit trail, " +
    "anything new, stream of changes, event log, feed, poll for updates, what was modified and by whom, " +
    "sync changes to another system, incremental export, who did what, catch up since last time, " +
    "recent changes in the workspace, change history of everything",
  list_contacts:
    "is there already someone with this phone number or email, customers in a city, people with a tag, " +
    "find a person by name, entry in the system, do we know her, look up a customer by email, " +
    "search customers, find client, who has this phone number, customers with a certain tag, " +
    "customers whose custom field has a value, filter clients, all our customers, newest contacts, " +
    "sort contacts by name, customer list, contact database, do we have a customer called, " +
    "is somebody in our database, is he a customer of ours, clients who, contact id of",
  get_contact:
    "pull up a person's data, customer card, profile, what do we know about them, record of jane doe, " +
    "contact details, show one customer, information about this person, open the card, full profile, " +
    "who is this customer, what is her phone number, where does this customer come from, " +
    "details of a client by id",
  create_contact:
    "new customer, save a person met at a fair, put somebody into the system, add to the address book, " +
    "add a person, register a client, save this number as a new customer, insert a new contact, " +
    "new client with email, a new lead gave me his details, put this person in contacts, " +
    "make a customer record, store a new subscriber",
  update_contact:
    "new phone number, changed surname, got married, moved, wrong email address, fix a name, " +
    "correct customer data, change the email of a customer, edit a person, correct a wrong number, " +
    "rename the customer, different last name, customer has a new address, update client details, " +
    "outdated contact data, replace the phone number, modify a contact record",
  upsert_contact:
    "keep in step with the crm, update or add, make if missing, do not create twice, sync a customer, " +
    "import customers without duplicates, create or update, save the customer whether or not known, " +
    "sync from crm by external id, add unless already there, push customer data from another system, " +
    "insert or refresh a person matched by email",
  list_tags:
    "which labels do we use, all segments, available labels, what tags exist, tag list, " +
    "labels overview, names of our tags, how do we label customers",
  create_tag:
    "new label, new segment, colored label, new tag called, add a label to the workspace, " +
    "introduce a label, tag with a color, we need a new tag for something, define a label",
  add_contact_tags:
    "mark a customer as reseller, label as vip, put into a segment, flag a person, " +
    "classify a customer as, tag a customer, put a label on a person, add the person to a segment, " +
    "label this client, assign tags to a contact, attach a label, mark someone as vip, " +
    "give the customer the tag, flag as important customer",
  remove_contact_tags:
    "no longer a vip, drop the tag, take off the label, untag, out of the segment, " +
    "remove label from customer, delete tag from this person, take tag away, untag client, " +
    "he should not have this label any more, detach a tag, was tagged by mistake, " +
    "wrong label on a contact",
  list_custom_fields:
    "which extra attributes do contacts have, what own properties are defined, schema of contacts, " +
    "custom field definitions, what extra information can we store about customers, " +
    "additional contact fields, list of attributes, which options does a field have, field types, " +
    "keys of custom fields, what data do we collect about people",
  create_custom_field:
    "keep track of birthdays, new attribute for each customer, record the shirt size, " +
    "dropdown for industry, track something about customers, add a custom field, " +
    "new property on contacts, we want to record something for every customer from now on, " +
    "define a date or number or dropdown field, new column for customers, " +
    "add an additional field to the contact form, store a new kind of information",
  list_contact_custom_fields:
    "what size does this customer wear, extra values of a person, " +
    "attributes of this customer according to our records, custom values of one customer, " +
    "what is filled in for this person, extra data on a client, this contact's attributes, " +
    "field values of a contact, which additional information do we have on her",
  set_contact_custom_field:
    "store the contract end date, set the birthday, fill in an attribute, " +
    "save the loyalty level of a customer, change an attribute of one person, set the value of a field, " +
    "update custom field of contact, enter a value into a customer's field, empty a field of a contact, " +
    "change someone's size, record a customer's birthday, set the tier of this client, " +
    "his contract number is, clear the value",
  merge_contacts:
    "same person twice, two entries for the same customer, duplicates, clean up double records, " +
    "join two customer records, combine profiles, deduplicate, duplicate contact, " +
    "two contacts are the same person, customer exists twice, unify entries, appears double in the list",
  list_conversations:
    "latest chats, telegram chats, waiting for an answer, my queue, unassigned threads, " +
    "who have we not answered, recent inquiries, open chats, unassigned conversations, chats of today, " +
    "conversations assigned to somebody, what is in the inbox, unresolved chats, " +
    "pending and snoozed conversations, all conversations of one customer, " +
    "whatsapp conversations this week, who is waiting for a reply, chats that nobody took, " +
    "show recent conversations, my chats, unanswered messages, which customers wait longest, " +
    "conversations handled by",
  get_conversation:
    "read the chat, transcript, what was said, what did the visitor write, " +
    "which page did they come from, their browser and country, show the chat, open this conversation, " +
    "read the whole thread, messages of one conversation, what did the customer say in this chat, " +
    "full chat log, let me see the exchange, context of this chat, what is this conversation about, " +
    "catch me up on this chat, summarise this conversation",
  list_contact_messages:
    "all that a customer ever wrote to us, history with one person, everything said across chats, " +
    "messages of one customer, all messages from this person, what has a customer written over time, " +
    "past communication with a client, our history with this customer, when did we last write to him, " +
    "everything a person sent us",
  search_conversations:
    "which chats talked about late delivery, who complained about, mentions of a refund, " +
    "find a phrase in messages, somebody said, find a chat by words, search messages, " +
    "chats that mention a word, did anybody ask about, which customers talked about, " +
    "conversations containing a phrase, who wrote about, complaints about a topic, " +
    "where was something discussed, look through chats for, has any customer asked for, top complaints, " +
    "what do customers say about",
  send_message:
    "tell the customer that we ship tomorrow, text somebody, write to a person, let her know, " +
    "inform a customer, remind a customer, message a customer, send a whatsapp, send sms, " +
    "email the client, let the customer know, notify a person, write to a contact, " +
    "tell the client that, send a template message, text a customer about the order, ping a customer, " +
    "forward information to him",
  reply_to_conversation:
    "answer this chat, respond to the visitor, write back, apologise in the thread, " +
    "say thanks in this chat, answer the customer, reply in this chat, respond in the thread, " +
    "write back in the conversation, tell them in this chat, post an answer, " +
    "send my answer to the visitor, answer his question",
  start_conversation:
    "reach out to a customer first, begin a new chat through an inbox, open a fresh thread on whatsapp, " +
    "write first, open a new conversation, first message to a new lead, begin talking with a customer, " +
    "contact someone who never wrote to us, outbound message, cold outreach, " +
    "start a chat on whatsapp with a template, new thread on another channel, approach a prospect",
  add_private_note:
    "comment for colleagues, internal remark, put down for the team, the customer must not see it, " +
    "memo on the chat, internal note on a chat, comment only for the team, " +
    "leave a remark for colleagues, note for the next shift, hidden note, " +
    "note to self in a conversation, warn my colleagues about this customer, private comment, " +
    "customer must not see",
  create_draft_reply:
    "write an answer but let somebody check it first, suggest a response, prepare a reply for approval, " +
    "do not send yet, boss reviews, prepare an answer, draft an answer for approval, suggest a reply, " +
    "propose a response, reply to be reviewed by a human, " +
    "write something i can check before it is sent, do not send it yet, prewrite an answer",
  update_draft_reply:
    "make the proposed answer shorter, reword the suggestion, change a draft, " +
    "improve the suggested reply, edit the draft, rewrite the suggested answer, " +
    "change the proposed reply, shorten the draft, make the draft friendlier, " +
    "correct the pending reply, show the whole draft",
  list_draft_replies:
    "what is waiting for approval, suggested answers not sent yet, pending proposals, drafts waiting, " +
    "pending drafts, suggested replies, what became of my drafts, were drafts sent or discarded, " +
    "unsent replies, answers that need review, open suggestions",
  set_conversation_status:
    "close the chat, put on hold until monday, snooze, mark as resolved, reopen, " +
    "we are done with this chat, archive, resolve the chat, close a conversation, snooze until, " +
    "mark solved, chat is finished, done with this customer, put on pending, " +
    "remind me of this chat later, come back to it tomorrow, wake up again, give back to the bot, " +
    "change state of the conversation, archive it",
  assign_conversation:
    "let maria handle this chat, hand over to a colleague, give to somebody, take over, pass on, " +
    "who should deal with it, give the chat to a colleague, hand over, pass to sales, " +
    "transfer to another agent, let someone else take it, i will take it, assign to me, unassign, " +
    "release a chat, back to the bot, route the conversation to, forward a chat to the team, " +
    "another person should answer",
  get_conversation_analytics:
    "how did this chat go, was the customer happy, sentiment, " +
    "how long until the first answer in this chat, how did one conversation go, " +
    "was this customer satisfied, mood of the customer, rate this chat, how long did this chat take, " +
    "quality of one conversation, was the chat handled well, first response in this conversation, " +
    "is the customer angry, tone of the customer",
  get_conversation_summary:
    "how fast do we answer, median response time, number of chats per day, busiest days, " +
    "support workload over time, average response time, how quickly do we answer, " +
    "how fast are chats resolved, resolution rate, number of conversations by status, service level, " +
    "support performance, sla, team response times, how long do customers wait, support kpis, " +
    "conversation statistics, weekly support report, chats per channel, how many chats were resolved, " +
    "summary of conversations",
  list_channels:
    "ways that customers can reach us, connected inboxes, is whatsapp hooked up, telegram account, " +
    "which channels are connected, inboxes, ways to reach us, do we have instagram or telegram, " +
    "inbox id, is email connected, messaging accounts, connected phone numbers, " +
    "where can customers write to us, list integrations for messaging",
  get_channel_config:
    "how is the inbox set up, settings of the whatsapp line, public key, allowed domains of a channel, " +
    "settings of an inbox, how is a channel configured, allowed domains, " +
    "configuration of the whatsapp number, email inbox setup, details of one channel, " +
    "is the inbox set up properly",
  list_tickets:
    "any cases still in progress, urgent issues, unsolved problems, overdue support requests, " +
    "open tickets, all tickets, urgent cases, ticket queue, unresolved cases, high priority tickets, " +
    "support requests, backlog, which problems are unsolved, tickets overview, escalated tickets, " +
    "top tickets",
  get_ticket:
    "what happened with this case, state of a support request, its history, show a ticket, " +
    "ticket status, read the ticket, who works on this ticket, history of a case, details of a case, " +
    "progress of a ticket, what is happening with ticket",
  create_ticket:
    "open a case for a broken parcel, report a bug for a customer, escalate a problem, follow up later, " +
    "open a ticket, new case, log an issue, escalate a chat into a ticket, file a complaint, " +
    "report a problem, make a ticket from the conversation, customer has a defect, " +
    "register a support request, track this problem",
  update_ticket:
    "set to high priority, close the case, give the case to somebody, solved, add a note to the case, " +
    "close the ticket, resolve ticket, change priority, assign the ticket to, ticket is solved, " +
    "internal note on a ticket, raise priority, reopen the ticket, give ticket to a colleague, " +
    "comment on a case, set ticket status, ticket is urgent",
  list_leads:
    "who left their contact details on the website, collected emails, new prospects, " +
    "people interested in buying, leads, prospects, who left an email, contact data left with the bot, " +
    "leads of this month, people interested, potential buyers, captured emails, sales leads, " +
    "download leads, new inquiries for sales",
  list_webhooks:
    "which servers get notified, callbacks, where do events go, all webhooks, webhook urls, " +
    "where do we send events, which systems get our events, callbacks registered, endpoints, " +
    "integrations that receive events",
  get_webhook:
    "what does this callback listen to, is it paused, facts about one endpoint, webhook details, " +
    "which events is the webhook subscribed to, is the webhook active, was the webhook disabled, " +
    "address of one webhook, settings of a webhook",
  create_webhook:
    "tell our crm about each new contact by http, notify our server when, call a url whenever, " +
    "connect zapier, new webhook, subscribe to events, notify our system, " +
    "post to a url when something happens, send each new lead to our crm, register an endpoint, " +
    "connect zapier or make, push events to our server, callback on new ticket, " +
    "http request on every message",
  update_webhook:
    "send to another url, listen to other events, pause or resume a callback, change webhook url, " +
    "pause webhook, add events to a webhook, enable webhook again, endpoint moved to a new address, " +
    "webhook should also get other events, reactivate a disabled webhook, edit webhook",
  delete_webhook:
    "stop calling our server, remove a callback for good, remove webhook, " +
    "stop sending events to an endpoint, endpoint no longer exists, drop the callback, " +
    "unsubscribe from events",
  regenerate_webhook_secret:
    "new signing key, secret leaked, rotate the secret, replace the shared key, rotate webhook secret, " +
    "secret was leaked, change the signature key, reset the secret, someone saw our webhook secret, " +
    "key is compromised, renew the secret",
  get_webhook_delivery_logs:
    "did our endpoint receive the events, why did calls to our server fail, status codes, attempts, " +
    "what was delivered, webhook failures, failed deliveries, why does the webhook fail, delivery log, " +
    "events do not arrive, what did our server answer, response code, error of the receiver, " +
    "webhook not working, we did not get an event, webhook history, was the event delivered",
  test_webhook:
    "does our endpoint work, send an example event, try the callback, send test event, " +
    "ping the endpoint, does the webhook work, try the webhook, sample event to our url, " +
    "check the connection to our server, fire a dummy event",
  redeliver_webhook:
    "our server was down, send it what it missed, try failed deliveries again, repeat the calls, " +
    "resend events, retry delivery, replay missed events, send again what failed, server was down, " +
    "redeliver yesterday's events, repeat a delivery, get the lost events, catch up missed webhook calls",
};
