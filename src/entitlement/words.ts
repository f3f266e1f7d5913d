import type { Sentences } from "../domain/languages.ts";
import type { EntitlementState } from "./compile.ts";

/** What a household is told of a programme: never that it is refused, which only an application can be. */
export const stateWords: Readonly<Record<EntitlementState, Sentences>> = {
  may_be_entitled: { kk: "құқығы болуы мүмкін", ru: "возможно, положено", en: "may be entitled" },
  unknown: { kk: "белгісіз, анықтау қажет", ru: "неизвестно, нужно уточнить", en: "not known yet, to be found out" },
  not_by_registers: {
    kk: "тіркелімдер бойынша шарт орындалмайды; бәрібір өтініш беруге болады",
    ru: "по данным регистров условие не выполнено; подать заявление можно всё равно",
    en: "by the registers a condition is not met; an application can be made all the same",
  },
};

/** Registers, and where to ask what they do not say. */
export const registerWords: Readonly<Record<string, Sentences>> = {
  income: { kk: "табыс тіркелімі", ru: "регистр доходов", en: "register of incomes" },
  person: { kk: "халық тіркелімі", ru: "регистр населения", en: "population register" },
  asset: { kk: "мүлік тіркелімі", ru: "регистр имущества", en: "register of property" },
  benefit: { kk: "жәрдемақы тіркелімі", ru: "регистр пособий", en: "register of benefits" },
  emergency: { kk: "төтенше жағдайлар тіркелімі", ru: "регистр чрезвычайных ситуаций", en: "register of emergencies" },
  credit: { kk: "несие тіркелімі", ru: "кредитный регистр", en: "credit register" },
  account: { kk: "банк мәліметтері (келісіммен)", ru: "данные банков (с согласия)", en: "bank data (with consent)" },
  household: { kk: "отбасылар тіркелімі", ru: "регистр семей", en: "register of households" },
  health: { kk: "денсаулық сақтау тіркелімі", ru: "медицинский регистр", en: "health register" },
  schooling: { kk: "білім беру тіркелімі", ru: "регистр образования", en: "education register" },
  level: { kk: "Отбасының цифрлық картасы", ru: "Цифровая карта семьи", en: "Digital Family Map" },
  visit: { kk: "үйге бару", ru: "посещение семьи", en: "a visit" },
};

export const tsaKindWords: Readonly<Record<string, Sentences>> = {
  unconditional: {
    kk: "шартсыз: еңбекке қабілетті мүше жоқ немесе жалғызы күтім көрсетеді",
    ru: "безусловная: трудоспособных нет, или единственный занят уходом",
    en: "unconditional: no member is able to work, or the only one gives care",
  },
  conditional: {
    kk: "шартты: еңбекке қабілетті мүшелермен әлеуметтік келісімшарт жасалады",
    ru: "обусловленная: с трудоспособными членами семьи заключается социальный контракт",
    en: "conditional: a social contract is made with the members able to work",
  },
};

/** What a social contract asks of an able-bodied member. */
export const activationWords: Readonly<Record<string, Sentences>> = {
  due: { kk: "жұмыспен қамту шарасы қажет", ru: "положена мера занятости", en: "an employment measure is due" },
  hired: { kk: "жұмыс істейді, шара қажет емес", ru: "работает, мера не требуется", en: "works, no measure is due" },
  student: { kk: "күндізгі оқуда, шара қажет емес", ru: "учится очно, мера не требуется", en: "studies full time, no measure is due" },
  carer: {
    kk: "күтім көрсетеді, шара бір күтушіден талап етілмейді",
    ru: "осуществляет уход, с одного ухаживающего мера не требуется",
    en: "gives care, no measure is due of one carer",
  },
  in_measure: { kk: "шараға қатысуда", ru: "уже участвует в мере занятости", en: "takes part in a measure already" },
  unknown: {
    kk: "белгісіз, жұмысы мен жағдайын сұраңыз",
    ru: "неизвестно, уточните занятость и состояние",
    en: "not known, ask about work and health",
  },
};

export const quarterNote: Sentences = {
  kk: "Табыс {quarter} тоқсаны бойынша алынды: өтінішке дейінгі тоқсан тіркелімде әлі толық емес",
  ru: "Доход взят за {quarter}: квартал перед заявлением в регистре ещё не полон",
  en: "Income is that of {quarter}: the quarter before the application is not complete in the register yet",
};

export const notice: Sentences = {
  kk: "Бұл тіркелімдер мен ережелер бойынша есеп, шешім емес: шешімді өтініш бойынша адам қабылдайды",
  ru: "Это расчёт по регистрам и правилам, а не решение: решение по заявлению принимает человек",
  en: "This is worked out from registers and rules and is no decision: a person decides on the application",
};
