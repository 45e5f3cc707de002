// The colours of the theme as a canvas needs them: read from the style sheet, so that there is one
// place for them.

const NAMES = {
  surface: '--surface',
  ink: '--ink',
  muted: '--muted',
  line: '--line',
  faint: '--faint',
  own: '--own',
  ownSoft: '--own-soft',
  good: '--good',
  questionable: '--questionable',
  bad: '--bad',
  focus: '--focus',
} as const

export type Colours = Readonly<Record<keyof typeof NAMES, string>>

export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement)
  const entries = Object.entries(NAMES).map(([key, name]) => [
    key,
    style.getPropertyValue(name).trim(),
  ])
  return Object.fromEntries(entries) as Colours
}
