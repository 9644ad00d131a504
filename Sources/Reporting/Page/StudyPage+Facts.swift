import Imaging
import Screening

extension StudyPage {
    /// Every quality number beside its limit and judgement.
    @HTMLBuilder var qualitySection: [HTML] {
        let rows =
            (result.quality?.numbers ?? []).map { ("both", $0) }
            + result.modalities.flatMap { modality in modality.quality.map { (modality.modality.rawValue, $0) } }
        el("section", ["aria-labelledby": "quality"]) {
            el("h2", ["id": "quality"]) { "Image quality" }
            if rows.isEmpty {
                el("p", ["class": "soft"]) { "Nothing was measured: no image got that far." }
            } else {
                el("div", ["class": "scroll"]) { table(of: rows) }
            }
            if let statement = result.quality?.statement {
                el("p", ["class": "small"]) {
                    el("strong") { "Where the limits come from: " }
                    isolated(statement)
                }
            }
            for modality in result.modalities {
                if let acquisition = modality.acquisition { acquisitionLine(modality.modality.rawValue, acquisition) }
            }
        }
    }

    private func table(of rows: [(String, QualityNumber)]) -> HTML {
        el("table") {
            el("caption") { "What was measured on the images, and the limit for a score" }
            el("thead") {
                el("tr") {
                    el("th", ["scope": "col"]) { "Modality" }
                    el("th", ["scope": "col"]) { "Measure" }
                    el("th", ["scope": "col", "class": "number"]) { "Value" }
                    el("th", ["scope": "col"]) { "Limit" }
                    el("th", ["scope": "col"]) { "Judgement" }
                }
            }
            el("tbody") {
                for (name, number) in rows {
                    el("tr") {
                        el("td") { name }
                        el("th", ["scope": "row"]) { number.name }
                        el("td", ["class": "number"]) {
                            Format.short(number.value) + (number.unit.isEmpty ? "" : "\u{A0}\(number.unit)")
                        }
                        el("td") { number.limit ?? "none" }
                        el("td") { judgement(number.judgement) }
                    }
                }
            }
        }
    }

    private func judgement(_ judgement: QualityNumber.Judgement) -> HTML {
        switch judgement {
        case .pass: el("span") { "within the limit" }
        case .fail:
            el("span", ["class": "fail"]) {
                Icon.cross.html
                " OUTSIDE THE LIMIT"
            }
        case .information: el("span", ["class": "soft"]) { "for information" }
        }
    }

    private func acquisitionLine(_ name: String, _ acquisition: Acquisition) -> HTML {
        let grid = acquisition.grid
        var facts = [
            acquisition.source,
            "\(grid.shape.x) × \(grid.shape.y) × \(grid.shape.z) voxels of \(Format.size(grid.spacingMM, digits: 2))",
        ]
        if let maker = acquisition.manufacturer { facts.append(maker) }
        if let field = acquisition.magneticFieldTesla { facts.append("\(Format.short(field))\u{A0}T") }
        for (label, value) in [
            ("TR", acquisition.repetitionTimeMS), ("TE", acquisition.echoTimeMS), ("TI", acquisition.inversionTimeMS),
        ] {
            if let value { facts.append("\(label)\u{A0}\(Format.short(value))\u{A0}ms") }
        }
        return el("p", ["class": "small"]) {
            el("strong") { "\(name): " }
            isolated(facts.joined(separator: ", "))
            ". Taken because: "
            isolated(acquisition.chosenBecause)
            acquisition.chosenBecause.hasSuffix(".") ? "" : "."
        }
    }

    /// What the page cannot say, and each model's own limits.
    @HTMLBuilder var limitSection: [HTML] {
        el("section", ["aria-labelledby": "limits"]) {
            el("h2", ["id": "limits"]) { "Limits" }
            el("ul", ["class": "limits"]) {
                el("li") { "Research software, no medical device. It supports a reader and decides nothing." }
                el("li") { "A score below threshold does not exclude FCD; a flag does not establish it." }
                if result.modalities.contains(where: { $0.score != nil }) {
                    el("li") {
                        "The score is an average of softmax values of several networks. It is no probability that this "
                        "patient has FCD."
                    }
                    el("li") { "Findings other than FCD type II, however plain, may leave the score low." }
                    el("li") {
                        "The map shows what moved the networks. It has the resolution of its cells and delineates no lesion."
                    }
                }
                for (name, limits) in modelLimits {
                    for limit in limits {
                        el("li") {
                            "\(name): "
                            isolated(limit)
                        }
                    }
                }
            }
        }
    }

    private var modelLimits: [(String, [String])] {
        result.modalities.compactMap { modality in
            modality.model.map { ("\(modality.modality.rawValue) model", $0.limits) }
        }
    }

    /// Which models spoke.
    @HTMLBuilder var modelSection: [HTML] {
        let models = result.modalities.filter { $0.model != nil }
        if !models.isEmpty {
            el("section", ["aria-labelledby": "models"]) {
                el("h2", ["id": "models"]) { "Models" }
                el("div", ["class": "columns"]) {
                    for modality in models {
                        if let model = modality.model { modelCard(modality, model) }
                    }
                }
            }
        }
    }

    private func modelCard(_ modality: ModalityResult, _ model: ModelIdentity) -> HTML {
        el("div", ["class": "card"]) {
            el("h3") {
                el("span") { "\(modality.modality.rawValue) model" }
                el("span", ["class": "chip"]) { model.status.rawValue }
            }
            el("dl") {
                entry("Name", model.name)
                entry("Version", model.version)
                entry("Architecture", model.architecture)
                entry("Status", Self.words(model.status))
                if let score = modality.score { entry("Threshold", Format.score(score.threshold)) }
                if let point = model.operatingPoint {
                    entry(
                        "Operating point",
                        "sensitivity \(Format.score(point.sensitivity)), specificity \(Format.score(point.specificity)), "
                            + "n = \(point.subjects), \(point.data)")
                } else {
                    entry("Operating point", "none measured")
                }
                el("dt") { "SHA-256 of model.json" }
                el("dd") { el("code") { model.sha256 } }
            }
            if let score = modality.score {
                el("details") {
                    el("summary") { "Members" }
                    memberTable(score)
                }
            }
        }
    }

    private func memberTable(_ score: ModalityScore) -> HTML {
        el("table") {
            el("caption") { "Each member's score, its logits (control, FCD) and the SHA-256 of its file" }
            el("thead") {
                el("tr") {
                    for name in ["Fold", "Score", "Logits", "SHA-256"] { el("th", ["scope": "col"]) { name } }
                }
            }
            el("tbody") {
                for member in score.members {
                    el("tr") {
                        el("th", ["scope": "row"]) { member.fold.map(String.init) ?? "none" }
                        el("td") { Format.fixed(member.score, 3) }
                        el("td") { member.logits.map { Format.fixed($0, 3) }.joined(separator: ", ") }
                        el("td") { el("code") { member.sha256 } }
                    }
                }
            }
        }
    }

    private static func words(_ status: ModelIdentity.Status) -> String {
        switch status {
        case .untrained: "untrained: random weights, shows the machinery only"
        case .demonstration: "demonstration: trained on data that say nothing about patients"
        case .research: "research: trained and tested on patients; no medical device"
        }
    }

    @HTMLBuilder func entry(_ name: String, _ value: String) -> [HTML] {
        el("dt") { name }
        el("dd") { isolated(value) }
    }
}
