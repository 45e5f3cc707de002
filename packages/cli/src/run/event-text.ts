// An event of the node in words.

import {
  type Contact,
  formatEndpoint,
  type NodeEvent,
  type PlainError,
  type RoundReport,
} from '@dht/node'
import { countText } from '../output/text.ts'

export function eventText(event: NodeEvent): string {
  switch (event.kind) {
    case 'joining':
      return `IPv${event.family}: joining, ${startText(event.startingContacts)}`
    case 'joined':
      return `IPv${event.family}: ${joinedText(event.contacts)}`
    case 'contact-added':
      return `IPv${event.family}: added ${contactText(event.contact)}`
    case 'contact-replaced': {
      const left = short(event.evicted.id)
      return `IPv${event.family}: added ${contactText(event.contact)} in place of ${left}`
    }
    case 'refreshing':
      return `IPv${event.family}: refreshing around ${short(event.target)}`
    case 'id-changed':
      return `IPv${event.family}: the id is ${short(event.id)} now, for ${event.address}`
    case 'read-only-changed':
      return `IPv${event.family}: ${readOnlyText(event.isReadOnly)}`
    case 'published': {
      const { target, complete } = event.report
      const again = complete ? '' : '; retried soon'
      return `published ${short(target)}: ${roundText(event.report)}${again}`
    }
    case 'stored':
      return `stored ${formatEndpoint(event.peer)} under ${short(event.target)}`
    case 'transport-lost':
      return `IPv${event.family}: the transport failed, and is opened again if it can be`
    case 'transport-reopened':
      return `IPv${event.family}: the transport is open again, at ${formatEndpoint(event.local)}`
    case 'warning':
      return `warning: ${event.message}${causeText(event.cause)}`
  }
}

function readOnlyText(isReadOnly: boolean): string {
  return isReadOnly ? 'read-only, no node can reach this one' : 'answers queries again'
}

function startText(count: number): string {
  return count === 0 ? 'no starting contacts yet' : countText(count, 'starting contact')
}

/** A node without contacts is no member of a network yet. */
function joinedText(contacts: number): string {
  return contacts === 0
    ? 'not joined, no node responded'
    : `joined, ${countText(contacts, 'contact')}`
}

function roundText({ accepted, refused, unreachable }: RoundReport): string {
  const [a, r, u] = [accepted.length, refused.length, unreachable.length]
  return `${a} accepted, ${r} refused, ${u} unreachable`
}

function contactText(contact: Contact): string {
  return `${short(contact.id)} at ${formatEndpoint(contact)}`
}

function short(id: string): string {
  return id.slice(0, 8)
}

function causeText(cause: PlainError | undefined): string {
  return cause === undefined ? '' : `: ${cause.message}`
}
