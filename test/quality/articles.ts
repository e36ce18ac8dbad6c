/** Help articles of an imaginary shop, as people write them: title, text, keywords. */
export const ARTICLES: readonly (readonly [title: string, content: string, keywords?: readonly string[]])[] =
  [
    [
      "How long does delivery take?",
      "Orders placed before 2 pm leave our warehouse the same day. Within Germany a parcel arrives after one or two working days, in the rest of the EU after three to five. Express shipping arrives the next morning.\n\n## Tracking\n\nAs soon as the parcel is on its way you receive an email with a tracking number.",
      ["shipping time", "parcel"],
    ],
    [
      "Shipping costs",
      "Standard shipping is 4.90 € in Germany and free from 50 €. We charge 9.90 € for other countries of the European Union, and 19 € for Switzerland and Norway, where customs duties may come on top.",
      ["postage", "delivery fee"],
    ],
    [
      "Return an item",
      "You can send back anything within 30 days, unused and in its original box. Print the return label from your account, put it on the parcel and hand it in at any post office. Returning is free inside the EU.",
      ["send back", "return label"],
    ],
    [
      "When do I get my refund?",
      "Once the returned goods have reached us we pay the money back within five working days, to the same card or account that you paid with. For purchases on invoice we cancel the invoice.",
      ["money back", "reimbursement"],
    ],
    [
      "Exchange for another size",
      "If a shoe or jacket does not fit, order the size that you need and return the other one. We reserve it for you when you write to us.",
    ],
    [
      "Change or cancel an order",
      "Until the parcel is packed you can change the address or cancel the whole order in your account, under Orders. After that please refuse the parcel or return it.",
      ["cancellation", "delivery address"],
    ],
    [
      "Payment methods",
      "We accept Visa, Mastercard, American Express, PayPal, Apple Pay, Google Pay, Klarna and bank transfer. Gift cards can be combined with all of them.",
      ["credit card", "paypal", "invoice"],
    ],
    [
      "My card was declined",
      "Most often the bank asks for a confirmation in its app (3-D Secure) that was not given in time. Try again, or pay with another method. We never see why a bank refuses.",
      ["payment failed"],
    ],
    [
      "Download your invoice",
      "Every invoice is in your account as a PDF, under Orders, as soon as the parcel has left. Companies can add their VAT number before they pay; we cannot change it on an invoice that exists.",
      ["receipt", "bill", "VAT"],
    ],
    [
      "Reset your password",
      "Choose Forgot password on the sign-in page and enter your email address. The link that we send works for one hour. If nothing comes, look into the spam folder.",
      ["login", "sign in", "forgot password"],
    ],
    [
      "Delete my account",
      "Write to privacy@shop.example from the address of your account. We erase personal data within 30 days; invoices have to be kept for ten years.",
      ["GDPR", "privacy", "close account"],
    ],
    [
      "Newsletter and how to unsubscribe",
      "The last line of every newsletter has a link to unsubscribe. It works at once. Order confirmations are no newsletters and still come.",
    ],
    [
      "Gift cards and vouchers",
      "Gift cards are valid for three years and can be spent in parts. Enter the code at checkout. One voucher can be used for each order; it cannot be paid out.",
      ["coupon", "promo code", "discount code"],
    ],
    [
      "Warranty and repairs",
      "All devices have a two-year warranty. When something breaks, send us a photo and the serial number; we repair it, replace it or pay it back.",
      ["guarantee", "broken", "defective"],
    ],
    [
      "Pair your headphones by Bluetooth",
      "Hold the button for five seconds until the light blinks blue. Open Bluetooth in the settings of your phone and choose Aurora X2. If it does not appear, remove it from the list of known devices and begin again.",
      ["connect", "pairing"],
    ],
    [
      "Headphones do not charge",
      "Clean the contacts with a dry cloth and try another USB-C cable. A charger of 5 W is enough; some fast chargers do not work. The light is red while the battery fills.",
      ["battery", "charging"],
    ],
    [
      "Update the firmware",
      "Open the Aurora app, choose your device and then Update. Leave both within one metre of each other; it takes about ten minutes. Error E-204 means that the battery is below 30 %.",
      ["E-204", "software update"],
    ],
    [
      "Wash and care for rain jackets",
      "Wash at 30 °C without softener, and tumble dry on low heat: the warmth renews the water repellency. Wax and spray are needed only after many washes.",
      ["laundry", "cleaning"],
    ],
    [
      "Size guide for shoes",
      "Measure your feet in the evening, from heel to the longest toe, and add one centimetre. EU 38 is UK 5 and US 7.",
      ["sizing", "shoe size"],
    ],
    [
      "Visit our shop",
      "Our shop in Hamburg, Lange Reihe 12, is open Monday to Saturday from 10 am to 7 pm. You can collect orders there for free.",
      ["opening hours", "store", "click and collect"],
    ],
    [
      "Talk to a person",
      "Our team answers by chat and phone on weekdays from 9 to 18 o'clock, and by email within one working day: +49 40 123456.",
      ["contact", "phone number", "support"],
    ],
    [
      "Versandkosten und Lieferzeit",
      "Innerhalb Deutschlands liefern wir in ein bis zwei Werktagen. Der Versand kostet 4,90 €, ab 50 € Bestellwert ist er kostenlos. Eine Sendungsverfolgung erhalten Sie per E-Mail.",
      ["Lieferung", "Paket"],
    ],
    [
      "Widerruf und Rücksendung",
      "Sie können jede Bestellung innerhalb von 14 Tagen ohne Angabe von Gründen widerrufen. Das Rücksendeetikett finden Sie in Ihrem Kundenkonto. Den Kaufpreis erstatten wir innerhalb von fünf Werktagen.",
      ["zurückschicken", "Rückgabe"],
    ],
    [
      "Zahlungsarten",
      "Sie können per Kreditkarte, PayPal, Lastschrift, Rechnung oder Vorkasse bezahlen.",
      ["Bezahlung", "Ratenzahlung"],
    ],
    [
      "Passwort vergessen",
      "Auf der Anmeldeseite können Sie sich einen Link zum Zurücksetzen schicken lassen.",
      ["Anmeldung"],
    ],
    [
      "Gastos de envío y plazos de entrega",
      "Enviamos a toda España en 48 horas. El envío cuesta 5,90 € y es gratuito a partir de 60 €. Recibirá un número de seguimiento por correo electrónico.",
      ["paquete", "transporte"],
    ],
    [
      "Devoluciones y reembolsos",
      "Puede devolver cualquier artículo en un plazo de 30 días. Le reembolsaremos el importe en la misma tarjeta en cinco días laborables.",
      ["devolver"],
    ],
    ["Métodos de pago", "Aceptamos tarjeta de crédito, PayPal, Bizum y transferencia bancaria.", ["pagar"]],
    [
      "Доставка по России",
      "Мы доставляем заказы курьером и почтой за три–семь рабочих дней. Стоимость доставки 300 рублей, бесплатно от 5000 рублей. Трек-номер придёт на почту.",
      ["посылка", "срок доставки"],
    ],
    [
      "Возврат и обмен товара",
      "Вы можете вернуть товар в течение 14 дней. Деньги возвращаются на карту за десять рабочих дней.",
      ["вернуть деньги"],
    ],
    [
      "Способы оплаты",
      "Оплатить заказ можно банковской картой, через СБП или при получении.",
      ["оплата картой"],
    ],
    [
      "الشحن والتوصيل",
      "نقوم بتوصيل الطلبات خلال ثلاثة إلى خمسة أيام عمل. رسوم الشحن 25 درهما، والتوصيل مجاني للطلبات فوق 200 درهم.",
      ["توصيل", "مدة الشحن"],
    ],
    [
      "الإرجاع واسترداد المبلغ",
      "يمكنك إرجاع المنتج خلال 14 يوما من الاستلام. يعاد المبلغ إلى بطاقتك خلال خمسة أيام.",
      ["استرجاع"],
    ],
    ["طرق الدفع", "نقبل بطاقات الائتمان والدفع عند الاستلام.", ["الدفع"]],
    [
      "配送时间和运费",
      "订单通常在三到五个工作日内送达。运费为十元,满九十九元包邮。发货后您会收到快递单号。",
      ["快递", "物流"],
    ],
    ["退货与退款", "收到商品后七天内可以无理由退货。退款会在五个工作日内退回原支付账户。", ["退钱"]],
    ["忘记密码怎么办", "在登录页面点击忘记密码,输入手机号码,收到验证码后即可重设密码。"],
    [
      "送料とお届け日数",
      "ご注文から二日から四日でお届けします。送料は全国一律五百円、五千円以上のお買い上げで無料です。",
      ["配送"],
    ],
    [
      "返品・交換について",
      "商品到着後八日以内であれば返品や交換を承ります。返金は銀行振込またはカードで行います。",
      ["返金"],
    ],
    ["การจัดส่งสินค้า", "เราจัดส่งสินค้าภายในสามถึงห้าวันทำการ ค่าจัดส่ง 50 บาท ฟรีเมื่อซื้อครบ 500 บาท", ["ค่าส่ง"]],
    ["การคืนสินค้าและการคืนเงิน", "คุณสามารถคืนสินค้าได้ภายในเจ็ดวัน เราจะคืนเงินเข้าบัญชีของคุณภายในห้าวันทำการ"],
    [
      "डिलीवरी में कितना समय लगता है",
      "ऑर्डर तीन से पाँच दिन में पहुँच जाता है। डिलीवरी शुल्क 50 रुपये है, 500 रुपये से ऊपर मुफ़्त।",
      ["शिपिंग"],
    ],
    ["वापसी और रिफंड", "आप सात दिन के भीतर सामान वापस कर सकते हैं। पैसे पाँच दिन में आपके खाते में आ जाएँगे।"],
  ];
