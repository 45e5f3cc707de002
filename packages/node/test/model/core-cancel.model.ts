// Cancels a query in the model of a core: the query is forgotten, and a response to it is ignored.

import type { OverlayModel } from './core-overlay.model.ts'
import type { ObserverModel } from './core-queries.model.ts'

/** Does nothing for a query that has ended. */
export function cancelQuery(observer: ObserverModel, overlay: OverlayModel | undefined): void {
  for (const [asked, open] of overlay?.open ?? []) {
    if (open.observer !== observer) continue
    overlay?.transactions.ended(asked, 'cancelled')
    overlay?.open.delete(asked)
    overlay?.node.note('cancel: a question')
  }
}
