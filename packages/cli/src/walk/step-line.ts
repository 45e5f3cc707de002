// A step of a lookup as one line, where nothing can be drawn.

import { type Contact, formatEndpoint, type TraceStep } from '@dht/node'
import { countText, milliseconds } from '../output/text.ts'
import { aboutText, failureText, responseText } from './fate-text.ts'
import type { QueryStep, Walk } from './walk.ts'

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
      return `${nameOf(step)} ${step.waits ? 'waits for its turn' : 'queried'}`
    case 'stalled':
      return `${nameOf(step)} stalled`
    case 'responded':
      return `${nameOf(step)} responded: ${responseText(step)}${toldText(step.closer)}`
    case 'failed':
      return `${nameOf(step)} ${failureText(step.reason)}`
    case 'ended': {
      const reasons = step.incompleteReasons.join(', ')
      const found = `ended, ${countText(step.closest.length, 'nearest node')}`
      return reasons === '' ? found : `${found}; incomplete: ${reasons}`
    }
  }
}

function nameOf(step: QueryStep): string {
  const about = aboutText(step)
  const name = `${step.contact.id.slice(0, 8)} at ${formatEndpoint(step.contact)}`
  return about === '' ? name : `${name} (${about})`
}

function toldText(closer: readonly Contact[]): string {
  return closer.length === 0 ? '' : `: ${closer.map(({ id }) => id.slice(0, 8)).join(' ')}`
}
