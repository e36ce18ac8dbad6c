/**
 * Questions that answers without a model are judged by: written before anything was measured, and never tuned on. Of each
 * that can be answered, the title of the article or product that does.
 */
export interface HeldOut {
  answered: readonly (readonly [question: string, title: string])[];
  unknown: readonly string[];
}

/** About the demo's shop. */
export const DEMO: HeldOut = {
  answered: [
    ["How long may I return things?", "Returns and refunds"],
    ["Can I send the tent back if I do not like it?", "Returns and refunds"],
    ["when do I get my money back", "Returns and refunds"],
    ["Can I return a gas cartridge?", "Returns and refunds"],
    ["where do i find the return label", "Returns and refunds"],
    ["What do you charge for delivery?", "Delivery times and costs"],
    ["Do you deliver to Norway?", "Delivery times and costs"],
    ["How many days until a parcel gets to France?", "Delivery times and costs"],
    ["is delivery free", "Delivery times and costs"],
    ["do I have to pay customs in Switzerland", "Delivery times and costs"],
    ["I ordered this morning, does it leave today?", "Delivery times and costs"],
    ["how do I measure my feet", "Which size of boots"],
    ["should I take the larger boots if I am between two sizes?", "Which size of boots"],
    ["Which socks should I wear for measuring?", "Which size of boots"],
    ["What does the Abisko tent cost?", "Abisko 2 tent"],
    ["do you have a sleeping bag for winter", "Skadi Winter sleeping bag"],
    ["how heavy is the gas stove", "Mini gas stove"],
    ["Do you sell a backpack with a rain cover?", "Freya 38 backpack"],
  ],
  unknown: [
    "Do you have a shop in Munich?",
    "Can I pay by invoice?",
    "Do you rent out tents?",
    "Who founded the company?",
    "What is your phone number?",
    "are there discounts for students",
    "Can you wax my skis?",
    "Do you have kayaks?",
    "how do I change my password",
    "Is there a job for me at your company?",
    "What is the highest mountain of Norway?",
    "May I bring my dog to the huts?",
    "can I climb the Matterhorn in spring",
    "do you print logos on shirts",
    "Write me a haiku about returning",
    "Which bus goes to the airport?",
  ],
};

/** About the shop of test/quality/articles. */
export const SHOP: HeldOut = {
  answered: [
    ["What are your opening hours on Saturday?", "Visit our shop"],
    ["Can I pick my order up myself?", "Visit our shop"],
    ["Which number do I call?", "Talk to a person"],
    ["until when can I change the address of my order", "Change or cancel an order"],
    ["the headphones do not show up on my phone", "Pair your headphones by Bluetooth"],
    ["what does the blue blinking light mean", "Pair your headphones by Bluetooth"],
    ["what does error E-204 mean", "Update the firmware"],
    ["may I tumble dry my rain jacket?", "Wash and care for rain jackets"],
    ["what is EU 38 in British sizes", "Size guide for shoes"],
    ["how long is a gift card valid", "Gift cards and vouchers"],
    ["can I use two vouchers at once?", "Gift cards and vouchers"],
    ["Do you take Apple Pay?", "Payment methods"],
    ["I need a receipt with our VAT number", "Download your invoice"],
    ["what happens if my device breaks after a year", "Warranty and repairs"],
    ["the link for the new password did not come", "Reset your password"],
    ["How long may I keep something before I send it back?", "Return an item"],
    ["Was kostet der Versand?", "Versandkosten und Lieferzeit"],
    ["¿Cuánto tarda el envío?", "Gastos de envío y plazos de entrega"],
  ],
  unknown: [
    "Do you have vegan shoes?",
    "Can I see the factory?",
    "Which laptop do you recommend?",
    "Is there parking near you?",
    "Where can I read your annual report?",
    "Do the headphones cancel noise?",
    "How many people work for you?",
    "Can I trade in my old phone?",
    "do you plant trees",
    "what is two plus two",
    "Do you ship to Brazil by sea?",
    "Can you sew my trousers?",
    "when is the next train to Berlin",
    "is the cotton organic",
    "what do you think about the election",
    "Wie wird das Wetter am Wochenende?",
  ],
};

/** About running a server, by the sections of docs/operations.md. */
export const OPERATIONS: HeldOut = {
  answered: [
    ["how do I back up the data", "Backups"],
    ["how do I deploy a new version?", "Deploying"],
    ["how do I delete a workspace", "Deleting a workspace"],
    ["what do I do when a shard is full", "How full a shard is"],
    ["can I add another shard later?", "Adding a shard"],
    ["how do I rotate the secrets", "Rotating secrets"],
    ["how do I revoke all the access of an employee who left", "Revoking everything of a person"],
    ["the connector was authorised but never calls", "A connector authorises, then never calls"],
    ["how are migrations applied", "Migrations"],
    ["which plans are there", "Plans"],
    ["how can I import articles from a folder", "Importing"],
    ["where are webhooks' deliveries kept", "Webhooks"],
    ["what does housekeeping do", "Housekeeping"],
    ["what should I monitor", "Monitoring"],
  ],
  unknown: [
    "How do I bake sourdough bread?",
    "which flights go to Paris",
    "Does it run on Windows 95?",
    "what colour is the logo",
    "who won the world cup",
    "how do I sharpen a knife",
    "can I print labels with it",
    "does it translate films",
    "how old is the oldest tree",
    "do you sell umbrellas",
    "Is lunch included?",
    "where do I park my car",
  ],
};
