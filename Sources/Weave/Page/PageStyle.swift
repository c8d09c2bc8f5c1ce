// The looks of the web page.

extension HTMLPage {
  /// The style sheet: light and dark, wide and narrow, on screens and on paper.
  static let styleSheet = """
    :root {
      color-scheme: light dark;
      --ink: #1b1f24; --paper: #ffffff; --soft: #57606b; --line: #d5dbe1; --tint: #f4f6f8; --link: #0a58a8;
      --keyword: #8a3ea8; --string: #1f6f3d; --number: #9a4a00; --warning: #b26f00;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --ink: #e4e8ec; --paper: #14181c; --soft: #9aa5b0; --line: #333b44; --tint: #1d2329; --link: #7ab7f5;
        --keyword: #d5a3ea; --string: #8fd3a6; --number: #eeb47c; --warning: #e0a33c;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 1rem; }
    body {
      margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
      font: 17px/1.55 Georgia, "Times New Roman", serif;
    }
    main { max-width: 47rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
    h1, h2, h3, h4, nav, table, summary, footer, .source, #card, .skip {
      font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif;
    }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 1.5rem 0; }
    h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.6rem 0 .8rem; }
    h3 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
    h4 { font-size: 1rem; }
    a { color: var(--link); text-decoration: none; }
    a:hover { text-decoration: underline; }
    :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
    .skip { position: absolute; left: -99rem; }
    .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .4rem .8rem; z-index: 3; }
    nav { font-size: .84rem; line-height: 1.4; max-width: 47rem; margin: 1rem auto; padding: 0 1.25rem; }
    nav ul { list-style: none; margin: 0; padding-left: .9rem; }
    nav details > ul { padding-left: 0; }
    nav li { margin: .3rem 0; }
    @media (min-width: 80rem) {
      nav { position: fixed; top: 0; left: 0; bottom: 0; width: 16rem; margin: 0; padding: 1rem; overflow-y: auto;
        border-right: 1px solid var(--line); }
      main { margin-left: max(19rem, calc(50vw - 23rem)); }
    }
    .figure, .table, .equation { margin: 1.6rem 0; }
    .figure p, .table > p { font-size: .92rem; line-height: 1.45; margin: .4rem 0; }
    .figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; border-radius: 3px; }
    .source { font-size: .72rem; color: var(--soft); white-space: nowrap; }
    .scroll { overflow-x: auto; }
    .ledger table { min-width: 42rem; }
    @media screen and (min-width: 60rem) {
      /* Wide tables take the room beside the text. */
      .scroll { width: max-content; min-width: 100%; max-width: calc(50vw + 20rem); }
    }
    table { border-collapse: collapse; margin: .8rem 0; font-size: .84rem; }
    th, td { padding: .28rem .55rem; border-bottom: 1px solid var(--line); vertical-align: top; }
    thead th { border-bottom: 2px solid var(--soft); text-align: left; vertical-align: bottom; }
    td { font-variant-numeric: tabular-nums; }
    td[style*="right"] { white-space: nowrap; }
    .equation { display: flex; align-items: center; gap: 1rem; }
    .equation p { margin: 0; }
    .equation p:first-child { flex: 1; min-width: 0; overflow-x: auto; overflow-y: hidden; padding: .3rem 0; }
    math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", "Libertinus Math", "STIX Math", STIX, math; }
    math[display="block"] { overflow-x: auto; overflow-y: hidden; padding: .2rem 0; }
    a.number { color: inherit; text-decoration: underline dotted var(--soft); text-decoration-thickness: 1px;
      text-underline-offset: .2em; }
    td a.number { text-decoration: none; }
    a.number:hover, a.number:focus { background: var(--tint); text-decoration: underline dotted; }
    #card { position: fixed; z-index: 2; max-width: min(30rem, calc(100vw - 16px)); padding: .55rem .75rem;
      background: var(--paper); border: 1px solid var(--line); border-radius: 6px; font-size: .78rem; line-height: 1.5;
      box-shadow: 0 4px 16px rgb(0 0 0 / .22); pointer-events: none; overflow-wrap: anywhere; }
    #card[hidden] { display: none; }
    #card div { display: grid; grid-template-columns: 5.4rem 1fr; }
    #card b { color: var(--soft); font-weight: 500; }
    details { margin: 1rem 0; }
    nav details { margin: 0; }
    summary { cursor: pointer; font-size: .82rem; color: var(--soft); }
    pre { background: var(--tint); padding: .8rem 1rem; border-radius: 4px; overflow-x: auto; font-size: .8rem;
      line-height: 1.45; overflow-wrap: normal; }
    code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .88em; }
    pre code { font-size: inherit; }
    pre a { color: inherit; }
    pre span:target { background: var(--line); }
    code .kw, code .cf, code .im { color: var(--keyword); }
    code .st, code .ss, code .vs { color: var(--string); }
    code .dv, code .fl, code .bn { color: var(--number); }
    code .co { color: var(--soft); font-style: italic; }
    blockquote, .callout { margin: 1rem 0; padding: .1rem 1rem; border-left: 4px solid var(--link); background: var(--tint); }
    .callout.warning { border-color: var(--warning); }
    .callout.important { border-color: var(--keyword); }
    .callout.tip { border-color: var(--string); }
    footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--line); font-size: .78rem; color: var(--soft); }
    footer p { margin: .25rem 0; }
    @media print {
      @page { margin: 18mm 16mm; }
      body { font-size: 10.5pt; }
      nav, details, .skip, #card { display: none !important; }
      main { max-width: none; margin: 0; padding: 0; }
      h2, h3, h4 { break-after: avoid; }
      .figure, .table, .equation, tr { break-inside: avoid; }
      table { font-size: 8pt; }
      th, td { padding: .2rem .35rem; }
      .scroll { overflow: visible; }
      .ledger table { min-width: 0; }
      a { color: inherit; }
      a.number { text-decoration: none; }
    }
    """
}
