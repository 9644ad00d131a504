import Imaging
import Screening

extension StudyPage {
    /// What changed against the report that this one takes the place of.
    @HTMLBuilder var changeSection: [HTML] {
        if let earlier = result.supersedes {
            el("section", ["aria-labelledby": "changed"]) {
                el("h2", ["id": "changed"]) { "Takes the place of an earlier report: what changed" }
                el("p") {
                    "Earlier report: "
                    el("a", ["href": Self.link("../\(earlier.caseID)/report.html")]) { "case \(earlier.caseID)" }
                    " of \(Self.moment(earlier.reportedAt)). "
                    why(earlier)
                }
                el("p") { el("strong") { verdictChange(earlier) } }
                el("div", ["class": "scroll"]) { table(earlier) }
            }
        }
    }

    private func why(_ earlier: EarlierReport) -> String {
        switch earlier.why {
        case .newImages: return "New images of the study arrived after it."
        case .rescreened:
            let profiles = [earlier.profile, result.profile].map { $0 ?? "none" }
            return profiles[0] == profiles[1]
                ? "The study was screened again on request, with profile \(profiles[1])."
                : "The study was screened again on request: with profile \(profiles[0]) then, \(profiles[1]) now."
        }
    }

    private func verdictChange(_ earlier: EarlierReport) -> String {
        let then = Self.word(earlier.verdict, earlier.reason?.code)
        let now = Self.word(result.verdict, result.reason?.code)
        return then == now ? "Same statement then and now: \(now)." : "The statement changed: \(then) then, \(now) now."
    }

    private static func word(_ verdict: Verdict, _ code: String?) -> String {
        switch verdict {
        case .flagged: "FLAGGED FOR REVIEW"
        case .indeterminate: "INDETERMINATE"
        case .belowThreshold: "BELOW THRESHOLD"
        case .noClinicalMeaning: "NO CLINICAL MEANING"
        case .notAssessable: "NOT ASSESSABLE" + (code.map { " (\($0))" } ?? "")
        }
    }

    private func table(_ earlier: EarlierReport) -> HTML {
        el("table") {
            el("caption") { "Scores are of the same kind as below; they compare only under the same model" }
            el("thead") {
                el("tr") {
                    for name in ["Modality", "Then", "Now", "Files"] { el("th", ["scope": "col"]) { name } }
                }
            }
            el("tbody") {
                for now in result.modalities {
                    if let then = earlier.modalities.first(where: { $0.modality == now.modality }) {
                        el("tr") {
                            el("th", ["scope": "row"]) { now.modality.rawValue }
                            el("td") {
                                Self.line(
                                    then.status, mean: then.mean, threshold: then.threshold, then.reason, then.model)
                            }
                            el("td") {
                                Self.line(
                                    now.status, mean: now.score?.mean, threshold: now.score?.threshold, now.reason,
                                    now.model.map { "\($0.name) \($0.version)" })
                            }
                            el("td") { Self.files(then: then.inputSHA256, now: now.inputSHA256) }
                        }
                    }
                }
            }
        }
    }

    private static func line(
        _ status: ModalityResult.Status, mean: Double?, threshold: Double?, _ reason: Reason?, _ model: String?
    ) -> String {
        if let mean, let threshold {
            return "model score \(Format.score(mean)), threshold \(Format.score(threshold))"
                + (model.map { ", \($0)" } ?? "")
        }
        let word = status == .missing ? "not in the study" : "not assessed"
        return word + (reason.map { " (\($0.code))" } ?? "")
    }

    private static func files(then: [String], now: [String]) -> String {
        let added = Set(now).subtracting(then).count
        let gone = Set(then).subtracting(now).count
        switch (added, gone) {
        case (0, 0): return now.isEmpty ? "none" : "the same \(Format.count(now.count, "file", "files"))"
        case (_, 0): return "\(Format.count(added, "file", "files")) added"
        case (0, _): return "\(Format.count(gone, "file", "files")) no longer used"
        default: return "\(Format.count(added, "file", "files")) added, \(gone) no longer used"
        }
    }

    /// `2026-11-23T05:12:00Z` as `2026-11-23 05:12 UTC`.
    private static func moment(_ iso: String) -> String {
        iso.count == 20 ? "\(iso.prefix(10)) \(iso.dropFirst(11).prefix(5)) UTC" : iso
    }
}
