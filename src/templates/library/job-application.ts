import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** A first application in five minutes, without a cover letter. */
export const jobApplication: Template = {
  id: "job-application",
  name: "Job application",
  description:
    "Takes a first application: position, experience, start, CV or profile link, and contact details, with consent asked first. Answers questions about the work.",
  category: "recruiting",
  collects: [
    "consent",
    "position",
    "years of experience",
    "earliest start",
    "CV or profile link",
    "name",
    "email",
  ],
  setup: [
    "Replace the positions by those you are hiring for.",
    "Put the address of your privacy notice into the node privacy: the one there is an example.",
    "Ask only what the job needs, and delete applications in time; the law where you hire may say more.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Takes applications and answers questions about working here.",
    language: "en",
    temperature: 0.3,
    strictness: 85,
    instructions: [
      "You are the first contact for people who would like to work with us. Be encouraging and respectful.",
      "Answer questions about tasks, team, pay range, working time and the steps of hiring from the knowledge base.",
      "You do not judge applicants and promise nothing: people read every application and decide.",
      "Never ask about age, family, health, origin, religion or politics, and do not comment on it when somebody tells.",
    ].join("\n\n"),
    ai: { enabled: true, mode: "ai_first", greetingOverride: null },
    widget: {
      ...colours("#155e75", "#ecfeff"),
      headerTitle: "Work with us",
      chatIconCtaText: "Apply in five minutes",
    },
    widgetTexts: {
      welcomeMessage: "Hello! Would you like to work with us?",
      inputPlaceholder: "Type your answer…",
      thinkingLabel: "One moment…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step(
      "start",
      {
        variables: [
          { name: "cv", value: "none" },
          { name: "begin", value: "not said" },
          { name: "motivation", value: "not asked" },
        ],
      },
      "position",
    ),
    position: step(
      "choice",
      {
        text: "Hello! How nice that you would like to work with us. Which position is it?",
        options: [
          { id: "service", label: "Customer service" },
          { id: "sales", label: "Sales" },
          { id: "engineering", label: "Software development" },
          { id: "open", label: "Something else" },
          { id: "question", label: "I have a question first" },
        ],
        variable: "position",
        timeoutSeconds: PATIENCE,
      },
      {
        service: "privacy",
        sales: "privacy",
        engineering: "privacy",
        open: "privacy",
        question: "answer",
        other: "answer",
        timeout: "quiet",
      },
    ),
    answer: step(
      "ai_answer",
      { minConfidence: 0.55, maxTurns: 3, timeoutSeconds: 10 * 60 },
      { answered: "and_now", no_answer: "person", handoff: "person" },
    ),
    and_now: step(
      "choice",
      {
        text: "Would you like to apply now?",
        options: [
          { id: "yes", label: "Yes" },
          { id: "no", label: "Not now" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "position", no: "bye", other: "answer", timeout: "bye" },
    ),
    privacy: step(
      "message",
      {
        text: "Before we start: we keep what you write for this application only, and delete it six months after the decision.",
        links: [{ label: "Privacy notice", url: "https://www.your-company.example/privacy" }],
      },
      "consent",
    ),
    consent: step(
      "choice",
      {
        text: "Is that all right with you?",
        options: [
          { id: "yes", label: "Yes, go on" },
          { id: "no", label: "No" },
        ],
        variable: "consent",
        timeoutSeconds: PATIENCE,
      },
      { yes: "name", no: "declined", other: "answer", timeout: "quiet" },
    ),
    name: step(
      "question",
      {
        text: "What is your name?",
        min: 2,
        max: 100,
        variable: "name",
        retryText: "Please enter your first and last name.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "years", invalid: "person", timeout: "quiet" },
    ),
    years: step(
      "question",
      {
        text: "Nice to meet you, {{name}}! How many years have you done similar work? 0 is fine.",
        answer: "number",
        min: 0,
        max: 60,
        variable: "years",
        retryText: "Please enter the years as a number, for example 3 or 0.5.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "newcomer", invalid: "person", timeout: "quiet" },
    ),
    newcomer: step(
      "condition",
      { cases: [{ id: "new", rules: [{ variable: "years", operator: "less_than", value: 1 }] }] },
      { new: "motivation", else: "begin" },
    ),
    motivation: step(
      "question",
      {
        text: "Everybody starts somewhere. What makes you curious about this work?",
        min: 5,
        max: 1500,
        variable: "motivation",
        retryText: "One or two sentences, please.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "begin", invalid: "begin", timeout: "quiet" },
    ),
    begin: step(
      "question",
      {
        text: "When could you start at the earliest? Please write it as year-month-day, for example 2027-04-01.",
        answer: "date",
        variable: "begin",
        retryText: "Please write the date as year-month-day, for example 2027-04-01.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "papers", invalid: "papers", timeout: "quiet" },
    ),
    papers: step(
      "choice",
      {
        text: "How would you like to show us what you have done?",
        options: [
          { id: "file", label: "Send a CV" },
          { id: "link", label: "Send a link" },
          { id: "later", label: "Later by email" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { file: "cv_file", link: "cv_link", later: "email", other: "email", timeout: "email" },
    ),
    cv_file: step(
      "question",
      {
        text: "Please send your CV here, without a photo if you like.",
        answer: "file",
        variable: "cv",
        retryText: "I could not see a file. Please use the paperclip.",
        maxRetries: 1,
        timeoutSeconds: PATIENCE,
      },
      { answered: "email", invalid: "email", timeout: "email" },
    ),
    cv_link: step(
      "question",
      {
        text: "Please send the address of your profile or portfolio.",
        answer: "url",
        variable: "cv",
        retryText: "That is not a complete address. It begins with https://",
        maxRetries: 1,
        timeoutSeconds: PATIENCE,
      },
      { answered: "email", invalid: "email", timeout: "email" },
    ),
    email: step(
      "question",
      {
        text: "Last question: where can we reach you by email?",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. Please try once more.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "store_name", invalid: "person", timeout: "quiet" },
    ),
    store_name: step("set_field", { field: "name", value: "{{name}}" }, "store_email"),
    store_email: step("set_field", { field: "email", value: "{{email}}" }, "ticket"),
    ticket: step(
      "create_ticket",
      {
        subject: "Application: {{position}}, {{name}}",
        text: "{{years}} years of experience, can start {{begin}}\nCV: {{cv}}\nMotivation: {{motivation}}\nReply to {{email}}",
      },
      "thanks",
    ),
    person: step("handoff", {
      message: "I am getting a colleague from the team for you.",
      note: "Applicant for {{position}}. Last message: {{last_message}}",
    }),
    declined: step("end", {
      message: "Of course. You can apply by post or email too; the addresses are on our careers page.",
    }),
    thanks: step("end", {
      message:
        "Thank you, {{name}}! A person reads your application, and you hear from us within a week at {{email}}.",
    }),
    bye: step("end", { message: "All right. We would be glad to hear from you again." }),
    quiet: step("end", {
      message: "I will leave you to it. Nothing was sent; write here any time to start again.",
    }),
  },
};
