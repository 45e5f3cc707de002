// Starts and ends the node of this page, whose program is loaded here and only then.

import { shownText } from '../model/shown-text.ts'
import { announced, beginPageView, pageNode, problem, received, views } from '../state/app-state.ts'
import { readRelayOffer } from './server.ts'

/** @returns whether it runs; `problem` says why not */
export async function startNodeOfPage(): Promise<boolean> {
  pageNode.value = { kind: 'starting' }
  try {
    const offer = await readRelayOffer()
    const { startPageNode } = await import('../node/page-node.ts')
    beginPageView()
    const node = await startPageNode(offer, (batch) => {
      for (const message of batch) views.page.apply(message)
      received('page')
    })
    pageNode.value = { kind: 'running', node }
    announced.value = 'The node of this page runs, and is shown.'
    return true
  } catch (error) {
    pageNode.value = { kind: 'none' }
    const reason = error instanceof Error ? error.message : String(error)
    problem.value = `No node runs in this page: ${shownText(reason)}`
    return false
  }
}

export async function stopNodeOfPage(): Promise<void> {
  const state = pageNode.value
  if (state.kind !== 'running') return
  pageNode.value = { kind: 'stopping' }
  await state.node.close()
  pageNode.value = { kind: 'none' }
  announced.value = 'The node of this page is closed. Its state is kept in this browser.'
}
