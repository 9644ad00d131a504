import Imaging
import Screening

extension StudyPage {
    /// The verdict in one line and what it means, preceded by what overrides it.
    @HTMLBuilder var verdictStrips: [HTML] {
        if result.noClinicalMeaning {
            strip("noMeaning", .warning, "NO CLINICAL MEANING — demonstration/untrained models") {
                el("p") {
                    "The models behind these numbers were not trained on patients. The page shows how the program works. "
                    "Scores and maps say nothing about this head."
                }
            }
        }
        if result.verdict == .notAssessable {
            strip("notAssessable", .barred, "NOT ASSESSABLE") {
                el("p") {
                    el("strong") { "There is no score: this study was not screened. Read it as any unscreened study." }
                }
                if let reason = result.reason { el("p") { words(reason) } }
            }
        } else if !result.noClinicalMeaning {
            verdict
        }
    }

    private var verdict: HTML {
        switch result.verdict {
        case .flagged:
            strip("flagged", .flag, "FLAGGED FOR REVIEW") {
                el("p") {
                    "The mean score of \(overThreshold) is over its threshold. Look at the places shown below. A flag does "
                    "not establish FCD, and the map is coarse."
                }
            }
        case .belowThreshold:
            strip("belowThreshold", .below, "BELOW THRESHOLD") {
                el("p") {
                    "No mean score is over its threshold. This does not exclude FCD: read the study as you would without "
                    "this page."
                }
            }
        case .indeterminate:
            strip("indeterminate", .disagree, "INDETERMINATE: members disagree") {
                el("p") {
                    "No mean score is over its threshold, but at least two members of \(disagreeing) are. Read the study as "
                    "unscreened; the places they point to are shown below."
                }
            }
        case .noClinicalMeaning, .notAssessable: .text("")
        }
    }

    private func strip(_ kind: String, _ icon: Icon, _ word: String, @HTMLBuilder _ text: () -> [HTML]) -> HTML {
        Self.strip(kind, icon, word, text)
    }

    static func strip(_ kind: String, _ icon: Icon, _ word: String, @HTMLBuilder _ text: () -> [HTML]) -> HTML {
        el("section", ["class": "strip \(kind)", "aria-label": word]) {
            icon.html
            el("div") {
                el("p", ["class": "word"]) { word }
                text()
            }
        }
    }

    /// A code with its sentence.
    @HTMLBuilder func words(_ reason: Reason) -> [HTML] {
        isolated(reason.message)
        " "
        el("code") { "[\(reason.code)]" }
    }

    private var overThreshold: String {
        names(result.modalities.filter { $0.score?.isOverThreshold == true })
    }

    private var disagreeing: String {
        names(
            result.modalities.filter { modality in
                guard let score = modality.score else { return false }
                return score.members.filter { $0.score > score.threshold }.count >= 2
            })
    }

    private func names(_ modalities: [ModalityResult]) -> String {
        modalities.isEmpty ? "one modality" : modalities.map(\.modality.rawValue).joined(separator: " and of ")
    }

    /// What the reader must know: a missing modality and every note.
    @HTMLBuilder var noteList: [HTML] {
        let missing = result.modalities.filter { $0.status != .scored && result.verdict != .notAssessable }
        if !missing.isEmpty || !result.notes.isEmpty {
            el("ul", ["class": "notes", "aria-label": "Notes"]) {
                for modality in missing {
                    note {
                        el("strong") {
                            modality.status == .missing
                                ? "\(modality.modality.rawValue) is missing from this study: only the other contrast was screened."
                                : "\(modality.modality.rawValue) was not assessed: only the other contrast was screened."
                        }
                    }
                }
                for reason in result.notes { note { words(reason) } }
            }
        }
    }

    private func note(@HTMLBuilder _ text: () -> [HTML]) -> HTML {
        el("li") {
            Icon.warning.html
            el("div") { text() }
        }
    }

    /// A relative address, safe as an attribute: everything but plain path characters is percent-encoded.
    static func link(_ path: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
        let hex = Array("0123456789ABCDEF".unicodeScalars)
        var result = path.hasPrefix("../") ? "" : "./"
        for byte in path.utf8 {
            if plain.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%"
                result.unicodeScalars.append(hex[Int(byte >> 4)])
                result.unicodeScalars.append(hex[Int(byte & 15)])
            }
        }
        return result
    }
}
