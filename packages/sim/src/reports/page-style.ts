// The style of a report's page, light and dark. The colours of lines are those of Okabe and Ito,
// which people with any colour vision can tell apart.

/** The style sheet of the page. */
export const PAGE_STYLE: string = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --card: #f6f7f9; --ink: #1b1f24; --soft: #5c6570; --grid: #d9dde3;
  --good: #11703c; --bad: #b3261e; --good-back: #dff3e6; --bad-back: #fbe3e1;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #cc79a7; --s4: #8a6d00; --s5: #56b4e9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171b; --card: #1d2127; --ink: #e7eaee; --soft: #a3acb8; --grid: #343a43;
    --good: #6fd39a; --bad: #ff9a90; --good-back: #17352a; --bad-back: #46211f;
    --s0: #56b4e9; --s1: #f0914e; --s2: #2fc79a; --s3: #e0a3c6; --s4: #e6c84f; --s5: #8ecdf2;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1180px; padding: 28px 20px 60px; background: var(--back);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
}
h1 { margin: 0; font-size: 26px; }
h2 { margin: 36px 0 12px; font-size: 18px; }
h3 { margin: 0 0 4px; font-size: 15px; }
p { margin: 4px 0; }
.soft { color: var(--soft); }
.badge {
  display: inline-block; margin: 14px 0 0; padding: 6px 14px; border-radius: 6px; font-weight: 600;
}
.badge.good { background: var(--good-back); color: var(--good); }
.badge.bad { background: var(--bad-back); color: var(--bad); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--grid); text-align: left; }
th { color: var(--soft); font-weight: 500; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.good { color: var(--good); font-weight: 600; }
td.bad { color: var(--bad); font-weight: 600; }
tr.bad td { background: var(--bad-back); }
.plots {
  display: grid; gap: 18px;
  grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr));
}
figure { margin: 0; padding: 14px 16px 6px; border-radius: 8px; background: var(--card); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; color: var(--soft); font-size: 13px; }
.legend i {
  display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 3px;
  vertical-align: -1px;
}
svg { display: block; width: 100%; height: auto; }
svg text {
  fill: var(--soft); font: 12px system-ui, sans-serif;
  paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round;
}
svg .unit { text-anchor: middle; }
svg .grid { stroke: var(--grid); stroke-width: 1; }
svg .axis { stroke: var(--soft); stroke-width: 1; }
svg line.limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 6 4; }
svg text.limit { fill: var(--bad); }
svg line.mark { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 4; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
${[0, 1, 2, 3, 4, 5]
  .map(
    (n) => `svg .line.s${n} { stroke: var(--s${n}); }
svg .bar.s${n}, svg .dot.s${n} { fill: var(--s${n}); }
.legend .s${n} { background: var(--s${n}); }`,
  )
  .join('\n')}
ul { margin: 0; padding-left: 20px; }
`.trim()
