import Screening

extension EvaluationSummary {
    /// Markdown: a list of the figures over all scans, what the maps are held against, and a table by severity and volume.
    package var markdown: String {
        var lines = [
            "## \(modality.rawValue)", "",
            "\(all.patients) patients and \(all.controls) controls"
                + (all.refused > 0 ? "; \(all.refused) scans got no score" : "") + ".", "",
            "| figure | value (95 % interval) |", "| --- | --- |",
            "| accuracy | \(FigureText.share(all.accuracy)) |",
            "| ROC-AUC | \(FigureText.area(all.auc)) |",
            "| sensitivity | \(FigureText.share(all.sensitivity)) |",
            "| specificity | \(FigureText.share(all.specificity)) |",
            "| calibration error, Brier score | \(FigureText.number(all.calibrationError)), "
                + "\(FigureText.number(all.brierScore)) |",
            "| peak within \(Int(ModelOutcome.nearMM)) mm of the lesion, of right positives | "
                + "\(FigureText.share(all.peakNear)) |", "",
        ]
        if protocolBaseline != nil || intensityBaseline != nil { lines += baselineLines }
        if all.heat.patients > 0 { lines += heatLines }
        if !bySeverity.isEmpty || !byVolume.isEmpty { lines += partLines }
        return lines.joined(separator: "\n") + "\n"
    }

    private var baselineLines: [String] {
        func row(_ name: String, _ baseline: ModelOutcome.Baseline?) -> [String] {
            [name, FigureText.number(baseline?.accuracy), FigureText.area(baseline?.auc)]
        }
        return [
            FigureText.table([
                ["what needs no lesion", "accuracy", "ROC-AUC"], row("protocol-only baseline", protocolBaseline),
                row("intensity baseline", intensityBaseline),
            ]), "Cross-validated on these scans: a set that does not give its groups away leaves both near 0.5.", "",
        ]
    }

    private var heatLines: [String] {
        let heat = all.heat
        let rows = [
            ["Heat-Score of", "whole (scored)", "brain background (scored)"],
            ["the map with ReLU", FigureText.mean(heat.whole), FigureText.mean(heat.brain)],
            ["the signed map", FigureText.mean(heat.signedWhole), FigureText.mean(heat.signedBrain)],
            ["the raw image as map", FigureText.mean(heat.imageWhole), FigureText.mean(heat.imageBrain)],
            [
                "the map against another's mask", FigureText.mean(heat.otherMaskWhole),
                FigureText.mean(heat.otherMaskBrain),
            ],
        ]
        return [
            FigureText.table(rows),
            "Of \(heat.patients) patients' scans. Measured on the prepared grid, masks by world position, nearest neighbour.",
            "",
        ]
    }

    private var partLines: [String] {
        let head = ["patients", "n", "sensitivity", "ROC-AUC", "Heat-Score", "brain", "peak near"]
        let rows = (bySeverity + byVolume).map { part in
            [
                part.name, "\(part.patients)", FigureText.share(part.sensitivity), FigureText.area(part.auc),
                FigureText.mean(part.heat.whole), FigureText.mean(part.heat.brain), FigureText.share(part.peakNear),
            ]
        }
        return [FigureText.table([head] + rows), "Each part against all controls.", ""]
    }
}
