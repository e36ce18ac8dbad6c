import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { PRODUCT_FORMATS, type ProductFormat } from "../import/product.ts";
import { type OperatorClient, operatorClient, type Row } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import { rowAsLines, terminalText } from "../table.ts";
import { ofWorkspace, part, workspacePath } from "./command.ts";

// The importers are loaded when one runs: their libraries would make every other command wait.

/** Errors that are printed for a person; --json lists more. */
const PRINTED = 50;

const placed = z.array(
  z.looseObject({ file: z.string().optional(), line: z.number().optional(), message: z.string() }),
);
const reportSchema = z.looseObject({
  read: z.number(),
  bad: z.number(),
  errors: placed,
  notes: placed.optional(),
  removalsLeftOut: z.boolean().optional(),
});

/** Prints what an import came to. @throws Refused, for exit code 1, when something of the source was left out */
function printReport(answer: Row, json: boolean, noun: string): void {
  const { errors, notes = [], bad, read, removalsLeftOut } = reportSchema.parse(answer);
  if (json) {
    console.log(JSON.stringify(answer, null, 2));
  } else {
    const { errors: _, notes: __, ...counts } = answer;
    console.log(rowAsLines(counts));
    for (const { file, line, message } of [...notes.slice(0, PRINTED), ...errors.slice(0, PRINTED)]) {
      const where = [file, ...(line === undefined ? [] : [`line ${line}`])].filter(Boolean).join(", ");
      console.error(terminalText(`${where}: ${message}`));
    }
    if (bad > PRINTED) console.error(`… and ${bad - PRINTED} more; --json lists up to 1,000.`);
  }
  const kept = removalsLeftOut
    ? " Nothing was removed: what could not be read might be what is missing."
    : "";
  if (bad === 0) return;
  const said =
    bad === read
      ? `None of ${read} ${noun} could be imported.`
      : `${bad} of ${read} ${noun} could not be imported; all others were.`;
  throw new Refused(said + kept);
}

interface Globals {
  url?: string;
  operatorKey?: string;
  json?: boolean;
}

/** Gives a command what it imports. */
function imports<Flags extends object>(
  command: Command,
  noun: string,
  run: (given: {
    client: OperatorClient;
    sources: string[];
    flags: Flags;
    workspacePath: string;
    quiet: boolean;
  }) => Promise<Row>,
): Command {
  return command.action(async () => {
    const {
      url,
      operatorKey,
      json = false,
      workspace,
      ...flags
    } = command.optsWithGlobals<Globals & Flags & { workspace: string }>();
    const answer = await run({
      client: operatorClient({ url, operatorKey }),
      sources: command.args,
      flags: flags as Flags,
      workspacePath: workspacePath({ workspace }),
      quiet: json,
    });
    printReport(answer, json, noun);
  });
}

function currencyFlag(value: string): string {
  if (!/^[A-Za-z]{3}$/.test(value)) throw new InvalidArgumentError("Say an ISO 4217 code, such as EUR.");
  return value.toUpperCase();
}

function webFlag(value: string): string {
  const address = URL.parse(value);
  if (!address || !/^https?:$/.test(address.protocol)) {
    throw new InvalidArgumentError("Write it as https://shop.example.com.");
  }
  return value;
}

const SYNC = "remove what the source no longer holds";
const ALLOW_EMPTY = "with --sync: remove everything where the source holds nothing";

interface ProductFlags {
  format: ProductFormat;
  currency?: string;
  shopUrl?: string;
  chatbot?: string;
  sync?: boolean;
  allowEmpty?: boolean;
}

type ArticleFlags = {
  chatbot: string;
  category?: string;
  draft?: boolean;
  baseUrl?: string;
  sync?: boolean;
  allowEmpty?: boolean;
};

