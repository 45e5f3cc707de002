// An event of a node, as messages have it.

import { formatEndpoint } from '@dht/krpc'
import type { NodeEvent } from '@dht/node/core'
import type { ObservedEvent } from '../protocol.ts'
import { cleanText } from './clean-text.ts'
import { hexOf, peerOf, type Told } from './peer-text.ts'
import { roundOf } from './status-of.ts'

export function observedEvent(event: Told<NodeEvent>): ObservedEvent {
  switch (event.kind) {
    case 'contact-added':
      return { kind: event.kind, family: event.family, contact: peerOf(event.contact) }
    case 'contact-replaced': {
      const { kind, family, contact, evicted } = event
      return { kind, family, contact: peerOf(contact), evicted: peerOf(evicted) }
    }
    case 'joining':
    case 'joined':
    case 'read-only-changed':
    case 'transport-lost':
      return event
    case 'refreshing':
      return { ...event, target: hexOf(event.target) }
    case 'id-changed':
      return { ...event, id: hexOf(event.id), former: hexOf(event.former) }
    case 'published':
      return { kind: event.kind, target: hexOf(event.report.target), round: roundOf(event.report) }
    case 'stored': {
      const { kind, target, peer, from, renewed } = event
      const [peerText, fromText] = [formatEndpoint(peer), formatEndpoint(from)]
      return { kind, target: hexOf(target), peer: peerText, from: fromText, renewed }
    }
    case 'transport-reopened':
      return { ...event, local: formatEndpoint(event.local) }
    case 'warning':
      return { kind: event.kind, code: event.code, text: cleanText(event.message) }
  }
}
