// Writes SVG: elements with their attributes, and text that is escaped.

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`)
}

/**
 * @param {string} name
 * @param {Readonly<Record<string, string | number>>} attributes - numbers with one decimal place
 * @param {string} [content] - SVG, already escaped
 */
export function element(name, attributes, content = '') {
  const written = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === 'number' ? String(Math.round(value * 10) / 10) : value
    return ` ${key}="${escaped(text)}"`
  })
  return `<${name}${written.join('')}>${content}</${name}>`
}

/** @param {number} x @param {number} y @param {string} text @param {string} [kind] - its class */
export function label(x, y, text, kind = 'label') {
  return element('text', { x, y, class: kind }, escaped(text))
}

/** @param {readonly [number, number]} from @param {readonly [number, number]} to @param {string} kind */
export function line([x1, y1], [x2, y2], kind) {
  return element('line', { x1, y1, x2, y2, class: kind })
}

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2933 }
  .small { font-size: 11px; fill: #52606d }
  .middle { text-anchor: middle }
  .end { text-anchor: end }
  .path { stroke: #c2410c; stroke-width: 3; stroke-linecap: round }
  .branch { stroke: #9aa5b1; stroke-width: 1.5 }
  .axis { stroke: #cbd2d9 }
  .told { stroke: #9aa5b1; stroke-dasharray: 2 3 }
  .contact { fill: #1d4ed8; fill-opacity: 0.65 }
  .own { fill: #c2410c }
  .responded { stroke: #1d4ed8 }
  .failed { stroke: #c2410c; stroke-dasharray: 6 3 }
  .open { stroke: #9aa5b1 }
  .responded, .failed, .open { stroke-width: 6; stroke-linecap: round }
  .bar { fill: #1d4ed8 }
`

/**
 * A picture that looks the same on a light and a dark page.
 *
 * @param {{ readonly width: number, readonly height: number, readonly title: string }} init
 * @param {readonly string[]} content
 */
export function picture({ width, height, title }, content) {
  const parts = [
    element('title', {}, escaped(title)),
    element('style', {}, STYLE),
    element('rect', { width, height, rx: 8, fill: '#ffffff' }),
    ...content,
  ]
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
  }
  return `${element('svg', root, `\n${parts.join('\n')}\n`)}\n`
}
