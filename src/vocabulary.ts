import { wordsOfChatbots } from "./vocabulary-chatbots.ts";

/**
 * What people say for the words of the catalogue's tools: `search_tools` reads a task with it. A key of several words
 * stands for all of them together. Add what people say of a thing in general, not what a single sentence wants.
 */
export const words: Readonly<Record<string, string>> = {
  ...wordsOfChatbots,

  // What is done.
  list:
    "all, any, which, what are, show all, show me all, see all, overview of all, browse, enumerate, " +
    "exist, available, how many, every, who are, what kinds, whole range, are running, currently running, " +
    "the id of, id of, gather, scan, identify, have we got, got any, lying around, where do, " +
    "what questions, newest, latest, most recent, registered, connected",
  "list get": "show, display, view, see, look at, tell me, give me",
  get:
    "read, open, inspect, fetch, retrieve, details, detail, look into, info, information, single, " +
    "know about, full, one, everything about, whole, examine, understand, snapshot",
  "list search": "find, look up, lookup, look for, where is, locate, filter, search for",
  search:
    "mention, mentions, mentioned, match, matching, query, keyword, containing, contains, talk about, " +
    "complained, said about",
  create:
    "enter, note down, initiate, establish, start a new, make, new, add, build, set up, write, register, " +
    "define, save, open a, start from, file a, raise a, log a, compose, introduce, produce, generate, " +
    "invent, draft a, turn into, need a, need one, we need, i need a, one more, would like a, want a, " +
    "want to have a, put up, put up a",
  add: "put, insert, attach, append, give it, extend, one more",
  update:
    "change, edit, modify, set, adjust, correct, fix, rename, switch, turn, turn on, turn off, move, " +
    "alter, reword, rewrite, tweak, replace, overwrite, improve, pause, disable, enable, activate, " +
    "deactivate, resume, wording, typo, rephrase, customize, customise, configure, use, stop, restrict, " +
    "allow, limit, raise, lower, close, resolve, reopen, solve, mark as, make it, restyle, amend, " +
    "refresh, revise, refine, upgrade, suspend, mute, manage, should be, should say, should have, " +
    "should point, must be, is now, has changed",
  delete:
    "remove, erase, throw away, destroy, drop, for good, for ever, forever, get rid of, trash, discard, " +
    "wipe, stop, no longer use, cancel, purge, kill, ditch, axe, bin the, bin, can go, not needed, " +
    "no longer needed, need not, should not any more, shut down, unregister, deregister, unlink",
  remove:
    "delete the, delete, take off, take away, detach, strip, clear, off this, off the, is not, no longer, " +
    "any more, not any more",
  duplicate: "copy, clone, replicate, make a copy, same again, second version of",
  merge:
    "combine, join, unify, same person, are the same, duplicates, deduplicate, twice, double, " +
    "two records, two contacts, unite, same customer",
  upsert:
    "unless, known already, already known, already there, exists already, sync, synchronise, synchronize, " +
    "not there yet, if they are not, if not exist, crm, make sure exists, insert or update, " +
    "create or update, add or update, if its missing, otherwise update, unless exists, whether or not, " +
    "if new, already exists",
  export:
    "back up, backup, download, dump, as json, as a file, take out, to another workspace, " +
    "out of the system",
  import:
    "bring in, restore, upload, load, from a file, from a backup, from json, typebot, bring over, " +
    "migrate, from another tool",
  publish:
    "online, bring online, make public, live, go live, put live, release, roll back, rollback, revert, " +
    "go back, deploy, launch, roll out, undo, on air, make it public, into production, to production, " +
    "push to production, push live",
  validate:
    "check, mistakes, mistake, errors, wrong, broken, verify, problems, valid, lint, anything broken, " +
    "ready to publish",
  simulate:
    "as if, imagine, what would happen, try, try out, dry run, rehearse, sample answers, test run, " +
    "without touching, pretend, preview, play through, walk through, react, would react, if i say",
  test: "try, check, sample, works, work, ping, try out",
  send:
    "text, tell, deliver, write to, message to, inform, notify, dispatch, start, run, drop a line, " +
    "trigger, broadcast, alert, fire off",
  reply: "answer, respond, response, react, write back, get back to",
  assign:
    "hand, hand over, hand off, pass, delegate, responsible, take over, transfer, unassigned, give this, " +
    "in charge, reassign, let handle, should handle, give to, handover, handoff, escalate to, route to, " +
    "owner, reallocate, triage, over to, move over to",
  retrain:
    "learn, rebuild, reindex, re-index, train, teach, search index, crawl again, relearn, pick up the new",
  redeliver: "again, retry, resend, send again, replay, missed, one more time, once more",
  regenerate: "rotate, roll, renew, make a new one, leaked, compromised, another secret, reset, exposed",
  connect: "link, arrow, wire, join, lead to, point to, draw, go to",

  // Who and what.
  contact:
    "customer, client, person, people, who, visitor, shopper, buyer, guest, user, address book, profile, " +
    "her, him, individual, consumer, subscriber, account holder, audience, follower, recipient, vendor, " +
    "supplier, patient, people who, fan, someone named",
  "contact field": "phone number, email address, spelling, her name, his name, postal address",
  "custom field":
    "attribute, attributes, property, properties, extra details, extra detail, extra field, " +
    "additional field, own field, data field, drop-down, dropdown, custom value, custom values, " +
    "custom data, extra information, metadata, additional data, birthday, size, customer number, recorded",
  "create custom field": "add a field, new field, add a date field, number field, text field, date field",
  "set contact custom field":
    "fill in the, store her, store his, store their, on her record, on his record, on their record, " +
    "value of a",
  "contact custom field": "extra details are filled in, custom values of, filled in for",
  "list contact custom field": "extra fields of, level of, custom data of, custom data",
  "list custom field": "can be recorded, what can we record, what else can be stored",
  "list contact":
    "people tagged, customers tagged, contacts tagged, all people, all customers, everybody with, " +
    "customers in, who live, new customers, newest customers, contact list, customer list, clients who, " +
    "customers first, saved with us, known to us, one of our customers, is our customer, " +
    "already a customer",
  "get contact": "on file about, on file, contact record, customer record, record of the",
  "update contact": "changed his, changed her, new address, his mail, her mail, new number, got a new",
  "upsert contact": "keep in step, keep the same, in line with",
  tag: "label, labels, segment, badge, flag, vip, segments",
  "remove tag": "untag, unlabel, take the label, take the tag",
  "remove contact tag": "not vip any more, label no longer fits",
  conversation: "chat, thread, dialogue, inquiry, enquiry, discussion, talk, exchange, correspondence",
  "list conversation":
    "unassigned, waiting chats, open chats, chats are open, open conversations, waiting, unanswered, " +
    "not answered, assigned to me, my queue, recent chats, latest chats, who is waiting, need a reply, " +
    "needs a reply, have not answered, pending chats, unread, incoming, awaiting, waiting longest, " +
    "new chats, conversations assigned, chats assigned, still open, anything unread, in the queue, " +
    "who is in the queue, queue",
  "get conversation":
    "what was said, chat with this, transcript, look at before, looked at, page they were on, referrer, " +
    "which page, device, browser",
  "set conversation status":
    "close, snooze, resolve, resolved, reopen, solve, solved, done with, postpone, mark as, finish, " +
    "settle, remind me, later, until tomorrow, wrap up, park, come back to",
  message: "text, sms, written, wrote, write",
  "send message":
    "message a, message the, message him, message her, message to a, write a message, write to a, " +
    "write to the, text the, let them know, let him know, let her know",
  "contact messages":
    "message history, ever wrote, ever said, everything this, history of one, all messages, " +
    "across all chats, said so far, messages exchanged, wrote to us",
  "search conversation":
    "chats where, complained, who mentioned, mention, mentioned, somebody said, talked about, " +
    "chats about, word, who said, who asked, cursed, insulted, swore, word in chats, anyone write, " +
    "anyone wrote, did anyone, has anyone, did anybody",
  "start conversation":
    "initiate, initiate a conversation, begin a chat, begin a new, new chat with, fresh thread, " +
    "reach out, first through, contact first, write first, open a chat, new thread, out of the blue",
  "private note":
    "comment, internal, internal note, colleagues only, does not see, cannot see, remark, memo, " +
    "team only, for the team, for my colleagues, annotate, whisper, sticky note, handover note, note for, " +
    "hint, pin, cannot read, only we can read",
  "draft reply":
    "prepare, suggest, suggested, suggestion, proposal, propose, approve, approval, before it goes out, " +
    "pending, review, proofread, prepared answer, waiting for approval, without sending",
  "conversation analytics":
    "chat take, how long did, first reply, first response, in this conversation, happy, satisfied, " +
    "sentiment, mood, angry, unhappy, how did this chat go, resolution time of, satisfaction, csat, " +
    "upset, low satisfaction, quality of, feel, felt, feeling, happy with, emotion, " +
    "was the client content, content with, answered in this chat",
  "conversation summary":
    "number of chats, chats per day, how fast, on average, average, response time, volume, per day, " +
    "totals, busy, busier, busiest, workload, compared, how quickly, sla, peak, slow, latency, breakdown, " +
    "service level, resolution rate, quick enough, fast enough, how long do people wait, slow are we",
  "get conversation summary": "conversation report, support report",
  channel:
    "inbox, inboxes, whatsapp, telegram, messenger, connected, hooked up, integration, integrations, " +
    "phone line, channels connected, instagram, facebook, mailbox, phone numbers, ways to reach us",
  "channel config":
    "inbox settings, channel settings, settings of the, channel set up, inbox set up, public key, " +
    "inbox configuration",
  "list channel":
    "do we have telegram, do we have whatsapp, where do messages come from, messages come in, " +
    "come in from, how do people reach",
  member:
    "be given to, be assigned to, can be assigned, team, colleague, colleagues, coworker, staff, " +
    "teammate, teammates, operator, agent, agents, employee, employees, engineer, who can, our team, " +
    "people in our, supervisor, collaborator, advisor, salesperson, team lead, department, who is the, " +
    "support lead, sales lead, could i give, who else",
  event:
    "activity, changed, happened, activity log, feed, audit, follow, log, changes, timeline, " +
    "since i last, history of everything, recent changes, incremental, incrementally, poll, mirror",
  workspace:
    "organisation, organization, company, plan, time zone, subscription, my permissions, permissions, " +
    "this key, my rights, who am i, am i allowed, allowed to do, account settings, connected to, tenant, " +
    "my account, this account, our account, privileges, trial, billing, roles, our plan",
  "api usage":
    "rate limit, quota, requests, calls, requests left, limit, consumption, how much have we used, " +
    "used up, allowance, throttled, credits, cap, throttle",
  dashboard:
    "what is happening, happening today, summarise, summarize, overview, going on, at a glance, " +
    "in general, summary of everything, quick look, status report, where do we stand, morning briefing, " +
    "snapshot, needs attention, need attention, my attention, priorities today",
  lead:
    "prospect, prospects, left their email, left their contact, sign-up, signups, interested, captured, " +
    "opportunity, emails collected, emails did, potential customers, potential buyers, referral, " +
    "qualified, hot, gave us their email, gave their email, gave us their number, left their number",
  ticket:
    "case, cases, issue, issues, bug, bug report, support case, support request, complaint, incident, " +
    "support ticket, dispute, defect, problem, trouble",
  "list ticket":
    "unsolved, urgent, backlog, overdue, open issues, unresolved, critical, crucial, in progress, " +
    "tickets are, pending tickets, open cases, which cases, any cases",
  "create ticket": "escalate, report a problem, follow up on",
  "update ticket":
    "priority of, priority of a case, close the ticket, resolve a ticket, ticket is done, to the ticket, " +
    "ticket as, mark the ticket, raise the priority, lower the priority",

  // Webhooks.
  webhook:
    "callback, callbacks, hook, hooks, url, urls, our server, endpoint, http, http post, notified, " +
    "notification, notifications, subscribe, subscription, push, zapier, slack, listener, receiver, " +
    "event subscription, real time notifications, make com, pipedream",
  "create webhook":
    "post an http, http request, post to, call us when, tell our, whenever, notify our server, " +
    "callback url, subscribe to, be notified when, call our, for every new",
  "update webhook": "another url, to another, pause a webhook, listen to another",
  "delete webhook":
    "stop notifying, no longer notify, unsubscribe, stop calling, hook can go, does not need our events",
  "webhook secret": "signing key, signing secret, secret, signature, key leaked, shared key, fresh secret",
  "regenerate webhook secret": "new secret, another secret",
  "webhook delivery logs":
    "attempts, attempt, fail, failed, failing, status codes, status code, deliveries, delivery, " +
    "did not arrive, delivered, http errors, not getting our, last deliveries, debug, timeout, " +
    "troubleshoot, not receive, never arrived, not arrive, not get anything",
  "test webhook":
    "sample event, callback work, endpoint works, endpoint work, test event, check our endpoint, " +
    "test our endpoint, webhook work, hook work, dummy, reach us, reaches us, does it arrive",
  "redeliver webhook":
    "failed notifications again, what our server missed, failed again, send the failed, " +
    "failed deliveries again, failed events, recover, lost events, downtime, outage, backfill, " +
    "missed some, once more",
  "get webhook": "fire on",
  "list webhook": "sent to, events go, events sent",
};
