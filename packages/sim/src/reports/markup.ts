// Creates markup. Text that comes from a run is escaped before it gets into a page.

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string)
}

/** An element with escaped attributes. Its content is markup already. */
export function markup(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...content: readonly string[]
): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    return ` ${key}="${escapeMarkup(typeof value === 'number' ? rounded(value) : value)}"`
  })
  return `<${name}${written.join('')}>${content.join('')}</${name}>`
}

/** Rounds to a hundredth of a pixel, which keeps pages small. */
function rounded(value: number): string {
  return String(Math.round(value * 100) / 100)
}
