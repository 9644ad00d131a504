import Imaging
import Screening

extension WorkList {
    /// Both sums, written as the equations they are.
    @HTMLBuilder var balanceSection: [HTML] {
        el("section", ["aria-labelledby": "balance"]) {
            el("h2", ["id": "balance"]) { "Everything that came in" }
            let studies = counts.studies
            el("h3") { "Studies" }
            equation(
                total: studies.received,
                parts: [
                    ("reported", studies.reported), ("not assessable", studies.notAssessable),
                    ("incomplete", studies.incomplete), ("failed", studies.failed), ("waiting", studies.waiting),
                    ("running", studies.running),
                ])
            let inputs = counts.inputs
            el("h3") { "Input files" }
            equation(
                total: inputs.received,
                parts: [
                    ("used", inputs.used), ("not needed", inputs.notNeeded), ("duplicate", inputs.duplicate),
                    ("refused", inputs.refused), ("waiting", inputs.waiting),
                ])
            el("p", ["class": counts.isBalanced ? "sums" : "sums fail"]) {
                counts.isBalanced ? Icon.check.html : Icon.cross.html
                counts.isBalanced
                    ? "The sums balance: every file and every study is accounted for."
                    : "THE SUMS DO NOT BALANCE: see the top of this page."
            }
        }
    }

    private func equation(total: Int, parts: [(String, Int)]) -> HTML {
        let isRight = total == parts.map(\.1).reduce(0, +)
        return el("ul", ["class": "balance"]) {
            term("received", total)
            el("li", ["class": "sign", "aria-label": isRight ? "equals" : "does not equal"]) { isRight ? "=" : "≠" }
            for (place, part) in parts.enumerated() {
                if place > 0 { el("li", ["class": "sign", "aria-label": "plus"]) { "+" } }
                term(part.0, part.1)
            }
        }
    }

    private func term(_ name: String, _ count: Int) -> HTML {
        el("li") {
            el("b") { String(count) }
            name
        }
    }

    /// The studies, or what to expect where there are none.
    @HTMLBuilder var studySection: [HTML] {
        el("section", ["aria-labelledby": "studies"]) {
            el("h2", ["id": "studies"]) { "Studies" }
            if rows.isEmpty {
                el("div", ["class": "empty"]) {
                    el("p") { el("strong") { "No study has arrived." } }
                    el("p", ["class": "soft"]) {
                        "Send a study with a 3D T1w and a 3D FLAIR to the inbox. It appears here as soon as its first files are in."
                    }
                }
            } else {
                el("div", ["class": "scroll"]) {
                    table(
                        of: sortedRows.filter { $0.standing != .superseded },
                        "those that need a person first")
                }
                if unlisted > 0 {
                    el("p") {
                        "\(Format.count(unlisted, "further study has", "further studies have")) no room here: "
                        el("code") { "fcdwatch list" }
                        " shows all."
                    }
                }
            }
        }
    }

    /// Reports that are not in force any more, each with its page, and late files that changed nothing.
    @HTMLBuilder var earlierSection: [HTML] {
        let earlier = sortedRows.filter { $0.standing == .superseded }
        if !earlier.isEmpty {
            el("section", ["aria-labelledby": "earlier"]) {
                el("h2", ["id": "earlier"]) { "Earlier reports" }
                el("p") {
                    "Not in force: a newer case took the place of each, or they are late files that changed nothing."
                }
                el("div", ["class": "scroll"]) { table(of: earlier, "newest first") }
            }
        }
    }

