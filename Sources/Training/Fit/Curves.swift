import Reporting

/// How a training went, as a table and as a picture.
package struct Curves {
    package var history: [EpochRecord]
    /// Counted from 1.
    package var best: Int

    package init(history: [EpochRecord], best: Int) {
        self.history = history
        self.best = best
    }

    package var csv: String {
        let head = "epoch,train_loss,validation_loss,gap,validation_accuracy,learning_rate,seconds\n"
        return head
            + history.map { record in
                let numbers = [
                    record.trainLoss, record.validationLoss, record.gap, record.validationAccuracy, record.learningRate,
                ]
                return "\(record.epoch)," + numbers.map { "\($0)" }.joined(separator: ",")
                    + ",\(Decimals.fixed(record.seconds, 3))\n"
            }.joined()
    }

    // MARK: The picture

    private static let (width, left, right) = (720.0, 60.0, 20.0)
    private static let loss = (top: 40.0, bottom: 300.0)
    private static let accuracy = (top: 350.0, bottom: 470.0)
    private static let (trainColour, validationColour, gapColour) = ("#1f5fa8", "#b3471d", "#b3471d")

    private func x(_ epoch: Int) -> Double {
        let span = max(1, history.count - 1)
        return Self.left + (Self.width - Self.left - Self.right) * Double(epoch - 1) / Double(span)
    }

    /// The loss axis reaches from 0 to the largest loss, in a step that gives at most six lines.
    private var lossStep: Double {
        let most = history.reduce(0.1) { max($0, $1.trainLoss, $1.validationLoss) }
        return [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10].first { most / $0 <= 6 } ?? most / 5
    }

    private var lossTop: Double {
        let most = history.reduce(0.1) { max($0, $1.trainLoss, $1.validationLoss) }
        return (most / lossStep).rounded(.up) * lossStep
    }

    private func y(loss: Double) -> Double {
        Self.loss.bottom - (Self.loss.bottom - Self.loss.top) * min(max(loss / lossTop, 0), 1)
    }

    private func y(accuracy: Double) -> Double {
        Self.accuracy.bottom - (Self.accuracy.bottom - Self.accuracy.top) * accuracy
    }

    private static func at(_ value: Double) -> String { Decimals.fixed(value, 1) }

    private func points(_ value: (EpochRecord) -> Double) -> [String] {
        history.map { "\(Self.at(x($0.epoch))),\(Self.at(value($0)))" }
    }

    package var svg: String {
        el(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 720 510", "width": "720", "height": "510",
                "font-family": "sans-serif", "font-size": "12", "role": "img",
                "aria-label": "Loss and accuracy by epoch",
            ]
        ) {
            el("rect", ["width": "720", "height": "510", "fill": "#ffffff"])
            grid
            rateChanges
            gap
            line(points { y(loss: $0.trainLoss) }, Self.trainColour)
            line(points { y(loss: $0.validationLoss) }, Self.validationColour)
            line(points { y(accuracy: $0.validationAccuracy) }, Self.validationColour)
            bestMark
            legend
        }.render() + "\n"
    }

    private func line(_ points: [String], _ colour: String) -> HTML {
        el(
            "polyline",
            ["points": points.joined(separator: " "), "fill": "none", "stroke": colour, "stroke-width": "2"])
    }

    private func text(_ x: Double, _ y: Double, _ words: String, anchor: String = "start", fill: String = "#333333")
        -> HTML
    {
        el("text", ["x": Self.at(x), "y": Self.at(y), "text-anchor": anchor, "fill": fill]) { words }
    }

    private func rule(_ y: Double) -> HTML {
        el(
            "line",
            [
                "x1": Self.at(Self.left), "x2": Self.at(Self.width - Self.right), "y1": Self.at(y), "y2": Self.at(y),
                "stroke": "#dddddd",
            ])
    }

    @HTMLBuilder private var grid: [HTML] {
        for index in 0...Int((lossTop / lossStep).rounded()) {
            let value = Double(index) * lossStep
            rule(y(loss: value))
            text(Self.left - 8, y(loss: value) + 4, Decimals.short(value), anchor: "end")
        }
        for value in [0, 0.5, 1] {
            rule(y(accuracy: value))
            text(Self.left - 8, y(accuracy: value) + 4, Decimals.short(value), anchor: "end")
        }
        for epoch in ticks { text(x(epoch), Self.accuracy.bottom + 18, "\(epoch)", anchor: "middle") }
        text(Self.width / 2, Self.accuracy.bottom + 34, "epoch", anchor: "middle")
        text(Self.left, Self.accuracy.top - 10, "validation accuracy")
    }

    private var ticks: [Int] {
        let step = [1, 2, 5, 10, 20, 50, 100, 200, 500].first { history.count / $0 <= 12 } ?? history.count
        return (1...max(1, history.count)).filter { $0 == 1 || $0.isMultiple(of: step) }
    }

    /// A broken line before each epoch that was trained with another rate than the one before.
    @HTMLBuilder private var rateChanges: [HTML] {
        for (before, record) in zip(history, history.dropFirst()) where before.learningRate != record.learningRate {
            let place = (x(before.epoch) + x(record.epoch)) / 2
            el(
                "line",
                [
                    "x1": Self.at(place), "x2": Self.at(place), "y1": Self.at(Self.loss.top),
                    "y2": Self.at(Self.accuracy.bottom), "stroke": "#888888", "stroke-dasharray": "3 3",
                ])
            text(place + 4, Self.loss.top + 12, "rate \(Decimals.short(record.learningRate))", fill: "#666666")
        }
    }

    /// What lies between the two losses.
    @HTMLBuilder private var gap: [HTML] {
        if let last = history.last, history.count > 1 {
            let outline = points { y(loss: $0.trainLoss) } + points { y(loss: $0.validationLoss) }.reversed()
            el(
                "polygon",
                ["points": outline.joined(separator: " "), "fill": Self.gapColour, "fill-opacity": "0.15"])
            text(
                Self.width - Self.right - 6, y(loss: (last.trainLoss + last.validationLoss) / 2) + 4,
                "train–validation gap \(Decimals.fixed(last.gap, 3))", anchor: "end", fill: "#7a3a20")
        }
    }

    @HTMLBuilder private var bestMark: [HTML] {
        if history.indices.contains(best - 1) {
            let place = (x: x(best), y: y(loss: history[best - 1].validationLoss))
            el(
                "circle",
                [
                    "cx": Self.at(place.x), "cy": Self.at(place.y), "r": "5", "fill": "#ffffff",
                    "stroke": Self.validationColour, "stroke-width": "2",
                ])
        }
    }

    @HTMLBuilder private var legend: [HTML] {
        text(Self.left, 22, "training loss", fill: Self.trainColour)
        text(Self.left + 110, 22, "validation loss", fill: Self.validationColour)
        text(Self.left + 230, 22, "○ best epoch (\(best)), whose weights are kept")
    }
}
