import Foundation
import Imaging
package import Screening

/// The page a radiologist reads: one study, everything that was found, whole without a network or a script.
package struct StudyPage: Sendable {
    package var result: StudyResult
    /// Nil where the site shows no identity on its pages.
    package var identity: PageIdentity?
    /// The images there are; a missing modality is in `result` alone.
    package var modalities: [PageModality]
    /// Share of the site's studies with FCD, 0…1, for the predictive value.
    package var prevalence: Double?
    /// The study-level operating point of the profile, where one was measured.
    package var profileOperatingPoint: OperatingPoint?
    /// Head of the audit chain when the page was made, hexadecimal.
    package var auditHead: String?
    /// Local date and time of making, with its zone.
    package var madeAtLocal: String

    package init(
        result: StudyResult, identity: PageIdentity?, modalities: [PageModality], prevalence: Double? = nil,
        profileOperatingPoint: OperatingPoint? = nil, auditHead: String? = nil, madeAtLocal: String
    ) {
        self.result = result
        self.identity = identity
        self.modalities = modalities
        self.prevalence = prevalence
        self.profileOperatingPoint = profileOperatingPoint
        self.auditHead = auditHead
        self.madeAtLocal = madeAtLocal
    }

    /// The whole page.
    ///
    /// - Parameter threads: draw the pictures; the page does not depend on their number.
    /// - Throws: `ReportingError` where a map is not on its scan's grid or a picture cannot be packed.
    package func html(threads: Int = 1) throws -> String {
        let views = try PeakViews(page: self, threads: threads)
        return Document(
            title: "FCDWatch study page, case \(result.caseID)",
            body: SupersededNotice.place + masthead + verdictStrips + noteList + changeSection + scoreCards
                + (try views.section()) + qualitySection
                + limitSection + modelSection + provenanceSection,
            foot: foot
        ).render()
    }

    @HTMLBuilder private var masthead: [HTML] {
        el("header", ["class": "masthead"]) {
            el("div", ["class": "who"]) {
                if let identity {
                    el("h1") {
                        if let name = identity.name { isolated(name) } else { "Case \(result.caseID)" }
                    }
                    el("dl", ["class": "facts"]) {
                        fact("Patient ID", identity.patientID)
                        fact("Born", identity.birthDate)
                        fact("Sex", identity.sex)
                        fact("Accession", identity.accession)
                        fact("Study time", identity.studyTime)
                    }
                    el("p", ["class": "soft small"]) { "DICOM times are local without zone." }
                } else {
                    el("h1") { "Case \(result.caseID)" }
                    el("p", ["class": "soft"]) {
                        "This page shows no patient identity, as configured. Match it by the case before reading."
                    }
                }
            }
            el("div", ["class": "which"]) {
                el("p") { "FCDWatch: screening for focal cortical dysplasia type II" }
                el("p") { "Case \(result.caseID)" }
                el("p") { "Page made \(madeAtLocal)" }
                if let profile = result.profile { el("p") { "Profile \(profile)" } }
            }
        }
    }

    private func fact(_ name: String, _ value: String?) -> [HTML] {
        guard let value, !value.isEmpty else { return [] }
        return [
            el("div") {
                el("dt") { name }
                el("dd") { isolated(value) }
            }
        ]
    }

    @HTMLBuilder private var foot: [HTML] {
        el("p") {
            "Case \(result.caseID) · \(result.software.name) \(result.software.version) · page made \(madeAtLocal)"
        }
        if let auditHead {
            el("p") {
                "Audit head when this page was made: "
                el("code") { auditHead }
            }
        }
        el("p") {
            "Research use. Decision support, not a diagnosis. A score below threshold does not exclude FCD. "
            "Pictures on this page are for orientation; read the study on your diagnostic display."
        }
    }
}
