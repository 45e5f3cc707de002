// Events of a node in words.

import type { ObservedEvent, Peer } from '../../src/protocol.ts'
import { shownText } from './shown-text.ts'
import { countText, shortId } from './words.ts'

export const EVENT_GROUPS = ['table', 'joining', 'publishing', 'storing', 'warnings'] as const
export type EventGroup = (typeof EVENT_GROUPS)[number]

const GROUP_OF: Readonly<Record<ObservedEvent['kind'], EventGroup>> = {
  'contact-added': 'table',
  'contact-replaced': 'table',
  refreshing: 'table',
  skipped: 'table',
  joining: 'joining',
  joined: 'joining',
  'id-changed': 'joining',
  'read-only-changed': 'joining',
  published: 'publishing',
  stored: 'storing',
  'transport-lost': 'warnings',
  'transport-reopened': 'warnings',
  warning: 'warnings',
}

export function eventGroup({ kind }: ObservedEvent): EventGroup {
  return GROUP_OF[kind]
}

export function eventWords(event: ObservedEvent): string {
  switch (event.kind) {
    case 'contact-added':
      return `${peerWords(event.contact)} added to the table`
    case 'contact-replaced':
      return `${peerWords(event.contact)} replaced ${shortId(event.evicted.id)} in the table`
    case 'joining':
      return `Joining over IPv${event.family}: ${startText(event.startingContacts)}`
    case 'joined':
      return `Joined over IPv${event.family}: ${countText(event.contacts, 'contact')}`
    case 'refreshing':
      return `Refreshing the bucket around ${shortId(event.target)}`
    case 'id-changed':
      return `The id is ${shortId(event.id)} now, to fit the address ${shownText(event.address)}`
    case 'read-only-changed':
      return event.isReadOnly
        ? `Read-only over IPv${event.family}: others cannot reach this node`
        : `Answers queries over IPv${event.family} again`
    case 'published':
      return publishedWords(event)
    case 'stored': {
      const verb = event.renewed ? 'Renewed' : 'Stored'
      return `${verb} ${shownText(event.peer)} under ${shortId(event.target)}`
    }
    case 'transport-lost':
      return `The IPv${event.family} socket failed`
    case 'transport-reopened':
      return `The IPv${event.family} socket is open again, at ${shownText(event.local)}`
    case 'warning':
      return `Warning: ${shownText(event.text)}`
    case 'skipped':
      return `${countText(event.count, 'event')} left out, because too many came at once`
  }
}

function publishedWords({ target, round }: Extract<ObservedEvent, { kind: 'published' }>): string {
  const { accepted, refused, unreachable, complete } = round
  const counts = [
    `${accepted.length} accepted`,
    ...(refused.length > 0 ? [`${refused.length} refused`] : []),
    ...(unreachable.length > 0 ? [`${unreachable.length} unreachable`] : []),
  ]
  const again = complete ? '' : '; the round is incomplete'
  return `Published ${shortId(target)}: ${counts.join(', ')}${again}`
}

function startText(count: number): string {
  return countText(count, 'starting contact')
}

function peerWords({ id, endpoint }: Peer): string {
  return `${shortId(id)} at ${shownText(endpoint)}`
}
