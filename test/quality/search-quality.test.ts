import { beforeAll, describe, expect, it } from "vitest";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { searchKnowledge } from "../../src/knowledge/search.ts";
import { upsertProducts } from "../../src/products/import.ts";
import { searchProducts } from "../../src/products/store.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { failureOf } from "../run.ts";
import { ARTICLES } from "./articles.ts";
import { PRODUCTS } from "./products.ts";

/** Whether people find what they look for, without vectors: by words and typos alone. */

const call = testCall();
let chatbotId = "";

beforeAll(async () => {
  chatbotId = await makeChatbot(call);
  await upsertProducts(call.tenant, PRODUCTS, { vectors: null });
  const articles = ARTICLES.map(([title, content, seoKeywords = []], i) => ({
    externalId: `${i}.md`,
    ...{ title, content, seoKeywords: [...seoKeywords] },
  }));
  await upsertArticles(call.tenant, chatbotId, articles, wordsOnly);
});

/** Titles of the articles that are found, the best first. */
async function articles(query: string): Promise<string[]> {
  const { found } = await searchKnowledge(call.tenant, { ...wordsOnly, chatbotId, query, limit: 10 });
  for (const { found: arms } of found) expect(arms.length).toBeGreaterThan(0);
  return [...new Set(found.map(({ title }) => title))];
}

/** The shop's ids of the products that are found, the best first. */
async function products(query: string): Promise<string[]> {
  const { found } = await searchProducts(call.tenant, { ...wordsOnly, query, limit: 10 });
  for (const { found: arms } of found) expect(arms.length).toBeGreaterThan(0);
  return found.map(({ product }) => product.externalId);
}

/** The rows of a table of which something else than what is wanted comes first. */
async function missed(
  table: readonly (readonly [string, string])[],
  find: (query: string) => Promise<string[]>,
): Promise<string[]> {
  const misses: string[] = [];
  for (const [query, wanted] of table) {
    const [first = "nothing"] = await find(query);
    if (!wanted.split("|").includes(first)) misses.push(`${query}: ${first}`);
  }
  return misses;
}

