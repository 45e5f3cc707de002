// What the page shows now: the source of the messages, the node's view, the open tab and the chosen
// things. The view changes in place; components that read it also read `frame` or `pulse`, which
// say when to look again: at each drawn frame, or four times a second for text.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { NodeView } from '../model/node-view.ts'
import type { Playback } from '../model/playback.ts'

export const TABS = ['table', 'lookups', 'stored', 'traffic', 'events'] as const
export type Tab = (typeof TABS)[number]

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** The browser tries again by itself. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly text: string }

const PULSE_MS = 250

export const tab: Signal<Tab> = signal('table')
export const connection: Signal<Connection> = signal({ kind: 'connecting' })
export const playback: Signal<Playback | undefined> = signal(undefined)
export const playing: Signal<boolean> = signal(false)
/** How many milliseconds of the recording pass in one. */
export const speed: Signal<number> = signal(1)
export const problem: Signal<string | undefined> = signal(undefined)
/** What the live region says; only changes of the page's own state, never the node's events. */
export const announced: Signal<string> = signal('')
export const chosenFamily: Signal<4 | 6> = signal(4)

export const frame: Signal<number> = signal(0)
export const pulse: Signal<number> = signal(0)

const liveView = new NodeView()
let liveReceivedAt = 0

/** The view of the node that is shown. Read `frame` or `pulse` too. */
export function shownView(): NodeView {
  return playback.value?.view ?? liveView
}

export function liveNodeView(): NodeView {
  return liveView
}

/** The instant that is shown, on the node's clock. */
export function shownNow(): number {
  const recorded = playback.value
  if (recorded !== undefined) return recorded.now
  const isRunning = connection.value.kind === 'open' && !liveView.hasEnded
  return isRunning ? liveView.at + (performance.now() - liveReceivedAt) : liveView.at
}

export const isLive: ReadonlySignal<boolean> = computed(() => playback.value === undefined)

export function received(): void {
  liveReceivedAt = performance.now()
  changed()
}

let isFrameAsked = false
let pulsedAt = Number.NEGATIVE_INFINITY
let pulseTimer: ReturnType<typeof setTimeout> | undefined

/** Asks the drawings to look again in the next frame. */
export function repaint(): void {
  if (isFrameAsked) return
  isFrameAsked = true
  requestAnimationFrame(() => {
    isFrameAsked = false
    frame.value++
  })
}

/** Asks drawings and texts to look again. */
export function changed(): void {
  repaint()
  if (pulseTimer !== undefined) return
  const wait = Math.max(0, pulsedAt + PULSE_MS - performance.now())
  pulseTimer = setTimeout(() => {
    pulseTimer = undefined
    pulsedAt = performance.now()
    pulse.value++
  }, wait)
}

// Ages grow without a message.
setInterval(() => {
  if (!document.hidden && isLive.value) changed()
}, 1000)
