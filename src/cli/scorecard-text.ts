import type { Language } from "../domain/languages.ts";
import type { FeaturePoints, PointsCard, PointsLoss } from "../training/points.ts";

const words = {
  kk: {
    title: "Ұпай картасы",
    how: "Әр белгі бойынша бір жолды таңдап, ұпайларды қосыңыз; қосынды бойынша екінші кестеден ықтималдықты табыңыз.",
    head: ["Белгі", "Мәні", "Ұпай"],
    totals: ["Ұпай қосындысы", "Ықтималдық"],
    unknown: "белгісіз",
    known: "белгілі",
    loss: (n: string, auc: string, logLoss: string) =>
      `Картаны жасауға қатыспаған ${n} жолда, модельмен салыстырғанда: AUC ${auc}, log-loss ${logLoss}.`,
  },
  ru: {
    title: "Балльная карта",
    how: "По каждому признаку выберите одну строку и сложите баллы; вероятность по сумме — во второй таблице.",
    head: ["Признак", "Значение", "Баллы"],
    totals: ["Сумма баллов", "Вероятность"],
    unknown: "неизвестно",
    known: "известно",
    loss: (n: string, auc: string, logLoss: string) =>
      `На ${n} строках, по которым карта не строилась, по сравнению с моделью: AUC ${auc}, log-loss ${logLoss}.`,
  },
  en: {
    title: "Points card",
    how: "Choose one line for each feature and add up the points; the second table gives the probability of the total.",
    head: ["Feature", "Value", "Points"],
    totals: ["Total points", "Probability"],
    unknown: "unknown",
    known: "known",
    loss: (n: string, auc: string, logLoss: string) =>
      `On ${n} rows that the card was not made on, beside the model: AUC ${auc}, log-loss ${logLoss}.`,
  },
} as const satisfies Record<Language, unknown>;

interface Saying {
  language: Language;
  /** What a feature is called. */
  label(name: string): string;
}

/** The card as Markdown. */
export function scorecardMarkdown(card: PointsCard, loss: PointsLoss | null, saying: Saying): string {
  const own = words[saying.language];
  const table = (head: readonly string[], lines: readonly (readonly string[])[]) =>
    [head, head.map(() => "---"), ...lines]
      .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
      .join("\n");
  return [
    `# ${own.title}`,
    own.how,
    table(own.head, pointsLines(card.features, saying)),
    table(own.totals, bandLines(card, saying)),
    ...(loss === null ? [] : [lossLine(loss, saying)]),
  ].join("\n\n");
}

/** The card as CSV: a block of points, an empty line, a block of totals. */
export function scorecardCsv(card: PointsCard, saying: Saying): string {
  const own = words[saying.language];
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [own.head, ...pointsLines(card.features, saying), [], own.totals, ...bandLines(card, saying)];
  return `${lines.map((cells) => cells.map(cell).join(",")).join("\r\n")}\r\n`;
}

function pointsLines(features: readonly FeaturePoints[], { language, label }: Saying): string[][] {
  const { unknown: unknownWord, known } = words[language];
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  return features.flatMap(({ name, thresholds, points, unknown }) => [
    ...points.map((each, bin) => {
      const [above, upTo] = [thresholds[bin - 1], thresholds[bin]];
      const range = above === undefined ? (upTo === undefined ? known : `≤ ${number.format(upTo)}`) : `> ${number.format(above)}`;
      return [label(name), above === undefined || upTo === undefined ? range : `${range}, ≤ ${number.format(upTo)}`, String(each)];
    }),
    ...(unknown === null ? [] : [[label(name), unknownWord, String(unknown)]]),
  ]);
}

function bandLines({ bands }: PointsCard, { language }: Saying): string[][] {
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  return bands.map(({ from, to, probability }) => [from === to ? String(from) : `${from}–${to}`, percent.format(probability)]);
}

function lossLine({ n, auc, log_loss }: PointsLoss, { language }: Saying): string {
  const number = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const change = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: "exceptZero" });
  const beside = (card: number | null, model: number | null) =>
    card === null || model === null ? "—" : `${number.format(card)} (${change.format(card - model)})`;
  return words[language].loss(
    new Intl.NumberFormat(language).format(n),
    beside(auc.card, auc.model),
    beside(log_loss.card, log_loss.model),
  );
}
