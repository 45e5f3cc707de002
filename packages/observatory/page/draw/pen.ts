// A canvas made ready for drawing: as sharp as the screen, with the colours of the theme.

import { type Colours, readColours } from './colours.ts'
import { GlyphAtlas } from './glyph-atlas.ts'

export interface Pen {
  readonly context: CanvasRenderingContext2D
  readonly colours: Colours
  readonly atlas: GlyphAtlas
}

const MOST_RATIO = 3

export function penFor(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
): Pen {
  const ratio = Math.min(MOST_RATIO, globalThis.devicePixelRatio || 1)
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  const colours = readColours()
  return { context, colours, atlas: new GlyphAtlas(colours, ratio) }
}
