// What `render` gives -> HTML that teaches with no stylesheet, no script and no kernel around it.
// An exported page, a feedback page or an untrusted notebook keeps only plain tags, inline styles and pictures. So each
// drawing becomes an <img> with its words as `alt`, and each class the style that it stands for, in the colours of a
// light page, on a surface of its own.
import { FATES, literal } from "./palette";

const MONO = "font-family:monospace;font-size:13px;";
const STYLES: Record<string, string> = {
  "sw-frame": "text-align:left",
  "sw-panel": "margin:0;padding:0",
  "sw-title": `margin:6px 0 2px 0;font-weight:bold;font-size:15px;color:${literal("ink")}`,
  "sw-text": `margin:2px 0;font-size:13px;line-height:1.45;color:${literal("ink")}`,
  "sw-note": `margin:4px 0;font-size:12px;color:${literal("muted")}`,
  "sw-facts": "border-collapse:collapse;margin:4px 0;width:auto",
  "sw-grid": "border-collapse:collapse;margin:4px 8px 4px 0;width:auto",
  "sw-key": `text-align:left;padding:1px 10px 1px 0;font-size:12px;font-weight:normal;color:${literal("muted")}`,
  "sw-value": `text-align:left;padding:1px 10px 1px 0;font-size:13px;overflow-wrap:anywhere;color:${literal("ink")}`,
  "sw-outcome": `margin:6px 0;font-size:14px;font-weight:bold;color:${literal("ink")}`,
  "sw-more": `border:0;padding:0 4px;color:${literal("muted")}`,
  "sw-entry": "display:block;margin:3px 0",
  "sw-caption": `margin:6px 0 2px 0;font-weight:bold;font-size:13px;color:${literal("ink")}`,
  "sw-code": `${MONO}color:${literal("ink")};background-color:transparent`,
  "sw-head": `padding:1px 4px;font-size:11px;font-weight:normal;color:${literal("muted")};text-align:center`,
  "sw-cell": `${MONO}font-size:11px;border:1px solid ${literal("strong-line")};padding:2px 4px;text-align:center;color:${literal("ink")}`,
  "sw-picked": `background-color:${literal("accent-tint")};font-weight:bold;border:2px solid ${literal("accent")}`,
  "sw-masked": `color:${literal("muted")};background-color:${literal("line")}`,
  "sw-error": `margin:4px 0;font-size:13px;color:${literal("conflict")}`,
  "sw-chip": `${MONO}display:inline-block;border-radius:4px;padding:1px 7px;margin:1px;white-space:nowrap`,
  "sw-good": `color:${literal("good")};border:1px solid ${literal("good")}`,
};
for (const [name, fate] of Object.entries(FATES)) {
  STYLES[`sw-${name}`] =
    `color:${fate.light[0]};background-color:${fate.light[1]};border:${fate.border === "double" ? 3 : 1}px ${fate.border} ${fate.light[0]}`;
}

/** One rendered state, fit for pages with neither stylesheet nor script. */
export function stored(html: string): string {
  return html
    .replace(/var\(--sw-([a-z-]+)(?:, #\w+)?\)/g, (_, name: string) => literal(name))
    .replace(/<svg\b[\s\S]*?<\/svg>/g, asImage)
    .replace(/<\/?button[^>]*>/g, "")
    .replace(/\s(?:tabindex|role|data-[a-z-]+|aria-label|aria-pressed)(?:="[^"]*")?(?=[^<]*>)/g, "")
    .replace(/class="([^"]*)"(?:\sstyle="([^"]*)")?/g, asStyle);
}

function asImage(drawing: string): string {
  const plain = drawing.replace(/(<(?!svg)[^>]*?)((?:\s(?:tabindex|role|class|data-[a-z-]+|aria-[a-z]+)="[^"]*")+)/g, withoutUse);
  const alt = /aria-label="([^"]*)"/.exec(plain)?.[1] ?? "";
  const width = /width="([\d.]+)"/.exec(plain)?.[1] ?? "300";
  return (
    `<img alt="${alt}" src="data:image/svg+xml;base64,${base64(plain)}" ` +
    `style="display:block;width:${width}px;max-width:100%;background-color:${literal("paper")}">`
  );
}

/** A tag inside a drawing, without the attributes that only a living one needs. */
function withoutUse(tag: string): string {
  return tag.replace(/\s(?:tabindex|role|class|data-[a-z-]+|aria-[a-z]+)="[^"]*"/g, "");
}

function asStyle(_: string, classes: string, inline: string | undefined): string {
  const styles = classes.split(" ").flatMap((name) => STYLES[name] ?? []);
  if (inline) styles.push(inline);
  return styles.length ? `style="${styles.join(";")}"` : "";
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** UTF-8 in base64; our own, because a script engine without a page has no btoa. */
function base64(text: string): string {
  const bytes: number[] = [];
  for (const sign of text) {
    const point = sign.codePointAt(0)!;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  const digits: string[] = [];
  for (let k = 0; k < bytes.length; k += 3) {
    const [a, b, c] = [bytes[k]!, bytes[k + 1], bytes[k + 2]];
    digits.push(DIGITS[a >> 2]!, DIGITS[((a & 3) << 4) | ((b ?? 0) >> 4)]!);
    digits.push(b === undefined ? "=" : DIGITS[((b & 15) << 2) | ((c ?? 0) >> 6)]!, c === undefined ? "=" : DIGITS[c & 63]!);
  }
  return digits.join("");
}
