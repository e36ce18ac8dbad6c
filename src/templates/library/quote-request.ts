import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Gathers what a craftsperson or agency needs to make an offer. */
export const quoteRequest: Template = {
  id: "quote-request",
  name: "Quote request",
  description:
    "Gathers what a quote needs: kind of work, description, a photo, date, budget and contact details. Files a ticket with everything in it, and a lead.",
  category: "leads",
  collects: [
    "kind of work",
    "description",
    "photo (optional)",
    "wished date",
    "budget",
    "name",
    "email",
    "phone",
  ],
  setup: [
    "Replace the kinds of work by your services, and the budget ranges by yours.",
    "Adapt the promise to send a quote within two working days.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Gathers what we need to make an offer.",
    language: "en",
    temperature: 0.3,
    strictness: 80,
    instructions: [
      "You help people to ask for a quote. You never name a price yourself, not even roughly: every job is looked at by a person first.",
      "Answer questions about services, areas and how we work from the knowledge base.",
      "If somebody describes an emergency, such as a burst pipe, tell them to call the emergency number on the web site, and offer a colleague.",
      "Write simply and kindly, in short sentences.",
    ].join("\n\n"),
    ai: { enabled: true, mode: "ai_first", greetingOverride: null },
    widget: {
      ...colours("#9a3412", "#fff7ed"),
      headerTitle: "Your quote",
      chatIconCtaText: "Get a free quote",
      bubbleStyle: "square",
    },
    widgetTexts: {
      welcomeMessage: "Hello! A few questions, and we can make you an offer.",
      inputPlaceholder: "Describe it in your words…",
      thinkingLabel: "One moment…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step(
      "start",
      {
        variables: [
          { name: "details", value: "Not described." },
          { name: "photo", value: "none" },
          { name: "phone_note", value: "none" },
          { name: "wished_date", value: "not said" },
          { name: "budget", value: "not said" },
        ],
      },
      "work",
    ),
    work: step(
      "choice",
      {
        text: "Hello! Tell us about your project, and we will make you a quote, free of charge. What is it about?",
        options: [
          { id: "new", label: "Something new" },
          { id: "renovate", label: "Renovation" },
          { id: "repair", label: "Repair" },
          { id: "something_else", label: "Something else" },
        ],
        variable: "work",
        timeoutSeconds: PATIENCE,
      },
      {
        new: "details",
        renovate: "details",
        repair: "urgent",
        something_else: "details",
        other: "details",
        timeout: "quiet",
      },
    ),
    urgent: step(
      "choice",
      {
        text: "Is it urgent?",
        options: [
          { id: "today", label: "Yes, it cannot wait" },
          { id: "can_wait", label: "No, it can wait" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { today: "emergency", can_wait: "details", other: "details", timeout: "quiet" },
    ),
    emergency: step("handoff", {
      message:
        "Then let us not lose time. A colleague is joining this chat; please say where you are and what has happened.",
      note: "Urgent repair.",
    }),
    details: step(
      "question",
      {
        text: "Please describe what should be done: sizes, materials, where it is. The more we know, the better the quote.",
        answer: "text",
        min: 15,
        max: 2000,
        variable: "details",
        retryText: "A little more, please: one or two sentences about what should be done.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "has_photo", invalid: "has_photo", timeout: "quiet" },
    ),
    has_photo: step(
      "choice",
      {
        text: "Do you have a photo or a plan? It often saves a visit.",
        options: [
          { id: "send", label: "Yes, I will send one" },
          { id: "none", label: "No" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { send: "photo", none: "date", other: "date", timeout: "quiet" },
    ),
    photo: step(
      "question",
      {
        text: "Great! Please send the photo or plan here.",
        answer: "file",
        variable: "photo",
        retryText: "I could not see a file. Please use the paperclip to send it.",
        maxRetries: 1,
        timeoutSeconds: PATIENCE,
      },
      { answered: "date", invalid: "date", timeout: "date" },
    ),
    date: step(
      "question",
      {
        text: "By when should it be done? Please write a date as year-month-day, for example 2027-03-31.",
        answer: "date",
        variable: "wished_date",
        retryText: "Please write the date as year-month-day, for example 2027-03-31.",
        maxRetries: 1,
        timeoutSeconds: PATIENCE,
      },
      { answered: "budget", invalid: "budget", timeout: "quiet" },
    ),
    budget: step(
      "choice",
      {
        text: "Which budget do you have in mind?",
        options: [
          { id: "low", label: "Up to 1,000" },
          { id: "middle", label: "1,000 to 5,000" },
          { id: "high", label: "More than 5,000" },
          { id: "open", label: "I do not know yet" },
        ],
        variable: "budget",
        timeoutSeconds: PATIENCE,
      },
      { low: "name", middle: "name", high: "name", open: "name", other: "name", timeout: "quiet" },
    ),
    name: step(
      "question",
      { text: "Who is the quote for?", min: 2, max: 100, variable: "name", timeoutSeconds: PATIENCE },
      { answered: "email", invalid: "person", timeout: "quiet" },
    ),
    email: step(
      "question",
      {
        text: "Where may we send it? Please enter your email address.",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. Please check it once more.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "phone", invalid: "person", timeout: "quiet" },
    ),
    phone: step(
      "question",
      {
        text: "And a phone number, in case we have a question?",
        answer: "phone",
        variable: "phone",
        retryText: "Please enter the number with its area code.",
        maxRetries: 1,
        timeoutSeconds: PATIENCE,
      },
      { answered: "note_phone", invalid: "store_name", timeout: "store_name" },
    ),
    note_phone: step("set_variable", { variable: "phone_note", value: "{{phone}}" }, "store_name"),
    store_name: step("set_field", { field: "name", value: "{{name}}" }, "store_email"),
    store_email: step("set_field", { field: "email", value: "{{email}}" }, "lead"),
    lead: step("create_lead", { name: "{{name}}", email: "{{email}}", phone: "{{phone}}" }, "large"),
    large: step(
      "condition",
      {
        cases: [
          { id: "large", rules: [{ variable: "budget", operator: "equals", value: "More than 5,000" }] },
        ],
      },
      { large: "large_ticket", else: "ticket" },
    ),
    large_ticket: step(
      "create_ticket",
      {
        subject: "Quote for {{name}}: {{work}} (large)",
        text: "{{details}}\n\nBy: {{wished_date}}\nBudget: {{budget}}\nPhoto: {{photo}}\nReply to {{email}}, phone: {{phone_note}}",
        priority: "high",
      },
      "thanks",
    ),
    ticket: step(
      "create_ticket",
      {
        subject: "Quote for {{name}}: {{work}}",
        text: "{{details}}\n\nBy: {{wished_date}}\nBudget: {{budget}}\nPhoto: {{photo}}\nReply to {{email}}, phone: {{phone_note}}",
      },
      "thanks",
    ),
    person: step("handoff", {
      message: "No problem, a colleague takes over here.",
      note: "Quote without an email address. {{work}}: {{details}}. By {{wished_date}}, budget {{budget}}, photo {{photo}}.",
    }),
    thanks: step("end", {
      message: "Thank you! We look at it in person and send your quote to {{email}} within two working days.",
    }),
    quiet: step("end", { message: "I will leave you to it. Write here any time, and we start again." }),
  },
};
