// What becomes of a question that nobody wants answered any more: it is as if it had never been
// asked, but that an answer to it is no news.

import type { OverlayModel } from './core-overlay.model.ts'
import type { ErrandModel } from './core-questions.model.ts'

/** Of a question that has ended, nothing. */
export function cancelQuestion(observer: ErrandModel, overlay: OverlayModel | undefined): void {
  for (const [asked, open] of overlay?.open ?? []) {
    if (open.observer !== observer) continue
    overlay?.questions.ended(asked, 'cancelled')
    overlay?.open.delete(asked)
    overlay?.node.note('cancel: a question')
  }
}
