// What the page shows now: the source of the messages, the node's view, the open tab and the chosen
// things. The view changes in place; components that read it also read `frame` or `pulse`, which
// say when to look again: at each drawn frame, or four times a second for text.

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { NodeView } from '../model/node-view.ts'
import type { Playback } from '../model/playback.ts'
import type { PageNode } from '../node/page-node.ts'

export const TABS = ['table', 'lookups', 'stored', 'traffic', 'events'] as const
export type Tab = (typeof TABS)[number]

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** The browser tries again by itself. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly text: string }

/** The node of the program that serves the page, or one that runs in the page. */
export const NODES = ['program', 'page'] as const
export type ShownNode = (typeof NODES)[number]

export type PageNodeState =
  | { readonly kind: 'none' | 'starting' | 'stopping' }
  | { readonly kind: 'running'; readonly node: PageNode }

const PULSE_MS = 250

export const tab: Signal<Tab> = signal('table')
export const connection: Signal<Connection> = signal({ kind: 'connecting' })
export const pageNode: Signal<PageNodeState> = signal({ kind: 'none' })
/** Which live node is shown while no recording is open. */
export const shownNode: Signal<ShownNode> = signal('program')
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

/** What is known of the live nodes. */
export const views: Record<ShownNode, NodeView> = { program: new NodeView(), page: new NodeView() }
const receivedAt: Record<ShownNode, number> = { program: 0, page: 0 }

/** Forgets the former node of this page. */
export function beginPageView(): void {
  views.page = new NodeView()
}

/** The view of the node that is shown. Read `frame` or `pulse` too. */
export function shownView(): NodeView {
  return playback.value?.view ?? views[shownNode.value]
}

/**
 * The instant that is shown, on the node's clock. A component that reads it is rendered again with
 * the texts: one that reads any signal is not rendered with its parent while its properties are the
 * same objects, and those change in place.
 */
export function shownNow(): number {
  pulse.value
  const recorded = playback.value
  if (recorded !== undefined) return recorded.now
  const node = shownNode.value
  const isTold =
    node === 'page' ? pageNode.value.kind === 'running' : connection.value.kind === 'open'
  const view = views[node]
  return isTold && !view.hasEnded ? view.at + (performance.now() - receivedAt[node]) : view.at
}

export const isLive: ReadonlySignal<boolean> = computed(() => playback.value === undefined)

export function received(node: ShownNode): void {
  receivedAt[node] = performance.now()
  if (node === shownNode.value) changed()
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
