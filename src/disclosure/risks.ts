import type { Sentences } from "../domain/languages.ts";

/** A harm that is looked at in the impact assessment, and what stands against it. */
export interface Risk {
  harm: Sentences;
  safeguard: Sentences;
}

const say = (kk: string, ru: string, en: string): Sentences => ({ kk, ru, en });

/** The harms that such systems have done, and the safeguards that the product is built on. */
export const risks: readonly Risk[] = [
  {
    harm: say("Баға көмекті азайтады не кідіртеді", "Оценка уменьшает или задерживает помощь", "A score reduces or delays help"),
    safeguard: say(
      "Құқық тек ережеден туады; бағаны кері аудару ешбір құқықты өзгертпейді (сынақпен тексерілген). Экспорт тек көмекке шығу мақсатында беріледі.",
      "Право возникает только из правил; если перевернуть любую оценку, ни одно право не изменится (проверено тестом). Выгрузка даётся только для выхода к семье.",
      "Entitlement comes from rules only; flipping any score changes no entitlement (tested). Exports are for outreach only.",
    ),
  },
  {
    harm: say("Отбасы назардан тыс қалады", "Семья остаётся незамеченной", "A family is missed"),
    safeguard: say(
      "Тізімнің {lane} % дерегі аз отбасыларға және кездейсоқ іріктеуге берілген; мұқтаждар модельсіз-ақ бірінші тұрады.",
      "{lane} % списка отданы семьям, о которых мало известно, и случайному отбору; нуждающиеся идут первыми и без модели.",
      "{lane} % of the list is for families of whom little is known and for a random draw; those in need come first without any model.",
    ),
  },
  {
    harm: say("Кемсітушілік", "Дискриминация", "Discrimination"),
    safeguard: say(
      "Тыйым салынған белгілер жинақты тоқтатады; {place}қорғалатын белгілердің қаншалықты болжанатыны әр модельде көрсетілген; әділетсіз модель қолданысқа жіберілмейді.",
      "Запрещённый признак останавливает сборку; {place}для каждой модели сказано, насколько угадываются защищаемые признаки; несправедливая модель не допускается.",
      "A forbidden input stops the build; {place}each model says how well protected traits are foretold; an unfair model is refused.",
    ),
  },
  {
    harm: say("Қате немесе ескі деректер", "Ошибочные или устаревшие данные", "Wrong or stale data"),
    safeguard: say(
      "Белгісіз мән белгісіз күйінде қалады; әр себепте тізілім мен күн бар; дерек даулануы және түзетілуі мүмкін.",
      "Неизвестное остаётся неизвестным; у каждой причины есть реестр и дата; данные можно оспорить и исправить.",
      "Unknown stays unknown; each reason names its register and date; data can be contested and corrected.",
    ),
  },
  {
    harm: say("Түсініксіз шешім", "Непонятное решение", "A decision that nobody can explain"),
    safeguard: say(
      "Әр отбасыда кемінде үш себеп бар; үлестер бағаға дейін қосылады. {reasons}",
      "У каждой семьи не меньше трёх причин; вклады складываются в оценку. {reasons}",
      "Each family has at least three reasons; contributions add up to the score. {reasons}",
    ),
  },
  {
    harm: say("Жеке деректердің таралуы", "Утечка личных данных", "Leak of personal data"),
    safeguard: say(
      "Бүркеншік кодтар, рөл мен аумақ бойынша қолжетімділік, тізбектелген аудит.",
      "Псевдонимы, доступ по роли и территории, аудит с цепочкой хешей.",
      "Pseudonyms, access by role and area, an audit chained by hashes.",
    ),
  },
  {
    harm: say("Модель уақыт өте ескіреді", "Модель устаревает", "The model grows old"),
    safeguard: say(
      "Баға {days} күннен кейін көрсетілмейді; жаңа нұсқа көлеңкеде салыстырылады; бір бұйрықпен өшіріледі немесе алдыңғысына оралады.",
      "Через {days} дн. оценка не показывается; новая версия сравнивается в тени; одной командой модель выключают или возвращают прежнюю.",
      "After {days} days a score is no longer shown; a new version is compared in the shadow; one command turns the model off or goes back.",
    ),
  },
];

/** How reasons are found, by kind of model. */
export const reasonsBy: { exact: Sentences; estimated: Sentences } = {
  exact: say("Үлестер дәл есептелген.", "Вклады точные.", "Contributions are exact."),
  estimated: say(
    "Үлестер – стандартты қатесі көрсетілген шамалау (ауыстыру бойынша Шепли мәндері).",
    "Вклады – оценки со стандартной ошибкой (значения Шепли по перестановкам).",
    "Contributions are estimates with their standard error (permutation Shapley values).",
  ),
};

/** Whether rates of the place of residence count. */
export const placeCounts: { no: Sentences; yes: Sentences } = {
  no: say(
    "тұратын жердің көрсеткіштері модельге кірмейді; ",
    "показатели места жительства в модель не входят; ",
    "rates of the place of residence are no features; ",
  ),
  yes: say(
    "**тұратын жердің көрсеткіштері модельге кіреді: орган мұны негіздеуі тиіс**; ",
    "**показатели места жительства входят в модель: орган должен это обосновать**; ",
    "**rates of the place of residence are features: the authority has to justify that**; ",
  ),
};

/** Headings of the impact assessment, and who must look at it again. */
export const assessmentWords = {
  risks: say("Тәуекелдер және қорғаныс шаралары", "Риски и меры защиты", "Risks and safeguards"),
  risksHead: say("зиян|қорғаныс", "вред|мера", "harm|safeguard"),
  open: say("Ашық мәселелер", "Открытые вопросы", "Open points"),
  nothingOpen: say(
    "Толтырылмаған өріс пен орындалмаған шарт жоқ.",
    "Незаполненных полей и невыполненных условий нет.",
    "No field is unfilled and no condition unmet.",
  ),
  unmet: say(
    "Қолданысқа дейін орындалмаған шарттар (техникалық атаулары): {list}",
    "Невыполненные условия допуска (в технических терминах): {list}",
    "Conditions for use that are unmet: {list}",
  ),
  missing: say(
    "Орган толтырмаған өрістер: {list}",
    "Поля, не заполненные органом: {list}",
    "Fields that the authority has not filled: {list}",
  ),
  review: say("Қайта қарау", "Пересмотр", "Review"),
  reviewText: say(
    "Тәуекелдер жыл сайын және модель, ереже не деректер өзгергенде қайта қаралады. Қараған адам мен күні: {signed}",
    "Риски пересматриваются каждый год и при смене модели, правил или данных. Кто и когда пересмотрел: {signed}",
    "Risks are reviewed every year, and when the model, rules or data change. Reviewed by and on: {signed}",
  ),
} as const;
