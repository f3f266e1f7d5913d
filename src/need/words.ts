import type { Sentences } from "../domain/languages.ts";
import type { Category } from "./standards-method.ts";

/** Names in the languages, by code. */
type Names = Readonly<Record<string, Sentences>>;

export const categoryNames: Readonly<Record<Category, Sentences>> = {
  food: { kk: "тамақ", ru: "питание", en: "food" },
  housing: { kk: "тұрғын үй", ru: "жильё", en: "housing" },
  medical: { kk: "емделу", ru: "лечение", en: "medical" },
  education: { kk: "білім беру", ru: "образование", en: "education" },
  transport: { kk: "көлік", ru: "транспорт", en: "transport" },
  clothing: { kk: "киім", ru: "одежда", en: "clothing" },
  other: { kk: "басқа", ru: "прочее", en: "other" },
};

export const kindNames: Names = {
  wage: { kk: "жалақы", ru: "зарплата", en: "wage" },
  self_employment: { kk: "өз ісі", ru: "своё дело", en: "own work" },
  pension: { kk: "зейнетақы", ru: "пенсия", en: "pension" },
  benefit: { kk: "жәрдемақы", ru: "пособие", en: "benefit" },
  alimony: { kk: "алимент", ru: "алименты", en: "alimony" },
  agriculture: { kk: "ауыл шаруашылығы", ru: "сельское хозяйство", en: "agriculture" },
  other: { kk: "басқа", ru: "прочее", en: "other" },
};

export const roleNames: Names = {
  head: { kk: "отбасы басшысы", ru: "глава семьи", en: "head" },
  spouse: { kk: "жұбайы", ru: "супруг(а)", en: "spouse" },
  child: { kk: "бала", ru: "ребёнок", en: "child" },
  parent: { kk: "ата-ана", ru: "родитель", en: "parent" },
  other: { kk: "отбасы мүшесі", ru: "член семьи", en: "member" },
};

export const tenureNames: Names = {
  owned: { kk: "меншік үй", ru: "своё жильё", en: "own home" },
  mortgaged: { kk: "ипотекадағы үй", ru: "жильё в ипотеке", en: "mortgaged home" },
  rented: { kk: "жалға алған үй", ru: "съёмное жильё", en: "rented home" },
  relatives: { kk: "туыстарының үйі", ru: "у родственников", en: "with relatives" },
  dormitory: { kk: "жатақхана", ru: "общежитие", en: "dormitory" },
  none: { kk: "баспанасы жоқ", ru: "без жилья", en: "no home" },
};

export const stageNames: Names = {
  small_children: { kk: "кішкентай балалы отбасы", ru: "семья с маленькими детьми", en: "family with small children" },
  school_children: { kk: "мектеп жасындағы балалы отбасы", ru: "семья со школьниками", en: "family with children of school age" },
  young: { kk: "балалары жоқ жас отбасы", ru: "молодая семья без детей", en: "young family without children" },
  adults: { kk: "балаларсыз ересектер", ru: "взрослые без детей", en: "adults without children" },
  pensioners: { kk: "зейнеткерлер", ru: "пенсионеры", en: "pensioners" },
};

export const verifierNames: Names = {
  bank: { kk: "банк", ru: "банк", en: "bank" },
  utility: { kk: "коммуналдық қызмет", ru: "коммунальная служба", en: "utility" },
  clinic: { kk: "емхана", ru: "поликлиника", en: "clinic" },
  pharmacy: { kk: "дәріхана", ru: "аптека", en: "pharmacy" },
  school: { kk: "мектеп", ru: "школа", en: "school" },
};

