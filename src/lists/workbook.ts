import ExcelJS from "exceljs";
import type { Language, Sentences } from "../domain/languages.ts";
import { cellsOf, exportColumns, metadataOf } from "./export-columns.ts";
import type { List } from "./read-list.ts";

const sheetName: Sentences = { kk: "Қамту тізімі", ru: "Список для обхода", en: "Outreach list" };
const about: Sentences = {
  kk: "Тек көмек көрсету үшін. Тізім кімге бірінші бару керегін айтады; көмектен бас тартуға негіз емес.",
  ru: "Только для помощи. Список говорит, к кому прийти первым; он не основание для отказа.",
  en: "For outreach only. The list says whom to visit first; it is no ground to refuse help.",
};

/** Writes a list as a workbook: frozen heading, filters, wrapped texts, and the purpose as property, footer and column. */
export async function writeWorkbook(list: List, file: string, language: Language): Promise<void> {
  const workbook = new ExcelJS.Workbook();
  workbook.title = `${sheetName[language]} ${list.area_name} ${list.as_of}`;
  workbook.subject = `purpose=${list.purpose}`;
  workbook.keywords = Object.entries(metadataOf(list))
    .map(([key, value]) => `${key}=${value}`)
    .join("; ");
  workbook.description = about[language];
  const day = new Date(`${list.as_of}T00:00:00Z`);
  workbook.created = day;
  workbook.modified = day;
  const sheet = workbook.addWorksheet(sheetName[language], {
    views: [{ state: "frozen", xSplit: 3, ySplit: 1 }],
    pageSetup: { orientation: "landscape", fitToPage: true, fitToWidth: 1, fitToHeight: 0, printTitlesRow: "1:1" },
    headerFooter: { oddFooter: `&Lpurpose=${list.purpose}&C${list.list_id.slice(0, 16)}&R&P / &N` },
  });
  sheet.columns = exportColumns.map(({ name, heading, width }) => ({ key: name, header: heading[language], width }));
  const columns = exportColumns.map((column) => cellsOf(list, column, language));
  list.entries.forEach((entry, index) => {
    const row = sheet.addRow(columns.map((cells) => cells[index]));
    row.alignment = { vertical: "top", wrapText: true };
    row.getCell("tier").fill = { type: "pattern", pattern: "solid", fgColor: { argb: tierColours[entry.tier] } };
  });
  const heading = sheet.getRow(1);
  heading.font = { bold: true };
  heading.alignment = { vertical: "middle", wrapText: true };
  sheet.getColumn("inclusion_probability").numFmt = "0.0%";
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: list.entries.length + 1, column: exportColumns.length } };
  await workbook.xlsx.writeFile(file);
}

const tierColours = {
  emergency: "FFF4B6B6",
  high: "FFFAD7A8",
  elevated: "FFFFF2B3",
  watch: "FFE2EFDA",
  unknown: "FFE7E6E6",
  none: "FFFFFFFF",
} as const;
