// Links to a heading of a page. Both GitHub and the site derive the anchor of a heading from its
// text in the same way, as far as headings here go.

export interface AnchorLink {
  /** The file, relative to that of the page; '' for the page itself. */
  readonly file: string
  readonly anchor: string
}

const LINK = /\]\(([^)\s#]*)#([^)\s]+)\)/g
const CODE_BLOCK = /^```.*?^```$/gms

/** Links with an anchor, but not those to other hosts. */
export function anchorLinksOf(page: string): readonly AnchorLink[] {
  const prose = page.replace(CODE_BLOCK, '')
  return Array.from(prose.matchAll(LINK), ([, file = '', anchor = '']) => ({
    file,
    anchor,
  })).filter(({ file }) => !/^[a-z]+:/.test(file))
}

/** The anchors of all headings. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const prose = page.replace(CODE_BLOCK, '')
  return new Set(Array.from(prose.matchAll(/^#{1,6} (.*)$/gm), ([, text = '']) => slugOf(text)))
}

function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}
