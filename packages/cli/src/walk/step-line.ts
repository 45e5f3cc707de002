// A step of a lookup as one line, where nothing can be drawn.

import { type Contact, formatEndpoint, type TraceStep } from '@dht/node'
import { countText, milliseconds } from '../output/text.ts'
import { failureText, responseText } from './fate-text.ts'
import type { Walk } from './walk.ts'

/** @param walk - to which the step belongs. Ends without a line feed. */
export function stepLine(step: TraceStep, walk: Walk): string {
  const { family, purpose } = walk.lookup
  const what = purpose === 'user' ? '' : ` (${purpose})`
  return `IPv${family}${what} +${milliseconds(walk.elapsed(step))}  ${textOf(step)}`
}

function textOf(step: TraceStep): string {
  switch (step.kind) {
    case 'started':
      return countText(step.startingContacts.length, 'starting contact')
    case 'queried':
      return `${nameOf(step.contact)} ${step.waits ? 'waits for its turn' : 'queried'}`
    case 'stalled':
      return `${nameOf(step.contact)} stalled`
    case 'responded':
      return `${nameOf(step.contact)} responded: ${responseText(step)}${toldText(step.closer)}`
    case 'failed':
      return `${nameOf(step.contact)} ${failureText(step.reason)}`
    case 'ended': {
      const reasons = step.incompleteReasons.join(', ')
      const found = `ended, ${countText(step.closest.length, 'nearest node')}`
      return reasons === '' ? found : `${found}; incomplete: ${reasons}`
    }
  }
}

function nameOf(contact: Contact): string {
  return `${contact.id.slice(0, 8)} at ${formatEndpoint(contact)}`
}

function toldText(closer: readonly Contact[]): string {
  return closer.length === 0 ? '' : `: ${closer.map(({ id }) => id.slice(0, 8)).join(' ')}`
}
