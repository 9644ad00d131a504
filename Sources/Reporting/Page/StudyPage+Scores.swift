package import Screening

extension StudyPage {
    /// A card per modality: score, members, threshold, and what the threshold means at this site.
    @HTMLBuilder var scoreCards: [HTML] {
        el("section", ["class": "cards", "aria-label": "Scores"]) {
            for modality in result.modalities { card(modality) }
        }
        if let text = studyPredictiveValue { el("p", ["class": "soft small"]) { text } }
    }

    private func card(_ modality: ModalityResult) -> HTML {
        let isMissing = modality.status != .scored
        return el("div", ["class": isMissing ? "card missing" : "card"]) {
            el("h2") {
                el("span") { modality.modality.rawValue }
                if let score = modality.score, !isMissing, !result.noClinicalMeaning {
                    el("span", ["class": score.isOverThreshold ? "chip over" : "chip"]) {
                        score.isOverThreshold ? "over threshold" : "not over threshold"
                    }
                }
            }
            if let score = modality.score, !isMissing {
                scored(modality, score)
            } else {
                el("p", ["class": "word"]) {
                    modality.status == .missing ? "MISSING" : "NOT ASSESSED"
                }
                if let reason = modality.reason { el("p") { words(reason) } }
            }
        }
    }

    @HTMLBuilder private func scored(_ modality: ModalityResult, _ score: ModalityScore) -> [HTML] {
        let words = Self.words(score)
        el("p", ["class": "score"]) {
            "model score "
            el("strong") { Format.score(score.mean) }
            " (\(Self.range(score))), threshold \(Format.score(score.threshold))"
        }
        let plot =
            "\(modality.modality.rawValue): \(words); members "
            + score.members.map { Format.score($0.score) }.joined(separator: ", ")
        DotPlot(score: score, label: plot).html
        el("p", ["class": "soft small"]) {
            let over = score.members.filter { $0.score > score.threshold }.count
            "Dot: one member. Diamond: their mean. "
            if !result.noClinicalMeaning { "\(over) of \(score.members.count) members are over the threshold. " }
            "The score is no probability of disease."
        }
        if let text = predictiveValue(modality) { el("p") { text } }
    }

    /// "model score 0.73 (5 members, 0.61–0.84), threshold 0.50".
    package static func words(_ score: ModalityScore) -> String {
        "model score \(Format.score(score.mean)) (\(range(score))), threshold \(Format.score(score.threshold))"
    }

    private static func range(_ score: ModalityScore) -> String {
        Format.count(score.members.count, "member", "members")
            + ", \(Format.score(score.minimum))–\(Format.score(score.maximum))"
    }

    private func predictiveValue(_ modality: ModalityResult) -> String? {
        guard let point = modality.model?.operatingPoint else {
            return result.noClinicalMeaning
                ? nil : "No operating point was measured for this threshold, so no predictive value can be given."
        }
        return sentence(about: point, what: "this threshold")
    }

    private var studyPredictiveValue: String? {
        guard let point = profileOperatingPoint else { return nil }
        return sentence(about: point, what: "the study-level rule of this profile")
    }

    private func sentence(about point: OperatingPoint, what: String) -> String? {
        guard !result.noClinicalMeaning, let prevalence, let value = PredictiveValue(point, prevalence: prevalence)
        else {
            return nil
        }
        return
            "At \(what) (sensitivity \(Format.score(point.sensitivity)), specificity \(Format.score(point.specificity)), "
            + "n = \(point.subjects)) and the configured prevalence of \(Format.percent(prevalence, digits: 1)), "
            + "\(Format.percent(value.positive, digits: 1)) of flagged studies have FCD type II; "
            + "\(Format.percent(1 - point.sensitivity)) of studies with it stay below threshold."
    }
}
