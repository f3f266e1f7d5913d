import type { Language, Sentences } from "../domain/languages.ts";
import type { BacktestResult } from "../experiments/backtest-result.ts";
import { answer } from "./answer.ts";
import { asked, madeUp } from "./asked.ts";
import { capacitySection } from "./capacity-section.ts";
import { curves } from "./curves.ts";
import { fairnessSection } from "./fairness-section.ts";
import { featureSection } from "./feature-section.ts";
import { html, trusted } from "./html.ts";
import { pageStyle } from "./page-style.ts";
import { reliabilitySection } from "./reliability-section.ts";
import { viewOf } from "./report-view.ts";
import { selection } from "./selection.ts";
import { speakerOf } from "./speaker.ts";
import { ablationSection, calibrationMaps, stability } from "./steadiness.ts";

export const pageWords = {
  title: {
    kk: "Тізім бұрын қалай жұмыс істер еді: {name}",
    ru: "Как сработал бы список в прошлом: {name}",
    en: "How the list would have worked in the past: {name}",
  },
} as const satisfies Record<string, Sentences>;

/** A backtest's result as one HTML page that loads nothing from anywhere. The same result and language give the same bytes. */
export function backtestReport(result: BacktestResult, language: Language): string {
  const speaker = speakerOf(language);
  const view = viewOf(result, speaker);
  const title = speaker.say(pageWords.title, { name: result.experiment });
  const sections = [
    ...[asked, answer, selection, curves, capacitySection, reliabilitySection, calibrationMaps],
    ...[stability, ablationSection, fairnessSection, featureSection],
  ];
  return `${
    html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${madeUp(view)}
${sections.map((draw) => html`${draw(view)}\n`)}
</main>
</body>
</html>`.html
  }\n`;
}
