/**
 * Words that questions are made with in some languages, and that say nothing of what they are about: articles,
 * pronouns and what stands for any thing, question words, helping verbs. Words that mean a thing in another of these languages are left out
 * (German hat, war, man; French pour, son).
 */
export const STOP_WORDS = `
  a about an and any anything are at be been but by can could did do does for from had has have how i if in into is it
  its just ll me my need of on or our please shall should so some something than that the their them then there these
  they this to ve want was we were what when where which who whose why will with would you your
  aber als am auch auf aus bei bin bis bitte da das dass dem den der des dich die dies diese dir doch du ein eine einem
  einen einer eines er es für gibt habe haben ich ihr ihre im ist kann kannst kein keine können könnt mein meine meinen
  meiner mich mir mit muss möchte nach nicht noch oder sein seine sich sie sind soll und uns unser unsere von vor wann
  warum was welche welcher welches wenn wer werden wie wieder wieviel wir wird wo zu zum zur über
  al como cómo con cual cuál cuando cuándo cuanta cuánta cuanto cuánto de del donde dónde el ella en es esta está este
  esto hay la las lo los mi mis muy nos o para pero por puedo puede que qué quiero se si sí su sus te tengo tiene tu un
  una uno unos y ya yo
  au aux avec ce ces cette comment dans du elle est et il ils j je l la le les leur ma mes mon ne notre nous on ou où
  pas peut peux puis quand que quel quelle quels qui sa ses sont suis sur une vos votre vous y
  che chi con cosa da dei della delle di dove gli ho i io lo mia mio nel nella non per perché più posso quale quando
  quanto sono un
  ao as com da das e em eu isso meu minha na nas no nos onde os posso qual quanto são um uma você
  een hebben hebt heeft het hoe ik ik kan kunnen me mij mijn naar niet op te van voor waar waarom wanneer wat zijn
  co czy dla gdzie jak jaki jest kiedy mam moja moje mój na nie się to w z za że
  а в вам вас вы где да для до ее её если есть же за и из или их к как какая какие какой когда кто ли меня мне можно
  мои мой моя моё мы на нам не нет но ну о об он она они от по почему с свой сколько так то у уже что чтобы это я
  ben benim bir bu da de için ile mi mı mu mü nasıl ne nerede neden ve
  أن أنا أو أي أين إلى التي الذي الى ان انا او اين عن على في كم كيف لا لي ما ماذا متى مع من هذا هذه هل هو هي و يمكن
  एक और कब कहाँ का कि कितना कितनी कितने की कैसे को क्या क्यों तो था थी थे ने पर मुझे में मेरा मेरी मेरे मैं यह या ये वह से हूँ
  है हैं हो होगा होगी
  anybody anyone being everything he her him his himself may might must myself nobody nothing she somebody someone
  thing things those
  darf darfst dürfen etwas hast irgendwas jemand könnte könnten musst müssen sollen sollte sollten wollen würde würden
  algo alguien cosas debe debo estoy han podemos podría pueden soy tenemos tienen usted ustedes
  ai avez avons cela chose choses devons dois doit elles eux faut pouvez quelque
  alcune cose deve devo hanno lei loro possiamo possono può qualcosa qualcuno
  alguém coisa coisas eles elas pode podem tem tenho vocês
  hij iemand iets jullie mag moet moeten mogen wij zou zouden zullen
  coś ja jestem ktoś mogę może można muszę musi oni rzeczy są
  будет буду было быть был была были вещи должен могу может можем надо нужно
  biz olur sen siz şey şeyler
  شيء يجب
`;