    private func table(of rows: [WorkListRow], _ order: String) -> HTML {
        let hasIdentity = rows.contains { $0.accession != nil || $0.studyTime != nil }
        return el("table") {
            el("caption") {
                "\(Format.count(rows.count, "case", "cases")), \(order)"
                hasIdentity ? ". DICOM times are local without zone." : "."
            }
            el("thead") {
                el("tr") {
                    el("th", ["scope": "col"]) { "Outcome" }
                    if hasIdentity {
                        el("th", ["scope": "col"]) { "Accession" }
                        el("th", ["scope": "col"]) { "Study time" }
                    }
                    for name in ["Case", "Details", "Changed"] { el("th", ["scope": "col"]) { name } }
                }
            }
            el("tbody") {
                for row in rows {
                    el("tr") {
                        el("td") { label(row) }
                        if hasIdentity {
                            el("td") { if let accession = row.accession { isolated(accession) } }
                            el("td", ["class": "nobreak"]) { if let time = row.studyTime { isolated(time) } }
                        }
                        el("th", ["scope": "row"]) { caseLink(row) }
                        el("td") { details(row) }
                        el("td", ["class": "nobreak"]) { row.updatedAtLocal }
                    }
                }
            }
        }
    }

    private func caseLink(_ row: WorkListRow) -> HTML {
        guard let page = row.page else { return el("span") { row.caseID } }
        return el("a", ["href": StudyPage.link(page)]) { row.caseID }
    }

    private func label(_ row: WorkListRow) -> HTML {
        let (kind, icon, word): (String, Icon, String) =
            switch row.standing {
            case .failed: ("alarm", .cross, "FAILED")
            case .flagged: ("flagged", .flag, "FLAGGED")
            case .indeterminate: ("indeterminate", .disagree, "INDETERMINATE")
            case .notAssessable: ("notAssessable", .barred, "NOT ASSESSABLE")
            case .incomplete: ("incomplete", .warning, "INCOMPLETE")
            case .noClinicalMeaning: ("noMeaning", .warning, "NO CLINICAL MEANING")
            case .belowThreshold: ("belowThreshold", .below, "BELOW THRESHOLD")
            case .pending: ("pending", .clock, row.state.rawValue.uppercased())
            case .superseded: ("pending", .warning, row.lateFor == nil ? "SUPERSEDED" : "LATE FILES")
            }
        return el("span", ["class": "label \(kind)"]) {
            icon.html
            word
        }
    }

    @HTMLBuilder private func details(_ row: WorkListRow) -> [HTML] {
        if let newer = row.supersededBy { "Replaced by case \(newer). " }
        if let inForce = row.lateFor { "Late files of case \(inForce), whose report stands. " }
        if let earlier = row.takesPlaceOf {
            row.isRescreened ? "Screened again on request; takes" : "Takes"
            " the place of case \(earlier). "
        }
        if row.isFirst { "Put first. " }
        if let waitingFor = row.waitingFor { "Waiting for \(waitingFor). " }
        if let reason = row.reason {
            isolated(reason.message)
            " "
            el("code") { "[\(reason.code)]" }
        }
        if row.standing == .noClinicalMeaning {
            "Demonstration or untrained models."
        } else if row.standing != .superseded, let scores = row.scores {
            scores
        }
    }

    /// Refused input by code, with what to do.
    @HTMLBuilder var refusalSection: [HTML] {
        if !counts.refusals.isEmpty {
            el("section", ["aria-labelledby": "refused"]) {
                el("h2", ["id": "refused"]) { "Refused input" }
                el("div", ["class": "scroll"]) {
                    el("table") {
                        el("caption") { "Not scored; kept in quarantine, or in the inbox where it could not be taken" }
                        el("thead") {
                            el("tr") {
                                el("th", ["scope": "col", "class": "number"]) { "Files" }
                                el("th", ["scope": "col"]) { "Code" }
                                el("th", ["scope": "col"]) { "What to do" }
                            }
                        }
                        el("tbody") {
                            for refusal in counts.refusals.sorted(by: { ($1.count, $0.code) < ($0.count, $1.code) }) {
                                el("tr") {
                                    el("td", ["class": "number"]) { String(refusal.count) }
                                    el("th", ["scope": "row"]) { el("code") { refusal.code } }
                                    el("td") { isolated(refusal.advice) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
