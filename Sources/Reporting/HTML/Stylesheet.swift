/// How every page looks: dark on screen, light on A4. Text on its ground has a contrast of at least 4.5 (WCAG 2.2 AA);
/// meaning is never carried by colour alone.
enum Stylesheet {
    static let rules: StaticString = """
        :root {
          --ground: #0d1117; --panel: #151b23; --raised: #1d2530; --line: #303a47; --text: #e8edf3; --soft: #aab6c3;
          --link: #8cc8ff; --flag: #ffb454; --flag-ground: #3a2a10; --below: #a9c7d8; --below-ground: #1a2a35;
          --disagree: #e0d16a; --disagree-ground: #333011; --barred: #ff9d96; --barred-ground: #43191b;
          --mute: #d7c7ff; --mute-ground: #2b2440; --mean: #ffffff; --dot: #8cc8ff;
        }
        * { box-sizing: border-box; }
        html { color-scheme: dark; background: var(--ground); color: var(--text); }
        body { margin: 0; font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
          font-variant-numeric: tabular-nums; }
        main, footer { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
        .banner { background: #f3d27a; color: #221a00; padding: 7px 24px; text-align: center; font-size: 14px; }
        h1 { font-size: 22px; line-height: 1.25; margin: 0; font-weight: 650; }
        h2 { font-size: 18px; margin: 40px 0 12px; font-weight: 650; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
        h3 { font-size: 15px; margin: 22px 0 8px; font-weight: 650; }
        p { margin: 8px 0; max-width: 118ch; }
        a { color: var(--link); } a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        .soft, figcaption, caption, footer { color: var(--soft); }
        .small { font-size: 13px; }
        code { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
        .icon { width: 1.15em; height: 1.15em; flex: none; vertical-align: -0.2em; }
        .masthead { display: flex; gap: 16px 40px; flex-wrap: wrap; align-items: flex-start; justify-content: space-between;
          padding: 22px 0 16px; }
        .masthead .who { min-width: 0; flex: 1 1 600px; }
        .masthead .which { flex: 0 1 auto; font-size: 13.5px; color: var(--soft); text-align: right; }
        .masthead .which p { margin: 2px 0; }
        .facts { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 8px 0 0; }
        .facts > div { min-width: 0; } .facts dt { font-size: 12.5px; color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .strip { display: flex; gap: 16px; align-items: flex-start; border: 1px solid; border-left-width: 10px; border-radius: 8px;
          padding: 14px 20px; margin: 0 0 14px; }
        .strip .icon { width: 34px; height: 34px; margin-top: 1px; }
        .strip .word { font-size: 24px; line-height: 1.3; font-weight: 750; letter-spacing: 0.02em; margin: 0; }
        .strip p { margin: 3px 0 0; color: var(--text); max-width: 100ch; }
        .flagged { color: var(--flag); background: var(--flag-ground); }
        .belowThreshold { color: var(--below); background: var(--below-ground); }
        .indeterminate { color: var(--disagree); background: var(--disagree-ground); }
        .notAssessable, .alarm { color: var(--barred); background: var(--barred-ground); }
        .noMeaning { color: var(--mute); background: repeating-linear-gradient(135deg, var(--mute-ground) 0 14px, #241e36 14px 28px); }
        .superseded { color: var(--barred); background: var(--barred-ground); }
        .notes { display: grid; gap: 8px; margin: 0 0 14px; padding: 0; list-style: none; }
        .notes li { display: flex; gap: 12px; border: 1px solid var(--disagree); border-left-width: 6px; border-radius: 6px;
          background: var(--disagree-ground); padding: 9px 14px; }
        .notes .icon { color: var(--disagree); margin-top: 3px; }
        .cards { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; }
        .card { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 14px 18px 12px; }
        .card h2, .card h3 { margin: 0; padding: 0; border: 0; font-size: 16px; display: flex; justify-content: space-between; gap: 12px; }
        .card .score { font-size: 17px; margin: 8px 0 2px; } .card .score strong { font-size: 30px; font-weight: 700; }
        .card p { margin: 6px 0; font-size: 14px; }
        .chip.over { color: var(--flag); } .chip { font-size: 12.5px; font-weight: 600; border: 1px solid currentColor; border-radius: 99px; padding: 1px 10px; white-space: nowrap; }
        .missing { border: 2px dashed var(--barred); background: var(--barred-ground); }
        .missing .word { color: var(--barred); font-weight: 700; font-size: 18px; }
        .dots { display: block; width: 100%; height: auto; margin: 6px 0 0; }
        .dots .axis { stroke: var(--soft); stroke-width: 1.4; } .dots .range { fill: var(--dot); opacity: 0.28; }
        .dots .member { fill: var(--dot); stroke: var(--panel); stroke-width: 1.2; }
        .dots .mean { fill: var(--mean); }
        .dots .threshold { stroke: var(--flag); stroke-width: 2.4; stroke-dasharray: 5 3; }
        .dots text { font-size: 13px; fill: var(--soft); } .dots .tick { text-anchor: middle; } .dots .threshold-label { fill: var(--flag); }
        .views { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; margin: 10px 0; }
        .views.two { grid-template-columns: repeat(2, minmax(0, 1fr)); max-width: 830px; }
        .views.one { grid-template-columns: minmax(0, 440px); }
        .views figure, .lightbox { margin: 0; background: #000; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
        .views img, .lightbox img { display: block; width: 100%; height: auto; }
        .views figcaption { font-size: 12.5px; padding: 5px 10px 7px; color: #b9c4cf; }
        .lightbox { max-width: 900px; } .lightbox figcaption { font-size: 12.5px; padding: 6px 10px 8px; color: #b9c4cf; }
        .head { font-size: 13px; color: var(--soft); font-weight: 600; text-align: center; margin: 0; }
        table { border-collapse: collapse; width: 100%; margin: 8px 0 16px; font-size: 14px; }
        caption { text-align: left; padding: 4px 0 8px; font-size: 13.5px; }
        th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        th { font-weight: 600; } thead th { color: var(--soft); font-size: 13px; }
        td.number, th.number { text-align: right; white-space: nowrap; }
        .scroll { overflow-x: auto; }
        .fail { color: var(--barred); font-weight: 650; } .nobreak { white-space: nowrap; }
        details { border: 1px solid var(--line); border-radius: 8px; background: var(--panel); padding: 0 16px; margin: 12px 0; }
        summary { cursor: pointer; padding: 10px 0; font-weight: 600; } details[open] { padding-bottom: 10px; }
        details details { background: var(--ground); }
        .limits li { margin: 5px 0; max-width: 90ch; }
        .columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; align-items: start; }
        .card dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 10px 0; font-size: 13.5px; }
        .card dt { color: var(--soft); } .card dd { margin: 0; overflow-wrap: anywhere; }
        footer { font-size: 13px; padding-top: 18px; padding-bottom: 40px; margin-top: 40px; border-top: 1px solid var(--line); }
        .balance { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; margin: 8px 0; padding: 0; list-style: none; }
        .balance li { background: var(--raised); border-radius: 6px; padding: 4px 12px; font-size: 13.5px; color: var(--soft); text-align: center; }
        .balance b { display: block; font-size: 20px; line-height: 1.25; color: var(--text); }
        .balance .sign { background: none; padding: 0; font-size: 20px; }
        .sums { display: flex; align-items: center; gap: 8px; font-weight: 600; margin: 10px 0 0; }
        .label { display: inline-flex; gap: 8px; align-items: center; font-weight: 700; font-size: 13px; border: 1px solid; border-radius: 6px;
          padding: 3px 10px; white-space: nowrap; }
        .label.pending, .label.incomplete { color: var(--soft); background: var(--raised); }
        .label.incomplete { color: var(--disagree); background: var(--disagree-ground); }
        tr.open td { background: transparent; } .empty { border: 1px dashed var(--line); border-radius: 8px; padding: 34px 20px; text-align: center; }
        .empty p { margin: 6px auto; }
        @media screen and (max-width: 820px) {
          .cards, .columns, .views, .views.two { grid-template-columns: minmax(0, 1fr); }
          .masthead .which { text-align: left; } main, footer { padding: 0 14px; }
        }
        @page { size: A4; margin: 13mm 12mm; }
        @media print {
          :root { --ground: #fff; --panel: #fff; --raised: #eef1f4; --line: #b9c0c8; --text: #111; --soft: #454d56; --link: #0b4a8f;
            --flag: #7a4300; --flag-ground: #fff3df; --below: #1d4457; --below-ground: #eef5f9; --disagree: #5c5200;
            --disagree-ground: #fbf7dd; --barred: #8f1414; --barred-ground: #fdecea; --mute: #43307f; --mute-ground: #f3effc;
            --mean: #000; --dot: #1f5f99; }
          html { color-scheme: light; }
          body { font-size: 9.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
          main, footer { max-width: none; padding: 0; } .banner { border: 1px solid #7a6100; margin-bottom: 3mm; }
          .noMeaning { background: var(--mute-ground); }
          .masthead { padding: 0 0 3mm; } h2 { margin: 7mm 0 3mm; break-after: avoid; } h3 { break-after: avoid; }
          .strip, .card, figure, tr, .notes li, .views { break-inside: avoid; }
          .views { gap: 2mm; margin: 2mm 0; } .lightbox { max-width: 122mm; }
          .scroll { overflow: visible; } table { font-size: 8.5pt; } th, td { padding: 1mm 2.5mm 1mm 0; } .dots text { font-size: 19px; }
          .masthead .which { text-align: left; } h1, h2, h3, thead { break-after: avoid; } .views figcaption { font-size: 8pt; padding: 1mm 2mm; }
          .views figcaption, .lightbox figcaption { background: #fff; color: #222; }
          .strip .word { font-size: 16pt; } details { border-style: dotted; } a { color: inherit; }
        }
        """
}
