// The padding of queries whose responses are long. A node returns at most 3.5 bytes for each byte
// of a query to a source that has proved nothing, and many nodes do not know this node.

/** For a response with the largest item (1,400 bytes, the most of all). */
export const ITEM_PADDING: Uint8Array = new Uint8Array(294)

/** For a response with eight contacts and the filters of a scrape. */
export const SCRAPE_PADDING: Uint8Array = new Uint8Array(140)

/** For a response with eight contacts and twenty info hashes. */
export const SAMPLE_PADDING: Uint8Array = new Uint8Array(128)