/** What is asked, and the article that must come first. */
const QUESTIONS: readonly (readonly [string, string])[] = [
  ["how long does delivery take", "How long does delivery take?"],
  ["When will my order arrive?", "How long does delivery take?"],
  ["where is my parcel", "How long does delivery take?"],
  ["tracking number", "How long does delivery take?"],
  ["delivry time", "How long does delivery take?"],
  ["how much is shipping to Switzerland", "Shipping costs"],
  ["shiping cost", "Shipping costs"],
  ["do I have to pay customs?", "Shipping costs"],
  ["how do i send something back", "Return an item"],
  ["returning shoes", "Return an item"],
  ["I want to return my order", "Return an item"],
  ["returns", "Return an item"],
  ["refunds", "When do I get my refund?"],
  ["refnud", "When do I get my refund?"],
  ["when do I get my money back???", "When do I get my refund?"],
  ["jacket does not fit", "Exchange for another size"],
  ["exchanging sizes", "Exchange for another size"],
  ["cancel order", "Change or cancel an order"],
  ["cancelling my order", "Change or cancel an order"],
  ["I entered the wrong delivery address", "Change or cancel an order"],
  ["can i pay with paypal?", "Payment methods"],
  ["aple pay", "Payment methods"],
  ["payment methods", "Payment methods"],
  ["card declined", "My card was declined"],
  ["why was my card refused", "My card was declined"],
  ["where is my invoice", "Download your invoice"],
  ["I need a receipt with VAT", "Download your invoice"],
  ["forgot my password", "Reset your password"],
  ["passwrod reset", "Reset your password"],
  ["can't log in", "Reset your password"],
  ["delete account", "Delete my account"],
  ["GDPR", "Delete my account"],
  ["unsubscribe from newsletters", "Newsletter and how to unsubscribe"],
  ["discount code", "Gift cards and vouchers"],
  ["voucher", "Gift cards and vouchers"],
  ["vuocher", "Gift cards and vouchers"],
  ["my headphones are broken, is there a guarantee?", "Warranty and repairs"],
  ["warrenty", "Warranty and repairs"],
  ["connect headphones to my phone", "Pair your headphones by Bluetooth"],
  ["bluetooth pairing", "Pair your headphones by Bluetooth"],
  ["Aurora X2", "Pair your headphones by Bluetooth"],
  ["headphones won't charge", "Headphones do not charge"],
  ["E-204", "Update the firmware"],
  ["error e204", "Update the firmware"],
  ["firmware update", "Update the firmware"],
  ["how to wash my rain jacket", "Wash and care for rain jackets"],
  ["shoe sizes", "Size guide for shoes"],
  ["opening hours", "Visit our shop"],
  ["phone number", "Talk to a person"],
  ["Versandkosten", "Versandkosten und Lieferzeit"],
  ["Wie lange dauert die Lieferung?", "Versandkosten und Lieferzeit"],
  ["wie hoch sind die Kosten für den Versand", "Versandkosten und Lieferzeit"],
  ["zuruckschicken", "Widerruf und Rücksendung"],
  ["Rücksendungen", "Widerruf und Rücksendung"],
  ["wie kann ich widerrufen", "Widerruf und Rücksendung"],
  ["auf Rechnung bezahlen", "Zahlungsarten"],
  ["ich habe mein Passwort vergessen", "Passwort vergessen"],
  ["cuánto tarda el envío", "Gastos de envío y plazos de entrega"],
  ["cuanto cuesta el envio", "Gastos de envío y plazos de entrega"],
  ["quiero devolver un articulo", "Devoluciones y reembolsos"],
  ["reembolso", "Devoluciones y reembolsos"],
  ["puedo pagar con tarjeta", "Métodos de pago"],
  ["сколько стоит доставка", "Доставка по России"],
  ["когда придёт посылка", "Доставка по России"],
  ["как вернуть товар", "Возврат и обмен товара"],
  ["возврат денег", "Возврат и обмен товара"],
  ["оплата картой", "Способы оплаты"],
  ["можно оплатить при получении?", "Способы оплаты"],
  ["كم مدة التوصيل", "الشحن والتوصيل"],
  ["رسوم شحن", "الشحن والتوصيل"],
  ["كيف أرجع المنتج", "الإرجاع واسترداد المبلغ"],
  ["استرداد المال", "الإرجاع واسترداد المبلغ"],
  ["طريقة الدفع", "طرق الدفع"],
  ["快递多久能到", "配送时间和运费"],
  ["运费多少", "配送时间和运费"],
  ["怎么退款", "退货与退款"],
  ["我忘记密码了", "忘记密码怎么办"],
  ["送料はいくらですか", "送料とお届け日数"],
  ["返品したい", "返品・交換について"],
  ["返金はいつですか", "返品・交換について"],
  ["ค่าจัดส่งเท่าไหร่", "การจัดส่งสินค้า"],
  ["ขอคืนเงิน", "การคืนสินค้าและการคืนเงิน"],
  ["डिलीवरी कब होगी", "डिलीवरी में कितना समय लगता है"],
  ["रिफंड कब मिलेगा", "वापसी और रिफंड"],
  ["सामान वापस करना है", "वापसी और रिफंड"],
];

