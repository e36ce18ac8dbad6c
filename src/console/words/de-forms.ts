import type { FormWords } from "./en-forms.ts";

export const deForms: FormWords = {
  notNow: "Nicht jetzt",
  fieldTypes: {
    text: "Text",
    number: "Zahl",
    date: "Tag",
    datetime: "Tag und Uhrzeit",
    boolean: "Ja oder nein",
    select: "Auswahl",
  },
  webhookPage: {
    secret: "Das Geheimnis des Webhooks",
    once: (url) =>
      `Was an ${url} gesendet wird, ist mit diesem Geheimnis unterschrieben. Kopieren Sie es jetzt: Es wird nie wieder gezeigt.`,
    oldSecret: "Das alte Geheimnis unterschreibt bis",
  },
  workspacePage: {
    timeZone: "Zeitzone",
    timeZoneHint: "Tage und Zahlen richten sich danach, zum Beispiel Europe/Berlin.",
    confirmSends: "Ein Mensch bestätigt, was Assistenten senden",
    confirmSendsHint:
      "Ein Assistent fragt dann vor jeder Nachricht an einen Kunden, oder legt einen Entwurf ab.",
  },
  analytics: {
    lastDays: (days) => `Letzte ${days} Tage`,
    sessions: "Begonnene Gespräche",
    open: "Jetzt offen",
    leads: "Aufgenommene Leads",
    ticketsCreated: "Angelegte Tickets",
    ticketsResolved: "Erledigte Tickets",
    openTickets: "Jetzt offene Tickets",
    sessionsByDay: "Begonnene Gespräche nach Tag",
    byChatbot: "Nach Chatbot",
    byChannel: "Nach Kanal",
    messages: "Nachrichten",
    asTable: "Als Tabelle",
    asCsv: "Als Datei (CSV)",
    messagesIn: "Nachrichten herein",
    messagesOut: "Nachrichten hinaus",
    lately: "Zuletzt",
  },
  forms: {
    save: "Speichern",
    delete: "Löschen",
    makeTag: "Schlagwort machen",
    makeField: "Eigenes Feld machen",
    makeInbox: "Eingang machen",
    disableInbox: "Eingang ausschalten",
    enableInbox: "Eingang einschalten",
    makeWebhook: "Webhook machen",
    testWebhook: "Probe senden",
    pause: "Anhalten",
    resume: "Fortsetzen",
    newSecret: "Neues Geheimnis",
    deleteWebhook: "Webhook löschen",
    redeliver: "Noch einmal senden",
    makeChatbot: "Leeren Chatbot machen",
    useTemplate: "Diese Vorlage benutzen",
    makeRule: "Regel für Besucher machen, die gehen wollen",
    makeArticle: "Artikel schreiben",
    deleteArticle: "Artikel löschen",
    makeCategory: "Kategorie machen",
    makeContact: "Kontakt hinzufügen",
  },
  sure: {
    deleteTag: "Jeder Kontakt verliert dieses Schlagwort. Das lässt sich nicht zurücknehmen.",
    deleteField: "Was Kontakte in diesem Feld haben, ist verloren. Das lässt sich nicht zurücknehmen.",
    disableInbox:
      "Besucher können dort nicht mehr schreiben, offene Chats werden geschlossen. Sie können ihn wieder einschalten.",
    newSecret:
      "Ein neues Geheimnis wird gemacht. Das alte unterschreibt noch 24 Stunden mit, damit Sie Ihren Empfänger umstellen können.",
    deleteWebhook:
      "Nichts wird ihm mehr zugestellt, und sein Protokoll ist fort. Das lässt sich nicht zurücknehmen.",
    deleteRule: "Die Regel ist fort. Das lässt sich nicht zurücknehmen.",
    deleteArticle:
      "Der Artikel ist fort, und Antworten benutzen ihn nicht mehr. Das lässt sich nicht zurücknehmen.",
    deleteCategory: "Die Kategorie ist fort; ihre Artikel bleiben, ohne eine.",
  },
};
