import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Rgb = readonly [number, number, number]

const css = readFileSync(new URL('../../page/style/theme.css', import.meta.url), 'utf8')

/** The colours of the block behind a selector. */
function coloursAfter(selector: string): Readonly<Record<string, Rgb>> {
  const block = css.slice(css.indexOf(selector)).split('}')[0] ?? ''
  const found = [...block.matchAll(/--([\w-]+): #([\da-f]{6});/g)]
  return Object.fromEntries(
    found.map(([, name = '', hex = '']) => {
      const parts = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      return [name, parts.map(linear) as unknown as Rgb]
    }),
  )
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [a, b]
    .map(([r, g, blue]) => 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05)
    .sort((x, y) => y - x) as [number, number]
  return light / dark
}

/** What dichromats see (Viénot, Brettel and Mollon 1999; tritan: Brettel 1997, one plane). */
const SEEN: Readonly<Record<string, (rgb: Rgb) => Rgb>> = {
  all: (rgb) => rgb,
  protan: ([r, g, b]) => [
    0.11238 * r + 0.88762 * g,
    0.11238 * r + 0.88762 * g,
    0.00401 * r - 0.00401 * g + b,
  ],
  deutan: ([r, g, b]) => [
    0.29275 * r + 0.70725 * g,
    0.29275 * r + 0.70725 * g,
    -0.02234 * r + 0.02234 * g + b,
  ],
  tritan: ([r, g, b]) => [r, 0.87397 * g + 0.12603 * b, 0.87397 * g + 0.12603 * b],
}

/** CIE 1976 difference; 10 is plain at a glance. */
function difference(a: Rgb, b: Rgb): number {
  const [p, q] = [lab(a), lab(b)]
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
}

function lab([r, g, b]: Rgb): Rgb {
  const x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b
  const z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
  return [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))]
}

const THEMES = {
  light: coloursAfter(':root[data-theme="light"]'),
  dark: coloursAfter(':root[data-theme="dark"]'),
}

describe.each(Object.entries(THEMES))('the %s palette', (_, palette) => {
  const colour = (name: string): Rgb => palette[name] as Rgb

  it('has text that can be read', () => {
    for (const back of ['page', 'surface', 'sunken', 'own-soft']) {
      expect(contrast(colour('ink'), colour(back))).toBeGreaterThan(7)
      expect(contrast(colour('muted'), colour(back))).toBeGreaterThan(4.5)
    }
    for (const name of ['own', 'bad', 'good']) {
      expect(contrast(colour(name), colour('surface'))).toBeGreaterThan(4.5)
    }
  })

  it('has marks that stand out', () => {
    for (const name of ['good', 'questionable', 'bad', 'own', 'focus']) {
      for (const back of ['surface', 'own-soft']) {
        expect(contrast(colour(name), colour(back)), name).toBeGreaterThan(3)
      }
    }
  })

  it.each(Object.keys(SEEN))('has states that differ: %s', (kind) => {
    const seen = SEEN[kind] as (rgb: Rgb) => Rgb
    const states = ['good', 'questionable', 'bad'].map((name) => seen(colour(name)))
    for (const [index, state] of states.entries()) {
      for (const other of states.slice(index + 1)) {
        expect(difference(state, other)).toBeGreaterThan(20)
      }
    }
  })
})

it("uses the same colours for the system's dark mode as for the chosen one", () => {
  const system = css.slice(css.indexOf('@media (prefers-color-scheme: dark)'))
  const chosen = css.slice(css.indexOf(':root[data-theme="dark"]'))
  const linesOf = (text: string): string[] => (text.split('}')[0] ?? '').match(/--.*;/g) ?? []
  expect(linesOf(system)).toEqual(linesOf(chosen))
  expect(linesOf(chosen).length).toBeGreaterThan(10)
})
