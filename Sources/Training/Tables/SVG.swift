import Foundation
package import Reporting

/// Pieces of scalable pictures: plain SVG 1.1 without scripts, styles or anything fetched.
package enum SVG {
    /// Families that have the metrics of Times where it is missing.
    static let serif = "Times New Roman, Liberation Serif, Nimbus Roman, serif"

    /// A whole file, with a white background.
    package static func document(width: Double, height: Double, title: String, _ drawing: () -> [HTML]) -> String {
        let (w, h) = (number(width.rounded(.up)), number(height.rounded(.up)))
        let root = el(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": w, "height": h, "viewBox": "0 0 \(w) \(h)",
                "role": "img", "font-family": serif,
            ]
        ) {
            el("title") { title }
            el("rect", ["width": w, "height": h, "fill": "#ffffff"])
            drawing()
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.render() + "\n"
    }

    static func text(
        x: Double, y: Double, size: Double, anchor: String = "start", weight: String = "normal",
        colour: String = "#000000", @HTMLBuilder _ content: () -> [HTML]
    ) -> HTML {
        el(
            "text",
            [
                "x": number(x), "y": number(y), "font-size": number(size), "text-anchor": anchor,
                "font-weight": weight, "fill": colour,
            ], content)
    }

    static func line(
        from a: (Double, Double), to b: (Double, Double), thickness: Double, colour: String = "#000000"
    ) -> HTML {
        el(
            "line",
            [
                "x1": number(a.0), "y1": number(a.1), "x2": number(b.0), "y2": number(b.1), "stroke": colour,
                "stroke-width": number(thickness),
            ])
    }

    /// At most two decimals, none where they are zero.
    static func number(_ value: Double) -> String {
        var text = String(format: "%.2f", value)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }

    /// The width of a line: that of DejaVu Serif, the widest of the fonts that may stand in for Times, so that text never
    /// overlaps.
    static func textWidth(_ text: String, size: Double, isBold: Bool = false) -> Double {
        let widths = text.unicodeScalars.reduce(0.0) { sum, scalar in
            switch scalar {
            case "0"..."9", "\u{2013}": sum + 0.64
            case "i", "j", "l", "'", "|", ".", ",", ":", ";", "/", " ", "\u{A0}": sum + 0.33
            case "f", "r", "s", "t", "I", "(", ")", "-", "[", "]": sum + 0.45
            case "m", "w", "M", "W", "%", "@": sum + 0.97
            case "A"..."Z", "\u{2265}", "\u{2264}", "\u{D7}", "\u{B1}", "\u{2212}", "=", "+", "<", ">": sum + 0.8
            default: sum + 0.63
            }
        }
        return widths * size * (isBold ? 1.09 : 1)
    }

    /// Lines no wider than `width`, broken at spaces.
    static func wrapped(_ text: String, width: Double, size: Double) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            let longer = lines.last.map { $0 + " " + word } ?? String(word)
            if lines.isEmpty || textWidth(longer, size: size) > width {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = longer
            }
        }
        return lines
    }
}
