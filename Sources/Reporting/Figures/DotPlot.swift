import Screening

/// An ensemble's scores on a line from 0 to 1: a dot per member, the mean, the threshold.
struct DotPlot {
    var score: ModalityScore
    var label: String

    private static let width = 480.0
    private static let left = 16.0
    private static let line = 58.0

    private static func x(_ value: Double) -> Double { left + min(max(value, 0), 1) * (width - 2 * left) }
    private static func at(_ value: Double) -> String { Format.fixed(value, 1) }

    var html: HTML {
        el("svg", ["class": "dots", "viewBox": "0 0 480 96", "role": "img", "aria-label": label]) {
            el(
                "rect",
                [
                    "class": "range", "x": Self.at(Self.x(score.minimum) - 7), "y": Self.at(Self.line - 7),
                    "width": Self.at(Self.x(score.maximum) - Self.x(score.minimum) + 14), "height": "14", "rx": "7",
                ])
            axis
            threshold
            for place in dots {
                el("circle", ["class": "member", "cx": Self.at(place.x), "cy": Self.at(place.y), "r": "5"])
            }
            mean
        }
    }

    @HTMLBuilder private var axis: [HTML] {
        el(
            "line",
            [
                "class": "axis", "x1": Self.at(Self.x(0)), "x2": Self.at(Self.x(1)), "y1": Self.at(Self.line),
                "y2": Self.at(Self.line),
            ])
        for tick in [0, 0.25, 0.5, 0.75, 1] {
            let x = Self.at(Self.x(tick))
            el("line", ["class": "axis", "x1": x, "x2": x, "y1": Self.at(Self.line), "y2": Self.at(Self.line + 12)])
            el("text", ["class": "tick", "x": x, "y": Self.at(Self.line + 30)]) {
                tick == 0 ? "0" : tick == 1 ? "1" : Format.score(tick)
            }
        }
    }

    @HTMLBuilder private var threshold: [HTML] {
        let x = Self.x(score.threshold)
        el(
            "line",
            ["class": "threshold", "x1": Self.at(x), "x2": Self.at(x), "y1": "20", "y2": Self.at(Self.line + 14)])
        let anchor = x < 90 ? "start" : x > Self.width - 90 ? "end" : "middle"
        el("text", ["class": "threshold-label", "x": Self.at(x), "y": "14", "text-anchor": anchor]) {
            "threshold \(Format.score(score.threshold))"
        }
    }

    private var mean: HTML {
        let (x, y) = (Self.x(score.mean), Self.line)
        let corners = [(x, y - 22), (x + 6, y - 13), (x, y - 4), (x - 6, y - 13)]
        return el(
            "polygon",
            ["class": "mean", "points": corners.map { "\(Self.at($0.0)),\(Self.at($0.1))" }.joined(separator: " ")])
    }

    /// Members with nearly the same score stand beside each other, below the line.
    private var dots: [(x: Double, y: Double)] {
        var placed: [(x: Double, y: Double)] = []
        for member in score.members.map(\.score).sorted() {
            let x = Self.x(member)
            let crowd = placed.filter { abs($0.x - x) < 10 }.count
            placed.append((x, Self.line + Double(crowd % 3) * 8 * (crowd % 3 == 2 ? -0.5 : 0.5)))
        }
        return placed
    }
}