/** What is missing, by item and reason. */
export const missingWords: Names = {
  "income not_observed": {
    kk: "Табыс: тіркелімдерде бұл тоқсан толық емес немесе отбасы ол кезде бірге тұрмаған",
    ru: "Доход: этот квартал в регистрах неполон, или семья тогда ещё не жила вместе",
    en: "Income: the quarter is not complete in the registers, or the family did not live together yet",
  },
  "ages unknown": {
    kk: "Жас: отбасының бір мүшесінің туған күні белгісіз",
    ru: "Возраст: у кого-то в семье неизвестна дата рождения",
    en: "Ages: somebody's date of birth is not known",
  },
  "disability unknown": {
    kk: "Мүгедектік: ересектердің бірі туралы дерек жоқ",
    ru: "Инвалидность: о ком-то из взрослых нет данных",
    en: "Disability: of one of the adults nothing is known",
  },
  "tenure unknown": {
    kk: "Тұрғын үй: қандай құқықпен тұратыны белгісіз",
    ru: "Жильё: неизвестно, на каком праве семья в нём живёт",
    en: "Home: by what right it is held is not known",
  },
  "standard none_set": {
    kk: "Ең төменгі шығыс нормасы: бұл өңір мен тоқсанға белгіленбеген",
    ru: "Минимальный норматив расходов: для этого региона и квартала не установлен",
    en: "Minimum standard: none is set for this region and quarter",
  },
  "spending no_consent": {
    kk: "Шығыс: барлық ересектің келісімі жоқ, сондықтан көрсетілмейді",
    ru: "Расходы: нет согласия всех взрослых, поэтому их здесь нет",
    en: "Spending: absent, since not every adult has consented",
  },
  "spending not_covered": {
    kk: "Шығыс: тоқсан тіркелімде толық емес",
    ru: "Расходы: квартал в регистре неполон",
    en: "Spending: the quarter is not complete in the register",
  },
  "accounts no_consent": {
    kk: "Шоттар: барлық ересектің келісімі жоқ, сондықтан көрсетілмейді",
    ru: "Счета: нет согласия всех взрослых, поэтому их здесь нет",
    en: "Accounts: absent, since not every adult has consented",
  },
  "accounts not_covered": {
    kk: "Шоттар: тоқсан тіркелімде толық емес",
    ru: "Счета: квартал в регистре неполон",
    en: "Accounts: the quarter is not complete in the register",
  },
  "loans not_covered": {
    kk: "Несиелер: тоқсан тіркелімде толық емес",
    ru: "Кредиты: квартал в регистре неполон",
    en: "Loans: the quarter is not complete in the register",
  },
  "bills not_covered": {
    kk: "Коммуналдық қарыз: соңғы ай тіркелімде жоқ",
    ru: "Долги за коммунальные услуги: последнего месяца нет в регистре",
    en: "Utility arrears: the last month is not in the register",
  },
};

/** What a worker may ask, by code: never a suspicion. */
export const questionWords: Names = {
  sole_trader_spending: {
    kk: "Шоттардан және чектерден көрінетін шығыс айына {traceable, number, integer} {currency}, тіркелген табыс {income, number, integer} {currency}, оның ішінде өз ісінен {own_work, number, integer} {currency}. Отбасының қаражаты жете ме, оған не көмектеседі?",
    ru: "Расходы, видимые по счетам и чекам, {traceable, number, integer} {currency} в месяц, зарегистрированный доход {income, number, integer} {currency}, из него своё дело {own_work, number, integer} {currency}. Хватает ли семье средств, что ей помогает?",
    en: "Spending that can be traced is {traceable, number, integer} {currency} a month, registered income {income, number, integer} {currency}, of which own work {own_work, number, integer} {currency}. Does the family get by, and what helps it?",
  },
};

/** What a verification of a category could settle; `settles` is income, standard, both or none. */
export const verificationWords = {
  unverified: {
    kk: "{category}: отбасы айына {declared, number, integer} {currency} деді, ешкім растаған жоқ ({verifiers} растай алады)",
    ru: "{category}: семья назвала {declared, number, integer} {currency} в месяц, никто не подтвердил (может подтвердить {verifiers})",
    en: "{category}: the family says {declared, number, integer} {currency} a month, nobody has verified it (could: {verifiers})",
  },
  differs: {
    kk: "{category}: отбасы айына {declared, number, integer} {currency} деді, расталғаны {verified, number, integer} {currency} ({verifiers})",
    ru: "{category}: семья назвала {declared, number, integer} {currency} в месяц, подтверждено {verified, number, integer} {currency} ({verifiers})",
    en: "{category}: the family says {declared, number, integer} {currency} a month, {verified, number, integer} {currency} is verified ({verifiers})",
  },
  settles: {
    kk: "{settles, select, income {Тексеру шығыстың табыстан асатын-аспайтынын көрсетеді} standard {Тексеру шығыстың нормаға жететін-жетпейтінін көрсетеді} both {Тексеру шығыстың табыстан асатын-аспайтынын да, нормаға жететін-жетпейтінін де көрсетеді} other {Тексеру қорытындыны өзгертпейді}}",
    ru: "{settles, select, income {Проверка покажет, превышают ли расходы доход} standard {Проверка покажет, достигают ли расходы норматива} both {Проверка покажет и то, превышают ли расходы доход, и то, достигают ли они норматива} other {Проверка вывода не изменит}}",
    en: "{settles, select, income {A verification would settle whether spending is above income} standard {A verification would settle whether the standard is reached} both {A verification would settle whether spending is above income and whether the standard is reached} other {It would change no verdict}}",
  },
} satisfies Record<string, Sentences>;
