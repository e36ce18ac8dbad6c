import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** A short consultation that ends at a product. */
export const productFinder: Template = {
  id: "product-finder",
  name: "Product finder",
  description:
    "Asks what somebody is looking for, whom it is for and what it may cost, shows fitting products, answers questions about the chosen one, and keeps those without a match as leads.",
  category: "commerce",
  collects: ["need", "recipient", "budget", "chosen product", "email (without a match)"],
  setup: [
    "Import your products, so that there is something to find.",
    "Replace the recipients and price ranges by what matters in your shop.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Helps visitors to find the right product.",
    language: "en",
    temperature: 0.5,
    strictness: 75,
    instructions: [
      "You are a good shop assistant: you ask, listen and recommend little but fitting.",
      "Recommend only products from the catalogue, with the price that it states. If two fit, say in one sentence what sets them apart.",
      "Say honestly when nothing fits, and offer to pass the wish on.",
      "Answer questions about material, size and use from product data and knowledge base, never from imagination.",
      "No exaggeration: praise what a product does well, not everything.",
    ].join("\n\n"),
    ai: { enabled: true, mode: "ai_first", greetingOverride: "Hello! What are you looking for today?" },
    widget: {
      ...colours("#6d28d9", "#f5f3ff"),
      headerTitle: "Product finder",
      chatIconCtaText: "Need help choosing?",
      bubbleStyle: "speech",
    },
    widgetTexts: {
      welcomeMessage: "Hello! Three short questions, and I show you what fits.",
      inputPlaceholder: "For example: rain jacket",
      thinkingLabel: "Looking around…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step(
      "start",
      {
        variables: [
          { name: "tries", value: 0 },
          { name: "need", value: "not said" },
          { name: "budget", value: "not said" },
        ],
      },
      "need",
    ),
    need: step(
      "question",
      {
        text: 'Hello! What are you looking for? A few words are enough, for example "warm jacket for winter walks".',
        min: 2,
        max: 200,
        variable: "need",
        retryText: "Please write in a few words what you are looking for.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "for_whom", invalid: "person", timeout: "quiet" },
    ),
    for_whom: step(
      "choice",
      {
        text: "Whom is it for?",
        options: [
          { id: "me", label: "For me" },
          { id: "gift", label: "A gift" },
          { id: "child", label: "For a child" },
        ],
        variable: "for_whom",
        timeoutSeconds: PATIENCE,
      },
      { me: "budget", gift: "budget", child: "child", other: "budget", timeout: "quiet" },
    ),
    child: step(
      "question",
      {
        text: "How old is the child?",
        answer: "number",
        min: 0,
        max: 17,
        variable: "age",
        retryText: "Please enter the age in years, from 0 to 17.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "for_child", invalid: "budget", timeout: "quiet" },
    ),
    for_child: step("set_variable", { variable: "need", value: "{{need}} children {{age}} years" }, "budget"),
    budget: step(
      "choice",
      {
        text: "And what may it cost?",
        options: [
          { id: "low", label: "Up to 50" },
          { id: "middle", label: "50 to 150" },
          { id: "any", label: "The price does not matter" },
        ],
        variable: "budget",
        timeoutSeconds: PATIENCE,
      },
      { low: "search", middle: "search", any: "search", other: "search", timeout: "search" },
    ),
    search: step(
      "search_products",
      { query: "{{need}}", limit: 5, variable: "found" },
      { found: "pick", none: "count" },
    ),
    pick: step(
      "choice",
      {
        text: "These fit best. Which one would you like to know more about?",
        optionsFrom: "found",
        variable: "product",
        timeoutSeconds: PATIENCE,
      },
      { answered: "details", other: "new_words", timeout: "bye" },
    ),
    new_words: step("set_variable", { variable: "need", value: "{{last_message}}" }, "again"),
    again: step("goto", { nodeId: "search" }),
    details: step(
      "ai_answer",
      {
        question: "Tell me about the product {{product}}. Budget: {{budget}}.",
        instructions:
          "Two sentences on what it does well and for whom, then the price. Nothing that the product data does not say.",
        minConfidence: 0.4,
      },
      { answered: "what_next", no_answer: "what_next", handoff: "person" },
    ),
    what_next: step(
      "choice",
      {
        text: "What would you like to do?",
        options: [
          { id: "take", label: "I like {{product}}" },
          { id: "question", label: "I have a question about it" },
          { id: "others", label: "Show the others again" },
          { id: "new", label: "Look for something else" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { take: "taken", question: "ask", others: "search", new: "need", other: "answer", timeout: "bye" },
    ),
    ask: step("message", { text: "Please go ahead!" }, "answer"),
    answer: step(
      "ai_answer",
      { instructions: "The question is about {{product}}.", minConfidence: 0.5, timeoutSeconds: PATIENCE },
      { answered: "what_next", no_answer: "person", handoff: "person" },
    ),
    count: step("set_variable", { variable: "tries", operation: "increment" }, "first_time"),
    first_time: step(
      "condition",
      { cases: [{ id: "yes", rules: [{ variable: "tries", operator: "less_than", value: 2 }] }] },
      { yes: "rephrase", else: "nothing" },
    ),
    rephrase: step(
      "question",
      {
        text: "I found nothing for that. Could you describe it in other words, perhaps more generally?",
        min: 2,
        max: 200,
        variable: "need",
        timeoutSeconds: PATIENCE,
      },
      { answered: "search", invalid: "nothing", timeout: "quiet" },
    ),
    nothing: step(
      "choice",
      {
        text: "We do not seem to have it at the moment. Shall we write to you when we do?",
        options: [
          { id: "yes", label: "Yes, please" },
          { id: "person", label: "Ask a person" },
          { id: "no", label: "No, thank you" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "email", person: "person", no: "bye", other: "person", timeout: "quiet" },
    ),
    email: step(
      "question",
      {
        text: "To which email address?",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. Please try once more.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "lead", invalid: "person", timeout: "quiet" },
    ),
    lead: step("create_lead", { email: "{{email}}" }, "wanted"),
    wanted: step(
      "create_ticket",
      {
        subject: "Looked for: {{need}}",
        text: "Write to {{email}} when we have it. Budget: {{budget}}",
        priority: "low",
      },
      "noted",
    ),
    person: step("handoff", {
      message: "A colleague knows more. One moment, please.",
      note: "Looks for: {{need}}. Budget: {{budget}}. Last message: {{last_message}}",
    }),
    taken: step("end", {
      message: "A good choice! You find {{product}} in the shop under that name. Enjoy it!",
    }),
    noted: step("end", { message: "Noted. We write to {{email}} as soon as we have it." }),
    bye: step("end", { message: "Thank you for looking in. I am here when you need me." }),
    quiet: step("end", { message: "I will leave you to it. Write here any time to go on." }),
  },
};
