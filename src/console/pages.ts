import { logPage, sessionsPage } from "./access-log.tsx";
import { aiTryPage } from "./ai-try.tsx";
import { dashboardPage } from "./analytics/page.tsx";
import { appsPage } from "./apps.tsx";
import { chatbotPage } from "./chatbot.tsx";
import { contactPage } from "./contact.tsx";
import { contactImportPage } from "./contact-import.tsx";
import { draftPage, draftsPage } from "./drafts.tsx";
import { FLOW_PAGES } from "./flows/pages.ts";
import { importPage } from "./import-chatbot.tsx";
import { inboxPage } from "./inbox.tsx";
import { KNOWLEDGE_PAGES } from "./knowledge.tsx";
import { BOT_LISTS } from "./lists-bots.tsx";
import { PEOPLE_LISTS } from "./lists-people.tsx";
import { SETTINGS_LISTS } from "./lists-settings.tsx";
import { WEBHOOK_PAGES } from "./lists-webhooks.tsx";
import { mcpPage } from "./mcp.tsx";
import { membersPage } from "./members.tsx";
import type { Page } from "./page.ts";
import { questionsPage } from "./questions.tsx";
import { responsePage } from "./response.tsx";
import { savedRepliesPage } from "./saved-replies.tsx";
import { threadPage } from "./thread.tsx";
import { ticketPage } from "./ticket.tsx";
import { tokenPage, tokensPage } from "./tokens.tsx";
import { widgetPage } from "./widget.tsx";
import { workspaceSettings } from "./workspace.tsx";

/** Every page of a workspace. The tests of safety, of access and of weight take their cases from here. */
export const PAGES: readonly Page[] = [
  inboxPage,
  threadPage,
  savedRepliesPage,
  draftsPage,
  draftPage,
  mcpPage,
  tokensPage,
  tokenPage,
  appsPage,
  sessionsPage,
  logPage,
  membersPage,
  contactImportPage,
  contactPage,
  chatbotPage,
  ...PEOPLE_LISTS,
  ...BOT_LISTS,
  ...SETTINGS_LISTS,
  ...WEBHOOK_PAGES,
  ...KNOWLEDGE_PAGES,
  ...FLOW_PAGES,
  widgetPage,
  aiTryPage,
  questionsPage,
  importPage,
  responsePage,
  ticketPage,
  workspaceSettings,
  dashboardPage,
];
