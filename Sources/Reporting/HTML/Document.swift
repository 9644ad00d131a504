/// The frame that every page shares: security policy, style, the banner on top, the foot.
struct Document {
    /// Shown in the browser's tab and history, so never a patient's name.
    var title: String
    var body: [HTML]
    var foot: [HTML]

    /// No script, no network, pictures from the page itself only.
    static let contentSecurityPolicy =
        "default-src 'none'; img-src data:; script-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
        + "form-action 'none'"

    func render() -> String {
        "<!DOCTYPE html>\n"
            + el("html", ["lang": "en"]) {
                el("head") {
                    el("meta", ["charset": "utf-8"])
                    el("meta", ["http-equiv": "Content-Security-Policy", "content": Self.contentSecurityPolicy])
                    el("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                    el("meta", ["name": "color-scheme", "content": "dark light"])
                    el("meta", ["name": "robots", "content": "noindex"])
                    el("meta", ["name": "referrer", "content": "no-referrer"])
                    el("title") { title }
                    HTML.style(Stylesheet.rules)
                }
                el("body") {
                    banner
                    el("main") { body }
                    el("footer") { foot }
                }
            }.render()
    }

    private var banner: HTML {
        el("div", ["class": "banner", "role": "note", "aria-label": "Intended use"]) {
            el("strong") { "Research use." }
            " Decision support, not a diagnosis. "
            el("span", ["class": "nobreak"]) { "A score below threshold does not exclude FCD." }
        }
    }
}
