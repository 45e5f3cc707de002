// The marks of contacts, drawn once and then copied: a disc that empties with age is good, a half
// diamond is questionable, a cross is bad. The shape alone tells the state.

import type { State } from '../../src/protocol.ts'
import type { Colours } from './colours.ts'

/** Steps in which a good contact is seen to age. */
export const AGE_STEPS = 4

/** Side of a mark's square in CSS pixels. */
export const GLYPH_SIZE = 17

export type Glyph = `good-${number}` | 'questionable' | 'bad' | 'empty'

export function glyphOf(state: State, age: number): Glyph {
  if (state !== 'good') return state
  const step = Math.floor(Math.min(1, Math.max(0, age)) * AGE_STEPS)
  return `good-${Math.min(AGE_STEPS - 1, step)}`
}

const GLYPHS: readonly Glyph[] = [
  ...Array.from({ length: AGE_STEPS }, (_, step): Glyph => `good-${step}`),
  'questionable',
  'bad',
  'empty',
]

export class GlyphAtlas {
  readonly #image: HTMLCanvasElement
  readonly #side: number

  /** @param ratio - device pixels in a CSS pixel */
  constructor(colours: Colours, ratio: number) {
    this.#side = Math.ceil(GLYPH_SIZE * ratio)
    this.#image = document.createElement('canvas')
    this.#image.width = this.#side * GLYPHS.length
    this.#image.height = this.#side
    const context = this.#image.getContext('2d') as CanvasRenderingContext2D
    for (const [index, glyph] of GLYPHS.entries()) {
      context.setTransform(ratio, 0, 0, ratio, index * this.#side + this.#side / 2, this.#side / 2)
      drawGlyph(context, glyph, colours)
    }
  }

  /** @param x - the middle, as `y` */
  draw(context: CanvasRenderingContext2D, glyph: Glyph, at: { x: number; y: number }): void {
    const side = this.#side
    const from = GLYPHS.indexOf(glyph) * side
    const [left, top] = [at.x - GLYPH_SIZE / 2, at.y - GLYPH_SIZE / 2]
    context.drawImage(this.#image, from, 0, side, side, left, top, GLYPH_SIZE, GLYPH_SIZE)
  }
}

function drawGlyph(context: CanvasRenderingContext2D, glyph: Glyph, colours: Colours): void {
  if (glyph === 'empty') drawEmpty(context, colours)
  else if (glyph === 'questionable') drawQuestionable(context, colours)
  else if (glyph === 'bad') drawBad(context, colours)
  else drawGood(context, colours, Number(glyph.slice('good-'.length)))
}

function drawEmpty(context: CanvasRenderingContext2D, { faint }: Colours): void {
  context.fillStyle = faint
  context.beginPath()
  context.arc(0, 0, 1.4, 0, 2 * Math.PI)
  context.fill()
}

function drawGood(context: CanvasRenderingContext2D, { good }: Colours, step: number): void {
  context.strokeStyle = good
  context.fillStyle = good
  context.lineWidth = 1.5
  context.beginPath()
  context.arc(0, 0, 5.5, 0, 2 * Math.PI)
  context.stroke()
  context.beginPath()
  context.arc(0, 0, 6 - (step * 4.2) / (AGE_STEPS - 1), 0, 2 * Math.PI)
  context.fill()
}

function drawQuestionable(context: CanvasRenderingContext2D, { questionable }: Colours): void {
  context.strokeStyle = questionable
  context.fillStyle = questionable
  context.lineWidth = 1.6
  context.beginPath()
  context.moveTo(0, -6.4)
  context.lineTo(6.4, 0)
  context.lineTo(0, 6.4)
  context.lineTo(-6.4, 0)
  context.closePath()
  context.stroke()
  context.beginPath()
  context.moveTo(0, -6.4)
  context.lineTo(0, 6.4)
  context.lineTo(-6.4, 0)
  context.closePath()
  context.fill()
}

function drawBad(context: CanvasRenderingContext2D, { bad }: Colours): void {
  context.strokeStyle = bad
  context.lineWidth = 2.6
  context.lineCap = 'round'
  context.beginPath()
  context.moveTo(-4.6, -4.6)
  context.lineTo(4.6, 4.6)
  context.moveTo(4.6, -4.6)
  context.lineTo(-4.6, 4.6)
  context.stroke()
}
