/** A piece of HTML that is safe to stand in a page as it is. */
export interface Html {
  html: string;
}

type Part = Html | string | number | readonly Part[];

/** HTML from a template: texts and numbers put into it are escaped, HTML is not, arrays are joined. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: strings.map((text, place) => (place < parts.length ? text + safe(parts[place]!) : text)).join("") };
}

/** What has been made safe elsewhere, as a picture by the drawing library. */
export function trusted(text: string): Html {
  return { html: text };
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function safe(part: Part): string {
  if (typeof part === "object") return "html" in part ? part.html : part.map(safe).join("");
  return String(part).replaceAll(/[&<>"']/g, (character) => escapes[character]!);
}
