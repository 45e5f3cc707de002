// The padding of queries whose responses are long. A node returns at most 3.5 bytes for each byte
// of a query if the endpoint of its sender is unproven, and ours is unproven to most nodes.

/** For a response that is no longer than its query, with a contact, a peer and a write token. */
export const WRITE_PADDING: Uint8Array = new Uint8Array(44)

/** For a response with the largest item (1,400 bytes, the longest response). */
export const ITEM_PADDING: Uint8Array = new Uint8Array(294)

/** For a response with eight contacts and the filters of a scrape. */
export const SCRAPE_PADDING: Uint8Array = new Uint8Array(140)

/** For a response with eight contacts and twenty info hashes. */
export const SAMPLE_PADDING: Uint8Array = new Uint8Array(128)