export function importCommand(): Command {
  const command = new Command("import").description(
    "bring in products, contacts, articles and chatbots from files",
  );
  imports<ProductFlags>(
    ofWorkspace(
      command
        .command("products")
        .description("from Shopify (products.json, CSV), WooCommerce (CSV) or JSON Lines")
        .argument("<files...>", "several files are one source"),
    )
      .option("--chatbot <id>", "the chatbot that alone offers them, cb_…; all chatbots if not said")
      .addOption(new Option("--format <format>").choices(PRODUCT_FORMATS).default("auto"))
      .option("--currency <code>", "ISO 4217; shops' files do not say theirs", currencyFlag)
      .option("--shop-url <address>", "the shop's address, for links to products", webFlag)
      .option("--sync", `${SYNC}, of this chatbot or of those without one`)
      .option("--allow-empty", ALLOW_EMPTY),
    "products",
    async ({ client, sources, flags, workspacePath, quiet }) => {
      const { importProducts } = await import("../import/products.ts");
      return importProducts({
        client,
        files: sources,
        workspacePath,
        flags: { ...flags, now: Date.now() },
        quiet,
      });
    },
  );
  imports<{ map?: string[]; sync?: boolean; dryRun?: boolean }>(
    ofWorkspace(
      command
        .command("contacts")
        .description("from a CSV file with headings, matched by externalId, email or phone")
        .argument("<file>"),
    )
      .option(
        "--map <column=field>",
        "what a column is: name, email, phone, externalId, tags, a custom field, none; can be repeated",
        (pair: string, earlier: string[] = []) => [...earlier, pair],
      )
      .option("--dry-run", "say what would become of each row, and write nothing")
      .option("--sync", "refused: contacts are never removed"),
    "contacts",
    async ({ client, sources: [file = ""], flags, workspacePath, quiet }) => {
      if (flags.sync) throw new Refused("Contacts are people: no import removes any. Leave --sync out.");
      const { importContacts } = await import("../import/contacts.ts");
      return importContacts({ client, file, workspacePath, flags, quiet });
    },
  );
  imports<ArticleFlags>(
    ofWorkspace(
      command
        .command("articles")
        .description("from Markdown, MDX, HTML, text, PDF and DOCX files, for a chatbot's knowledge")
        .argument("<files...>", "files and folders; together they are one source"),
    )
      .requiredOption("--chatbot <id>", "whose knowledge it is, cb_…")
      .option("--category <name>", "for documents that name none; made if new")
      .option("--draft", "as drafts, which are not answered from")
      .option(
        "--base-url <address>",
        "where the documents stand on the web: their relative links lead there",
        webFlag,
      )
      .option("--sync", `${SYNC}, of what was imported for this chatbot`)
      .option("--allow-empty", ALLOW_EMPTY),
    "articles",
    async (given) => {
      const { importArticles } = await import("../import/articles.ts");
      return importArticles(given);
    },
  );
  const chatbot = ofWorkspace(
    command
      .command("chatbot")
      .description("from a file that export chatbot wrote, or a Typebot export")
      .argument("<file>"),
  ).option("--name <name>", "in place of the file's");
  chatbot.action(async (file: string) => {
    const { url, operatorKey, json, workspace, name } = chatbot.optsWithGlobals<
      Globals & { workspace: string; name?: string }
    >();
    const { importChatbot, chatbotReport } = await import("../import/chatbot.ts");
    const client = operatorClient({ url, operatorKey });
    const answer = await importChatbot({ client, file, workspacePath: workspacePath({ workspace }), name });
    console.log(json ? JSON.stringify(answer, null, 2) : chatbotReport(answer));
  });
  return command;
}

export function exportCommand(): Command {
  const command = new Command("export").description("write a chatbot to a file");
  const chatbot = ofWorkspace(
    command
      .command("chatbot")
      .description("its settings and the draft of its flow as JSON, which import chatbot takes back")
      .argument("<id>", "cb_…"),
  );
  chatbot.action(async (id: string) => {
    const { url, operatorKey, workspace } = chatbot.optsWithGlobals<Globals & { workspace: string }>();
    const client = operatorClient({ url, operatorKey });
    const answer = await client.get(`${workspacePath({ workspace })}/chatbots/${part(id)}/export`);
    const { configuration, leftOut } = exportSchema.parse(answer);
    for (const { path, reason } of leftOut) console.error(terminalText(`Left out: ${path}: ${reason}`));
    console.log(JSON.stringify(configuration, null, 2));
  });
  return command;
}

const exportSchema = z.object({
  configuration: z.record(z.string(), z.unknown()),
  leftOut: z.array(z.object({ path: z.string(), reason: z.string() })),
});
