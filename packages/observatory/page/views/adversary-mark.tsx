// Marks a contact that a recording calls an adversary.

import type { VNode } from 'preact'
import { shownText } from '../model/shown-text.ts'
import { playback } from '../state/app-state.ts'

export function AdversaryMark({ id }: { id: string }): VNode | null {
  const adversary = playback.value?.adversaryOf(id)
  if (adversary === undefined) return null
  return <b class="adversary">▲ {shownText(adversary, 40)}</b>
}
