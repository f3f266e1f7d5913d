import type { Sentences } from "../domain/languages.ts";

const say = (kk: string, ru: string, en: string): Sentences => ({ kk, ru, en });

/** Headings and paragraphs that the register entry and the impact assessment are made of. ICU messages. */
export const words = {
  entryTitle: say("Алгоритмдер тізіліміндегі жазба: {name}", "Запись в реестре алгоритмов: {name}", "Algorithm-register entry: {name}"),
  assessmentTitle: say("Әсерді бағалау: {name}", "Оценка воздействия: {name}", "Impact assessment: {name}"),
  drawnUp: say(
    "{date} күнгі қолданыстағы баптаулардан жасалды ({country}). Модельдің күйі: {state}.",
    "Составлено по действующим настройкам на {date} ({country}). Состояние модели: {state}.",
    "Made from the configuration in force on {date} ({country}). State of the model: {state}.",
  ),
  since: say("{state}, {since} бастап", "{state}, с {since}", "{state}, since {since}"),
  madeUp: say(
    "**Модель ойдан құрастырылған деректерден үйренген: нақты отбасылар туралы ештеңе айтпайды.**",
    "**Модель обучена на вымышленных данных: о настоящих семьях она не говорит ничего.**",
    "**The model learned from made-up data: it says nothing about real families.**",
  ),
  toFill: say("**[орган толтыруы тиіс: {field}]**", "**[заполняет орган: {field}]**", "**[to be filled by the authority: {field}]**"),
  purpose: say("Мақсаты", "Назначение", "Purpose"),
  purposeText: say(
    "{use}. Модель отбасының бір ғана аталған тәуекелін бағалайды: `{label}`, болжам мерзімі: {horizon} ай. Бұл адамның рейтингі емес; баға {days} күннен кейін көрсетілмейді.",
    "{use}. Модель оценивает один названный риск семьи: `{label}`, срок прогноза в месяцах: {horizon}. Это не рейтинг человека; через {days} дн. оценка больше не показывается.",
    "{use}. The model estimates one named risk of a household: `{label}`, months ahead: {horizon}. It is no grade of a person; after {days} days a score is no longer shown.",
  ),
  unknown: say("белгісіз", "неизвестно", "unknown"),
  legal: say("Құқықтық негіз", "Правовое основание", "Legal basis"),
  owner: say("Жауапты орган және байланыс", "Ответственный орган и контакт", "Owner and contact"),
  ownerText: say("Иесі: {owner}. Байланыс: {contact}.", "Владелец: {owner}. Контакт: {contact}.", "Owner: {owner}. Contact: {contact}."),
  data: say("Қолданылатын деректер", "Используемые данные", "Data used"),
  dataHead: say(
    "тізілім|белгілер тобы|белгілер саны|тек келісіммен белгілі",
    "реестр|группы признаков|признаков|известно только с согласия",
    "register|families of features|features|known only with consent",
  ),
  dataText: say(
    "Ұлты, діні, тілі, саяси көзқарасы, сыртқы түрі, еркін мәтін және келісімнен не байланыстан бас тарту ешқашан белгі болмайды. Келісім жоқ болса, ол деректер белгісіз болып қалады, ал бас тарту ештеңені нашарлатпайды. Жеке сәйкестендіру нөмірі жүктеу кезінде бүркеншік кодпен ауыстырылады.",
    "Национальность, религия, язык, политические взгляды, внешность, свободный текст, отказ от согласия или от контакта никогда не бывают признаками. Без согласия эти данные остаются неизвестными, и отказ ничего не ухудшает. Индивидуальный номер при загрузке заменяется псевдонимом.",
    "Nationality, religion, language, politics, appearance, free text, and refusal of consent or contact are never features. Without consent those data stay unknown, and refusing costs nothing. Identification numbers are replaced by pseudonyms on loading.",
  ),
  strange: say(
    "Каталогта жоқ белгілер: {names}.",
    "Признаки, которых нет в каталоге: {names}.",
    "Features that the catalogue does not have: {names}.",
  ),
  affected: say("Кімге қатысты", "Кого касается", "Who is affected"),
  affectedText: say(
    "Тізілімдерде белгілі барлық тірі үй шаруашылықтары. Баға тек табысы ең төменгі күнкөріс деңгейі мен кедейлік шегінен төмен емес, көмек алмайтын отбасыларға есептеледі; шектен төмендер мұқтаждығы бойынша бірінші тұрады. Әр ауданның тізімінде 1000 үй шаруашылығына {places} орын бар, оның {lane} % дерегі аз отбасыларға және кездейсоқ іріктеуге арналған.",
    "Все живущие домохозяйства, известные реестрам. Оценка имеет значение только для семей не ниже прожиточного минимума и черты бедности и без адресной помощи; те, кто ниже черты, идут первыми по нужде. В списке района на 1000 домохозяйств мест: {places}; из них {lane} % отведены семьям, о которых мало известно, и случайному отбору.",
    "All living households that the registers know. The score counts only for families that are not below the subsistence minimum or the poverty line and get no targeted assistance; those below come first, by need. A district's list has {places} places for 1,000 households; {lane} % of them are for families of whom little is known, and for a random draw.",
  ),
  human: say("Адамның рөлі", "Роль человека", "The human role"),
  humanText: say(
    "Модель тек алдымен кімге бару керегін реттейді. Ол көмектен ешқашан бас тартпайды, оны азайтпайды, кідіртпейді және тексеру бастамайды. Көмекке құқықты тек күні көрсетілген ережелер анықтайды (саны: {rules}): баға өзгерсе де құқық өзгермейді. Шешімді әлеуметтік қызметкер қабылдайды; ол әр отбасының кемінде үш себебін көреді. Бір әрекетпен модель өшіріледі, сонда тізімдер ережелермен және мұқтаждықпен жалғасады.",
    "Модель только упорядочивает, к кому прийти раньше. Она никогда не отказывает в помощи, не уменьшает и не задерживает её и не начинает проверок. Право на помощь определяют только датированные правила (их {rules}): от оценки право не зависит. Решает социальный работник; по каждой семье он видит не меньше трёх причин. Модель выключается одним действием, и списки продолжаются по правилам и нужде.",
    "The model only orders whom to visit first. It never refuses, reduces or delays help, and opens no investigation. Entitlement comes from dated rules only ({rules} of them): no score changes it. A social worker decides, and sees at least three reasons for each family. One action turns the model off; lists then go on by rules and need.",
  ),
  quality: say("Өлшенген сапасы", "Измеренное качество", "Measured quality"),
  qualityText: say(
    "Кейінгі деректерде өлшенді ({from} – {until}): {n} жол, оның {positives} жолында оқиға болған. Қасында модельсіз реттеулер тұр.",
    "Измерено на более поздних данных ({from} – {until}): строк {n}, из них с событием {positives}. Рядом стоят упорядочения без модели.",
    "Measured on later data ({from} to {until}): {n} rows, {positives} with the event. Rankings without the model stand beside it.",
  ),
  qualityHead: say(
    "реттеу|5 % дәлдігі|10 % толымдылығы|AUC|калибрлеу қатесі (ECE)",
    "упорядочение|точность на 5 %|полнота на 10 %|AUC|ошибка калибровки (ECE)",
    "ranking|precision at 5 %|recall at 10 %|AUC|calibration error (ECE)",
  ),
  theModel: say("модель", "модель", "model"),
  unmeasured: say(
    "Сапасы өлшенбеген: модель қолданысқа жіберілмейді.",
    "Качество не измерено: модель не допускается к применению.",
    "Its quality was not measured: the model may not be used.",
  ),
  fairness: say("Әділдік", "Справедливость", "Fairness"),
  fairnessText: say("Қорытынды: {verdict}. {findings}", "Вывод: {verdict}. {findings}", "Verdict: {verdict}. {findings}"),
  fairnessUnmeasured: say(
    "Топтар бойынша әділдік өлшенбеген. Қолданысқа енгізу шарты: {asked}.",
    "Справедливость по группам не измерена. Условие допуска: {asked}.",
    "Fairness by group was not measured. The condition for use: {asked}.",
  ),
  fairnessRequired: say("өлшеу міндетті", "измерение обязательно", "it must be measured"),
  fairnessWhenMeasured: say("өлшенсе, ескеріледі", "учитывается, если измерена", "it counts where it is measured"),
  proxies: say(
    "Қорғалатын белгілер бөлек кестеден тек тексеру үшін оқылады. Модель белгілері оларды қаншалықты ашады (AUC; 0,5 – мүлдем ашпайды, 1 – толық ашады): {list}.",
    "Защищаемые признаки читаются из отдельной таблицы только для проверки. Насколько признаки модели их выдают (AUC; 0,5 – совсем нет, 1 – полностью): {list}.",
    "Protected traits are read from a table of their own, for the audit only. How well the model's features give them away (AUC; 0.5 is not at all, 1 wholly): {list}.",
  ),
  monitoring: say("Бақылау", "Наблюдение", "Monitoring"),
  monitoringText: say(
    "Әр түнгі іске қосу тізілімдердің толықтығы мен жаңалығын тексереді; дерек жетіспесе, отбасы «белгісіз» деп белгіленеді, «тәуекел төмен» деп емес. Жаңа нұсқалар әуелі көлеңкеде есептеліп, тізімдердің айырмасы көрсетіледі. Қолданысқа шарттар: ережелер мен мұқтаждықтан кем емес, калибрлеу қатесі {ece} аспайды, барлық бағыттар дәлелденген не тексерілген. Алдыңғы нұсқаға бір бұйрықпен оралуға болады; әр өзгеріс кім, неге, қашан деп жазылады.",
    "Каждый ночной запуск проверяет полноту и свежесть реестров; где данных мало, семья получает отметку «неизвестно», а не «низкий риск». Новые версии сначала считаются в тени, и видно, как изменились бы списки. Условия допуска: не хуже правил и нужды, ошибка калибровки не выше {ece}, все направления доказаны или проверены. К прежней версии возвращаются одной командой; о каждом изменении записано, кто, почему и когда.",
    "Every nightly run checks that registers are complete and fresh; where too little is known a family is marked unknown, never low risk. New versions are first scored in the shadow, and the difference of the lists is shown. Conditions for use: no worse than rules and need, calibration error at most {ece}, all directions proven or tried. One command goes back to the version before; each change says who, why and when.",
  ),
  retention: say("Сақтау мерзімі", "Сроки хранения", "Retention"),
  retentionText: say(
    "Орган белгілеген мерзімдер: бағалар {scores} күн, тізімдер {lists} күн, аудит жазбалары {audit} күн сақталады. Мерзімі өткенді жүйе өзі жоймайды: оны орган жояды.",
    "Сроки, установленные органом: оценки {scores} дн., списки {lists} дн., записи аудита {audit} дн. Сама система по истечении сроков ничего не удаляет: удаляет орган.",
    "As the authority has set: scores are kept {scores} days, lists {lists} days, audit records {audit} days. The system deletes nothing by itself when they have passed: the authority does.",
  ),
  rights: say("Құқықтар", "Права", "Rights"),
  rightsText: say(
    "Әр адам жасанды интеллект қолданылғанын білуге, түсіндірме алуға (себептер қазақ, орыс және ағылшын тілдерінде), деректі даулауға және түзетуге, қарсылық білдіруге құқылы; қарсылыққа 3 жұмыс күні ішінде жауап беріледі. Банк деректеріне келісімді кері алуға болады, одан бас тарту көмекке әсер етпейді. Өтініштер: {contact}.",
    "Каждый вправе знать, что применяется искусственный интеллект, получить объяснение (причины на казахском, русском и английском языках), оспорить и исправить данные, возразить; на возражение отвечают за 3 рабочих дня. Согласие на банковские данные можно отозвать, и отказ не влияет на помощь. Обращения: {contact}.",
    "Everyone may know that artificial intelligence is used, get an explanation (reasons in Kazakh, Russian and English), contest and correct data, and object; an objection is answered within 3 working days. Consent to bank data can be withdrawn, and refusing it does not affect help. Contact: {contact}.",
  ),
  versions: say("Нұсқалар мен хештер", "Версии и хеши", "Versions and hashes"),
  versionsHead: say("не|мәні", "что|значение", "what|value"),
  model: say("модель (SHA-256)", "модель (SHA-256)", "model (SHA-256)"),
  kind: say("түрі", "вид", "kind"),
  code: say("Aldyn нұсқасы", "версия Aldyn", "version of Aldyn"),
  rulesHash: say("ережелер", "правила", "rules"),
  policyHash: say("саясат", "политика", "policy"),
  catalogueHash: say("белгілер каталогы", "каталог признаков", "catalogue of features"),
  parametersHash: say("заңдық мәндер", "правовые величины", "legal values"),
} as const;
export type WordKey = keyof typeof words;
