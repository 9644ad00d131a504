package import Imaging
package import Screening

/// The morning page: every study with what became of it, what needs a hand first, and whether the sums balance.
package struct WorkList: Sendable {
    /// A moment and how long before the page was written it was.
    package struct Moment: Sendable, Hashable {
        package var local: String
        package var ageSeconds: Int

        package init(local: String, ageSeconds: Int) {
            self.local = local
            self.ageSeconds = ageSeconds
        }
    }

    package var rows: [WorkListRow]
    /// Further studies that the page has no room for.
    package var unlisted: Int
    package var counts: WorkListCounts
    /// What the counts cover, such as "since 22 November, 18:00".
    package var period: String
    /// Local date and time of writing, with its zone.
    package var generatedAtLocal: String
    /// When the last input came; nil where none ever did.
    package var lastInput: Moment?
    /// When scan, queue and ledger last advanced.
    package var lastSignOfLife: Moment?
    /// The page is rewritten at least this often while the service runs.
    package var rewrittenEveryMinutes: Int
    package var software: Software
    package var auditHead: String?
    /// Shown loudly on top: paused for disk space, screening stopped by a changed model.
    package var alarms: [Reason]

    package init(
        rows: [WorkListRow], unlisted: Int = 0, counts: WorkListCounts, period: String, generatedAtLocal: String,
        lastInput: Moment? = nil,
        lastSignOfLife: Moment? = nil, rewrittenEveryMinutes: Int = 15, software: Software, auditHead: String? = nil,
        alarms: [Reason] = []
    ) {
        self.rows = rows
        self.unlisted = unlisted
        self.counts = counts
        self.period = period
        self.generatedAtLocal = generatedAtLocal
        self.lastInput = lastInput
        self.lastSignOfLife = lastSignOfLife
        self.rewrittenEveryMinutes = rewrittenEveryMinutes
        self.software = software
        self.auditHead = auditHead
        self.alarms = alarms
    }

    /// Rows in the order of the page: what needs a person first, newest first within a group.
    package var sortedRows: [WorkListRow] {
        rows.sorted { a, b in
            if a.standing != b.standing { return a.standing < b.standing }
            if a.updatedAtUS != b.updatedAtUS { return a.updatedAtUS > b.updatedAtUS }
            return a.caseID < b.caseID
        }
    }

    /// The whole page.
    package func html() -> String {
        Document(
            title: "FCDWatch work list",
            body: masthead + alarmStrips + studySection + earlierSection + balanceSection + refusalSection,
            foot: [
                el("p") { "\(software.name) \(software.version) · written \(generatedAtLocal)" },
                el("p") {
                    "Audit head: "
                    el("code") { auditHead ?? "not given" }
                },
                el("p") {
                    "Order: failed, flagged, indeterminate, not assessable, incomplete, below threshold, pending."
                },
            ]
        ).render()
    }

    @HTMLBuilder private var masthead: [HTML] {
        el("header", ["class": "masthead"]) {
            el("div", ["class": "who"]) {
                el("h1") { "FCDWatch work list" }
                el("dl", ["class": "facts"]) {
                    moment("Last input", lastInput, none: "none yet")
                    moment("Last sign of life", lastSignOfLife, none: "none")
                    el("div") {
                        el("dt") { "Counts" }
                        el("dd") { period }
                    }
                }
            }
            el("div", ["class": "which"]) {
                el("p") { el("strong") { "Written \(generatedAtLocal)" } }
                el("p") {
                    "Rewritten at least every \(rewrittenEveryMinutes) min. If this time is older, the service has stopped: "
                    el("code") { "systemctl status fcdwatch" }
                }
            }
        }
    }

    private func moment(_ name: String, _ moment: Moment?, none: String) -> HTML {
        el("div") {
            el("dt") { name }
            el("dd") { moment.map { "\($0.local) (\(Format.age(seconds: $0.ageSeconds)) before writing)" } ?? none }
        }
    }

    @HTMLBuilder private var alarmStrips: [HTML] {
        for reason in alarms { alarm(reason.code, reason.message) }
        let inputs = counts.inputs.unaccounted
        if inputs != 0 {
            alarm(
                "INPUTS DO NOT BALANCE",
                "\(abs(inputs)) input \(abs(inputs) == 1 ? "file" : "files") \(inputs > 0 ? "without an outcome" : "counted twice"). "
                    + "Run fcdwatch status and fcdwatch audit verify before relying on this list.")
        }
        let studies = counts.studies.unaccounted
        if studies != 0 {
            alarm(
                "STUDIES DO NOT BALANCE",
                "\(abs(studies)) \(abs(studies) == 1 ? "study" : "studies") \(studies > 0 ? "without a state" : "counted twice"). "
                    + "Run fcdwatch status and fcdwatch audit verify before relying on this list.")
        }
        if counts.unlistedRefusals != 0 {
            alarm(
                "REFUSALS DO NOT BALANCE",
                "\(counts.inputs.refused) input files were refused, but the codes account for "
                    + "\(counts.inputs.refused - counts.unlistedRefusals). Run fcdwatch audit verify.")
        }
    }

    private func alarm(_ word: String, _ text: String) -> HTML {
        el("section", ["class": "strip alarm", "role": "alert"]) {
            Icon.warning.html
            el("div") {
                el("p", ["class": "word"]) { word }
                el("p") { isolated(text) }
            }
        }
    }
}
