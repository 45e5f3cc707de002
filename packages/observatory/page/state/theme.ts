// Light, dark, or as the system has it. The choice is kept in this browser.

import { type Signal, signal } from '@preact/signals'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'dht-observatory-theme'

export const theme: Signal<Theme> = signal(storedTheme())

/** Counts changes of the colours, for drawings that keep colours. */
export const themeVersion: Signal<number> = signal(0)

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen
  try {
    localStorage.setItem(KEY, chosen)
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  showTheme()
}

/** Shows the stored theme, and follows the system when it changes. */
export function applyTheme(): void {
  showTheme()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => themeVersion.value++)
}

function showTheme(): void {
  const { dataset } = document.documentElement
  if (theme.value === 'system') delete dataset['theme']
  else dataset['theme'] = theme.value
  themeVersion.value++
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY)
    return THEMES.find((each) => each === stored) ?? 'system'
  } catch {
    return 'system'
  }
}
