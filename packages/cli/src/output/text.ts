// Parts of sentences that several commands print.

import { type Contact, formatEndpoint } from '@dht/node'

export function countText(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`
}

export function contactText(contact: Contact): string {
  return `${contact.id}  ${formatEndpoint(contact)}`
}

export function durationText(ms: number): string {
  return ms < 1_000 ? milliseconds(ms) : `${(ms / 1_000).toFixed(1)} s`
}

export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