/** What is looked for, and the products of which one must come first. */
const WANTED: readonly (readonly [string, string])[] = [
  ["headphones", "AUR-X2-BLK|AUR-X2-WHT"],
  ["white headphones", "AUR-X2-WHT"],
  ["do you have wireless headphones in black?", "AUR-X2-BLK"],
  ["headfones", "AUR-X2-BLK|AUR-X2-WHT|STAND-01"],
  ["bluetooth headset noise cancelling", "AUR-X2-BLK|AUR-X2-WHT"],
  ["AX2-0018", "AUR-X2-WHT"],
  ["ax20018", "AUR-X2-WHT"],
  ["AUR-X2-BLK", "AUR-X2-BLK"],
  ["aurx2blk", "AUR-X2-BLK"],
  ["earbuds", "AUR-BUDS"],
  ["ear phones for sport", "AUR-BUDS"],
  ["usb c cable", "CBL-USBC-2M"],
  ["usbc charger", "CHG-65"],
  ["USB-C", "CHG-65|CBL-USBC-2M"],
  ["powerbank", "PB-20000"],
  ["20000 mah", "PB-20000"],
  ["iphone case", "IPC-15-CLR|IPC-15P-BLK"],
  ["iphone 15 pro case", "IPC-15P-BLK"],
  ["iphnoe 15 pro leather", "IPC-15P-BLK"],
  ["samsung case", "GLX-S24-CASE"],
  ["S24", "GLX-S24-CASE"],
  ["tv", "TV-55-OLED"],
  ["tele vision 55", "TV-55-OLED"],
  ["desk lamp", "LMP-DESK-1"],
  ["lamps", "LMP-DESK-1|LMP-FLR-2"],
  ["women's rain jacket", "JKT-RAIN-W"],
  ["womens jackets", "JKT-RAIN-W"],
  ["men's jacket for rain", "JKT-RAIN-M"],
  ["warm jacket for my kid", "KID-JKT-RED|JKT-DOWN"],
  ["Do you have a red jacket that keeps my children warm in winter?", "KID-JKT-RED"],
  ["tshirt", "TSH-ORG-WHT"],
  ["t-shirts", "TSH-ORG-WHT"],
  ["hiking boot", "BOOT-HIKE"],
  ["shoes for running", "SHOE-RUN-42"],
  ["sneaker white", "SNKR-WHT"],
  ["tent for 2 people", "TENT-2P"],
  ["waterbottle", "BTL-075"],
  ["coffee beans", "COF-ESP-1KG"],
  ["espresso machine", "COF-MACH"],
  ["expresso machine", "COF-MACH"],
  ["frying pan", "PAN-28"],
  ["vacuum", "VAC-ROBO"],
  ["vaccum cleaner", "VAC-ROBO"],
  ["couch grey sofa", "SOFA-3-GRY"],
  ["ergonomic mouse", "MOUSE-ERG|CHR-OFF"],
  ["keybord", "KB-MECH-DE"],
  ["Kopfhörer", "DE-1001"],
  ["kopfhorer bluetooth", "DE-1001"],
  ["Winterjacke", "DE-1002"],
  ["Jacke für den Winter", "DE-1002|JKT-DOWN"],
  ["Winterjacken für Damen", "DE-1002"],
  ["Kaffeemaschinen", "DE-1003"],
  ["Fahrrad für Kinder", "DE-1004"],
  ["Schlauch", "DE-1005"],
  ["zapatillas mujer", "ES-2001"],
  ["zapatilla para correr", "ES-2001"],
  ["cafeteras", "ES-2002"],
  ["sillon jardin", "ES-2003"],
  ["наушники", "RU-3001"],
  ["беспроводные наушнеки", "RU-3001"],
  ["женская зимняя куртка", "RU-3002"],
  ["зимние куртки", "RU-3002"],
  ["чайник", "RU-3003"],
  ["سماعات", "AR-4001"],
  ["السماعات اللاسلكية", "AR-4001"],
  ["اله قهوه", "AR-4002"],
  ["蓝牙耳机", "ZH-5001"],
  ["有没有降噪耳机", "ZH-5001"],
  ["小孩自行车", "ZH-5002"],
  ["保温杯", "ZH-5003"],
  ["イヤホン", "JA-6001"],
  ["ワイヤレス イヤフォン", "JA-6001"],
  ["コーヒーメーカー", "JA-6002"],
  ["หูฟังไร้สาย", "TH-7001"],
  ["รองเท้าผู้หญิง", "TH-7002"],
  ["हेडफोन", "HI-8001"],
  ["जैकेट", "HI-8002"],
];

describe("search, tried with a shop's articles and products in nine languages,", () => {
  it("puts first the article that answers a question", async () => {
    expect(await missed(QUESTIONS, articles)).toEqual([]);
  });

  it("puts first the product that is looked for", async () => {
    expect(await missed(WANTED, products)).toEqual([]);
  });

  it.each([
    'shipping AND costs OR "gift',
    "NOT shipping NEAR(costs, 2)",
    "^shipping* costs* {title} : +",
    "title : shipping - costs",
    "🚚 shipping 💶 costs ???",
    "(((shipping)) costs",
    "shipping\u0000costs",
    "shipping\u200b costs\u202e",
    "\ud800 shipping costs \udfff",
    `${"please tell me about it ".repeat(18)} shipping costs`,
    "SHIPPING     COSTS",
    "ｓｈｉｐｐｉｎｇ ｃｏｓｔｓ",
  ])("takes %j for words", async (query) => {
    expect((await articles(query))[0]).toBe("Shipping costs");
  });

  it.each(["a", "I", "what is this", "the of and", "が", "ก", "x y z", "0", "é"])(
    "answers %j",
    async (query) => {
      await Promise.all([articles(query), products(query)]);
    },
  );

  it.each(["?!", "🚚", "***", '""', "- - -", " ", "\u200b"])(
    "asks for words instead of %j",
    async (query) => {
      expect((await failureOf(articles(query))).code).toBe("invalid_input");
      expect((await failureOf(products(query))).code).toBe("invalid_input");
    },
  );

  it("finds nothing where nothing has to do with the query", async () => {
    for (const query of ["xylophone", "квантовая физика", "量子力学", "zzzzzz qqqqqq"]) {
      expect([query, await articles(query), await products(query)]).toEqual([query, [], []]);
    }
  });
});
